// RFC 5802 5, 7 (messages and grammar), 6 (channel binding); RFC 7677 (SCRAM-SHA-256, SCRAM-SHA-256-PLUS).
//
//   C: gs2-header "n=" user ",r=" nonce            gs2-header = ("n" / "y" / "p=" name) "," ["a=" authzid] ","
//   S: "r=" nonce ",s=" salt ",i=" iterations
//   C: "c=" base64(gs2-header bindings) ",r=" nonce ",p=" proof
//   S: "v=" signature
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Rialto.Directory;

namespace Rialto.Net;

/// <summary>The server's side of one SCRAM-SHA-256 exchange: texts in, texts out. The proof is checked by whoever has the verifiers, with <see cref="Proves"/>.</summary>
internal sealed class ScramExchange
{
    /// <summary>Octets of a message: a name of 512 characters, encoded, and two nonces have room.</summary>
    private const int MaxMessage = 4_096;

    /// <summary>Characters of a client's nonce; they have about 24.</summary>
    private const int MaxNonce = 512;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private readonly bool isPlus;
    private readonly bool plusOffered;
    private readonly ChannelBindings? bindings;
    private readonly string serverNonce;
    private string clientFirstBare = "";
    private string serverFirst = "";
    private string nonce = "";
    private byte[] expectedBinding = [];
    private byte[] authMessage = [];
    private byte[] proof = [];
    private byte[] signature = [];

    /// <param name="isPlus">The mechanism with channel binding.</param>
    /// <param name="plusOffered">Whether that was offered: a client that could but was not offered it was lied to.</param>
    /// <param name="bindings">Of the connection.</param>
    /// <param name="serverNonce">For the examples of the specification; null: random.</param>
    public ScramExchange(bool isPlus, bool plusOffered, ChannelBindings? bindings, string? serverNonce = null)
    {
        this.isPlus = isPlus;
        this.plusOffered = plusOffered;
        this.bindings = bindings;
        this.serverNonce = serverNonce ?? Convert.ToBase64String(RandomNumberGenerator.GetBytes(18));
    }

    /// <summary>The name that logs in.</summary>
    public string Login { get; private set; } = "";

    /// <summary>Whom it wants to act as; empty: itself.</summary>
    public string AuthorisationId { get; private set; } = "";

    /// <summary>Reads the client's first message: name and nonce. False: malformed, or its channel binding cannot be had.</summary>
    public bool ReadFirst(ReadOnlySpan<byte> message)
    {
        if (Text(message) is not { } text) return false;
        var first = text.IndexOf(',', StringComparison.Ordinal);
        var second = first < 0 ? -1 : text.IndexOf(',', first + 1);
        if (second < 0) return false;
        var flag = text[..first];
        var authorisation = text[(first + 1)..second];
        if (!ReadFlag(flag, out var binding)) return false;
        if (authorisation.Length > 0)
        {
            if (!authorisation.StartsWith("a=", StringComparison.Ordinal) || Unescape(authorisation[2..]) is not { Length: > 0 } id) return false;
            AuthorisationId = id;
        }

        expectedBinding = [.. Encoding.UTF8.GetBytes(text[..(second + 1)]), .. binding];
        clientFirstBare = text[(second + 1)..];

        // "m=" first is an extension that must be understood, and none is.
        var parts = clientFirstBare.Split(',');
        if (parts.Length < 2 || !parts[0].StartsWith("n=", StringComparison.Ordinal) || !parts[1].StartsWith("r=", StringComparison.Ordinal)) return false;
        if (Unescape(parts[0][2..]) is not { Length: > 0 } login || !IsNonce(parts[1].AsSpan(2))) return false;
        // 5.1: prepared for looking it up; what is hashed is the text as it came.
        Login = SaslPreparation.Prepare(login);
        if (Login.Length == 0) return false;
        nonce = parts[1][2..] + serverNonce;
        return true;
    }

