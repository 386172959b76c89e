// RFC 4616 (PLAIN), draft-murchison-sasl-login and [MS-XLOGIN] 2.2, 3.2 (LOGIN).
namespace Rialto.Net;

/// <summary>PLAIN and LOGIN: the password itself.</summary>
internal sealed class PasswordConversation(AuthenticationService service, SaslContext context, SaslExchange exchange) : SaslConversation(service, context)
{
    private protected override int MaxLength => SaslExchange.MaxLine;

    private protected override ValueTask<SaslAnswer> OpenAsync() => DecideAsync(exchange.Begin());

    private protected override ValueTask<SaslAnswer> ReadAsync(ReadOnlyMemory<byte> octets) => DecideAsync(exchange.Answer(octets.Span));

    private async ValueTask<SaslAnswer> DecideAsync(SaslStep step)
    {
        switch (step.Status)
        {
            case SaslStatus.Challenge:
                return new(SaslOutcome.Challenge, Convert.FromBase64String(step.Challenge));
            case SaslStatus.Credentials:
                var result = await Service.Authenticator.AuthenticateAsync(step.Login, step.Password, Context.Remote, Context.Protocol, Context.Closed);
                return SaslAnswer.Of(result, step.Login, step.AuthorisationId);
            default:
                return new(SaslOutcome.Malformed);
        }
    }
}
