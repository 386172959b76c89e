// RFC 4752 3.1, 3.2, 3.3 (GSSAPI): tokens until the context stands, then which security layer: none in mail, where TLS protects the connection; in LDAP what the context can.
using System.Text;

namespace Rialto.Net;

/// <summary>GSSAPI: Kerberos in SASL.</summary>
internal sealed class KerberosConversation(AuthenticationService service, SaslContext context) : SaslConversation(service, context), IDisposable
{
    private const byte NoLayer = 1;
    private const byte Signed = 2;
    private const byte Sealed = 4;

    /// <summary>Octets of a protected buffer that this server takes.</summary>
    private const int MaxMessage = 0xFFFF;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private readonly KerberosAcceptor acceptor = new("Kerberos");
    private byte offered;
    private bool isHandedOn;
    private int steps;

    /// <summary>Less than this is a client that wants many small buffers made.</summary>
    private const int MinMessage = 1024;

    public void Dispose()
    {
        if (!isHandedOn) acceptor.Dispose();
    }

    private protected override async ValueTask<SaslAnswer> ReadAsync(ReadOnlyMemory<byte> octets)
    {
        if (octets.Length > Service.Options.Negotiate.MaxToken || ++steps > Service.Options.Negotiate.MaxSteps) return Ended(new(SaslOutcome.Malformed));
        if (!acceptor.IsDone)
        {
            // The client's last token and its asking for the layers are one: an empty answer when the server's token ended the context.
            var token = acceptor.Accept(octets.Span);
            if (acceptor.HasFailed) return Ended(await RefusedAsync());
            if (token is { Length: > 0 } || !acceptor.IsDone) return new(SaslOutcome.Challenge, token ?? []);
            return OfferLayers();
        }

        if (offered == 0) return octets.IsEmpty ? OfferLayers() : Ended(new(SaslOutcome.Malformed));
        if (acceptor.Unwrap(octets.Span) is not { Length: >= 4 } chosen || chosen[0] is not (NoLayer or Signed or Sealed) || (chosen[0] & offered) == 0) return Ended(await RefusedAsync());
        string authorisation;
        try
        {
            authorisation = Strict.GetString(chosen.AsSpan(4));
        }
        catch (DecoderFallbackException)
        {
            return Ended(new(SaslOutcome.Malformed));
        }

        var (result, login) = await Service.DecideAsync(acceptor.Principal, Context.Remote, Context.Protocol, Context.Closed);

        // The client names itself where it wants to act as nobody else.
        var itself = authorisation.Length == 0 || (result.IsSuccess && Service.Authenticator.Directory.Current.FindByLogin(authorisation)?.Id == result.Account.Id);
        var answer = SaslAnswer.Of(result, login, itself ? "" : authorisation);
        if (answer.Outcome != SaslOutcome.Success || chosen[0] == NoLayer) return Ended(answer);

        // The client's own limit; 0 of one that takes nothing.
        var takes = (chosen[1] << 16) | (chosen[2] << 8) | chosen[3];
        if (takes < MinMessage) return Ended(new(SaslOutcome.Malformed));
        isHandedOn = true;
        return answer with { Layer = new KerberosLayer(acceptor, chosen[0] == Sealed, Math.Min(takes, MaxMessage)) };
    }

    private SaslAnswer OfferLayers()
    {
        var (signs, seals) = Context.TakesLayers ? acceptor.Protection : default;
        offered = (byte)(NoLayer | (signs ? Signed : 0) | (seals ? Sealed : 0));

        // RFC 4752 3.3: without a layer there is no size.
        return acceptor.Wrap(offered == NoLayer ? [NoLayer, 0, 0, 0] : [offered, 0, MaxMessage >> 8, MaxMessage & 0xFF]) is { } wrapped ? new(SaslOutcome.Challenge, wrapped) : Ended(new(SaslOutcome.Refused));
    }

    private async ValueTask<SaslAnswer> RefusedAsync() =>
        SaslAnswer.Of(await Service.Authenticator.AcceptAsync(null, "(kerberos)", Context.Remote, Context.Protocol, Context.Closed), "", "");

    private SaslAnswer Ended(SaslAnswer answer)
    {
        Dispose();
        return answer;
    }
}
