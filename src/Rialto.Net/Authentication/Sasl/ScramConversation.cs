// RFC 5802, RFC 7677 over lines: the server's last message goes as a challenge, which the client answers with nothing (RFC 4422 5, RFC 4954 4).
using Rialto.Directory;

namespace Rialto.Net;

/// <summary>SCRAM-SHA-256 and SCRAM-SHA-256-PLUS: the password is proved, never sent; the server proves to know it too.</summary>
internal sealed class ScramConversation : SaslConversation
{
    private readonly ScramExchange exchange;
    private ScramParameters? told;
    private SaslAnswer? success;

    public ScramConversation(AuthenticationService service, SaslContext context, bool isPlus)
        : base(service, context) =>
        exchange = new ScramExchange(isPlus, service.Mechanisms(context).Contains("SCRAM-SHA-256-PLUS"), context.Bindings);

    private protected override int MaxLength => SaslExchange.MaxLine;

    private protected override async ValueTask<SaslAnswer> ReadAsync(ReadOnlyMemory<byte> octets)
    {
        if (success is { } done) return octets.IsEmpty ? done : new(SaslOutcome.Malformed);
        if (told is null)
        {
            // What the client could not know about this server's bindings is a refusal, not bad syntax; it is told no more.
            if (!exchange.ReadFirst(octets.Span)) return new(SaslOutcome.Malformed);
            told = Service.Authenticator.ScramParametersOf(exchange.Login);
            return new(SaslOutcome.Challenge, exchange.WriteFirst(told));
        }

        if (exchange.ReadFinal(octets.Span) is not { } own)
        {
            // Another nonce or other bindings: somebody stands between. Counted as a failure of that name.
            var refused = await Service.Authenticator.CheckScramAsync(exchange.Login, told, _ => false, Context.Remote, Context.Protocol, Context.Closed);
            return SaslAnswer.Of(refused, exchange.Login, "");
        }

        if (!own) return new(SaslOutcome.Malformed);
        var result = await Service.Authenticator.CheckScramAsync(exchange.Login, told, exchange.Proves, Context.Remote, Context.Protocol, Context.Closed);
        var answer = SaslAnswer.Of(result, exchange.Login, exchange.AuthorisationId);
        if (answer.Outcome != SaslOutcome.Success) return answer;
        success = answer;
        return new(SaslOutcome.Challenge, exchange.WriteFinal());
    }
}