    /// <summary>What the client is told.</summary>
    public byte[] WriteFirst(ScramParameters parameters)
    {
        serverFirst = string.Create(CultureInfo.InvariantCulture, $"r={nonce},s={Convert.ToBase64String(parameters.Salt)},i={parameters.Iterations}");
        return Encoding.UTF8.GetBytes(serverFirst);
    }

    /// <summary>Reads the client's proof. False: malformed; null: well-formed, but of another exchange or connection.</summary>
    public bool? ReadFinal(ReadOnlySpan<byte> message)
    {
        if (Text(message) is not { } text) return false;
        var mark = text.LastIndexOf(",p=", StringComparison.Ordinal);
        if (mark < 0) return false;
        var withoutProof = text[..mark];
        var parts = withoutProof.Split(',');
        if (parts.Length < 2 || !parts[0].StartsWith("c=", StringComparison.Ordinal) || !parts[1].StartsWith("r=", StringComparison.Ordinal)) return false;
        if (Octets(parts[0].AsSpan(2)) is not { } binding || Octets(text.AsSpan(mark + 3)) is not { } octets) return false;
        proof = octets;
        authMessage = Encoding.UTF8.GetBytes($"{clientFirstBare},{serverFirst},{withoutProof}");
        return parts[1][2..] == nonce && CryptographicOperations.FixedTimeEquals(binding, expectedBinding) ? true : null;
    }

    /// <summary>Whether the proof fits a verifier; the server's own proof is then that of this verifier.</summary>
    public bool Proves(ScramVerifier verifier)
    {
        if (!verifier.Verify(authMessage, proof)) return false;
        signature = verifier.ServerSignature(authMessage);
        return true;
    }

    /// <summary>The server's proof.</summary>
    public byte[] WriteFinal() => Encoding.ASCII.GetBytes("v=" + Convert.ToBase64String(signature));

    /// <summary>The gs2 flag, and the bindings that the client has to show.</summary>
    private bool ReadFlag(string flag, out byte[] binding)
    {
        binding = [];
        switch (flag)
        {
            case "n":
                return !isPlus;
            case "y":
                // The client could bind and believes that the server could not.
                return !isPlus && !plusOffered;
            case "p=tls-server-end-point" when bindings is { EndPoints.Count: > 0 }:
                binding = bindings.EndPoints[0];
                return isPlus;
            case "p=tls-unique" when bindings?.Unique is { } unique:
                binding = unique;
                return isPlus;
            default:
                return false;
        }
    }

    private static string? Text(ReadOnlySpan<byte> message)
    {
        if (message.Length is 0 or > MaxMessage || message.Contains((byte)0)) return null;
        try
        {
            return Strict.GetString(message);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>saslname: comma and equals sign come as =2C and =3D.</summary>
    private static string? Unescape(string name)
    {
        for (var i = name.IndexOf('=', StringComparison.Ordinal); i >= 0; i = name.IndexOf('=', i + 1))
            if (!name.AsSpan(i).StartsWith("=2C", StringComparison.Ordinal) && !name.AsSpan(i).StartsWith("=3D", StringComparison.Ordinal)) return null;
        return name.Replace("=2C", ",", StringComparison.Ordinal).Replace("=3D", "=", StringComparison.Ordinal);
    }

    /// <summary>Printable ASCII without the comma, which Split took out.</summary>
    private static bool IsNonce(ReadOnlySpan<char> text) => text.Length is > 0 and <= MaxNonce && !text.ContainsAnyExceptInRange('!', '~');

    private static byte[]? Octets(ReadOnlySpan<char> base64)
    {
        var buffer = new byte[(base64.Length / 4 * 3) + 3];
        return base64.Length % 4 == 0 && !base64.ContainsAny(" \t\r\n") && Convert.TryFromBase64Chars(base64, buffer, out var length) ? buffer[..length] : null;
    }
}
