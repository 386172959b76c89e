// RFC 4752 3.1, 3.2, 3.3 (GSSAPI): tokens until the context stands, then which security layer; none is offered, TLS protects the connection.
using System.Text;

namespace Rialto.Net;

/// <summary>GSSAPI: Kerberos in SASL.</summary>
internal sealed class KerberosConversation(AuthenticationService service, SaslContext context) : SaslConversation(service, context), IDisposable
{
    private const byte NoLayer = 1;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private readonly KerberosAcceptor acceptor = new("Kerberos");
    private bool offered;
    private int steps;

    public void Dispose() => acceptor.Dispose();

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

        if (!offered) return octets.IsEmpty ? OfferLayers() : Ended(new(SaslOutcome.Malformed));
        if (acceptor.Unwrap(octets.Span) is not { Length: >= 4 } chosen || chosen[0] != NoLayer) return Ended(await RefusedAsync());
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
        return Ended(SaslAnswer.Of(result, login, itself ? "" : authorisation));
    }

    private SaslAnswer OfferLayers()
    {
        offered = true;
        return acceptor.Wrap([NoLayer, 0, 0, 0]) is { } wrapped ? new(SaslOutcome.Challenge, wrapped) : Ended(new(SaslOutcome.Refused));
    }

    private async ValueTask<SaslAnswer> RefusedAsync() =>
        SaslAnswer.Of(await Service.Authenticator.AcceptAsync(null, "(kerberos)", Context.Remote, Context.Protocol, Context.Closed), "", "");

    private SaslAnswer Ended(SaslAnswer answer)
    {
        acceptor.Dispose();
        return answer;
    }
}
