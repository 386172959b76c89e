// RFC 4178 4.2 (NegTokenInit, NegTokenResp), RFC 2743 3.1 (framing of the first token), [MS-SPNG] 2.2.
//
//   first: [APPLICATION 0] { OID 1.3.6.1.5.5.2, [0] SEQUENCE { [0] mechTypes, [1] reqFlags?, [2] mechToken?, [3] mechListMIC? } }
//   later: [1] SEQUENCE { [0] negState?, [1] supportedMech?, [2] responseToken?, [3] mechListMIC? }
using System.Formats.Asn1;

namespace Rialto.Net;

/// <summary>How far the sides have agreed.</summary>
internal enum SpnegoState
{
    Completed = 0,
    Incomplete = 1,
    Reject = 2,
    RequestMic = 3,
}

/// <summary>The client's first token.</summary>
/// <param name="Mechanisms">Object identifiers, the client's favourite first.</param>
/// <param name="MechanismList">The same as they came, in DER: what the list's integrity code is over.</param>
/// <param name="Token">The favourite's own first token; empty for none.</param>
internal sealed record SpnegoInit(IReadOnlyList<string> Mechanisms, byte[] MechanismList, byte[] Token);

/// <summary>A later token.</summary>
internal sealed record SpnegoResponse(byte[] Token, byte[] Mic);

/// <summary>Reads and writes the tokens of SPNEGO.</summary>
internal static class SpnegoTokens
{
    public const string Spnego = "1.3.6.1.5.5.2";
    public const string Kerberos = "1.2.840.113554.1.2.2";

    /// <summary>The identifier that Windows gives Kerberos by an old mistake. [MS-SPNG] 3.1.5.2.</summary>
    public const string MicrosoftKerberos = "1.2.840.48018.1.2.2";
    public const string Ntlm = "1.3.6.1.4.1.311.2.2.10";

    /// <summary>Mechanisms in a list; clients name about four.</summary>
    private const int MaxMechanisms = 32;

    private static readonly Asn1Tag Application0 = new(TagClass.Application, 0, isConstructed: true);

    /// <summary>The object identifier that a first token begins with; null when it does not begin so.</summary>
    public static string? FrameOf(ReadOnlyMemory<byte> token) => Reading(token, static t =>
    {
        var frame = new AsnReader(t, AsnEncodingRules.BER).ReadSequence(Application0);
        return frame.ReadObjectIdentifier();
    });

    public static SpnegoInit? ReadInit(ReadOnlyMemory<byte> token) => Reading(token, static t =>
    {
        var frame = new AsnReader(t, AsnEncodingRules.BER).ReadSequence(Application0);
        if (frame.ReadObjectIdentifier() != Spnego) return null;
        var fields = frame.ReadSequence(Context(0)).ReadSequence();
        var list = fields.ReadSequence(Context(0)).ReadEncodedValue();
        var mechanisms = new List<string>();
        var reader = new AsnReader(list, AsnEncodingRules.BER).ReadSequence();
        while (reader.HasData)
        {
            if (mechanisms.Count == MaxMechanisms) return null;
            mechanisms.Add(reader.ReadObjectIdentifier());
        }

        byte[] mechanismToken = [];
        while (fields.HasData)
        {
            var tag = fields.PeekTag();
            var field = fields.ReadSequence(tag);
            if (tag.TagValue == 2) mechanismToken = field.ReadOctetString();
        }

        return mechanisms.Count == 0 ? null : new SpnegoInit(mechanisms, list.ToArray(), mechanismToken);
    });

    public static SpnegoResponse? ReadResponse(ReadOnlyMemory<byte> token) => Reading(token, static t =>
    {
        var fields = new AsnReader(t, AsnEncodingRules.BER).ReadSequence(Context(1)).ReadSequence();
        byte[] response = [];
        byte[] mic = [];
        while (fields.HasData)
        {
            var tag = fields.PeekTag();
            var field = fields.ReadSequence(tag);
            if (tag.TagValue == 2) response = field.ReadOctetString();
            if (tag.TagValue == 3) mic = field.ReadOctetString();
        }

        return new SpnegoResponse(response, mic);
    });

    public static byte[] Write(SpnegoState state, string? mechanism = null, byte[]? token = null, byte[]? mic = null)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence(Context(1)))
        using (writer.PushSequence())
        {
            using (writer.PushSequence(Context(0))) writer.WriteEnumeratedValue(state);
            if (mechanism is not null)
                using (writer.PushSequence(Context(1))) writer.WriteObjectIdentifier(mechanism);
            if (token is not null)
                using (writer.PushSequence(Context(2))) writer.WriteOctetString(token);
            if (mic is not null)
                using (writer.PushSequence(Context(3))) writer.WriteOctetString(mic);
        }

        return writer.Encode();
    }

    private static Asn1Tag Context(int number) => new(TagClass.ContextSpecific, number, isConstructed: true);

    private static T? Reading<T>(ReadOnlyMemory<byte> token, Func<ReadOnlyMemory<byte>, T?> read)
        where T : class
    {
        try
        {
            return read(token);
        }
        catch (Exception e) when (e is AsnContentException or ArgumentException)
        {
            // ArgumentException: a tag that is of no sequence.
            return null;
        }
    }
}
