// [MS-ADTS] 5.1.1.1.2 (SASL mechanism GSS-SPNEGO): tokens of RFC 4178 as they are, until the context stands; the last one goes with the success. 5.1.2.1: what the context signs or seals,
// the connection's messages are from then on.
namespace Rialto.Net;

/// <summary>GSS-SPNEGO: Kerberos of the system or NTLM of ours, as the client prefers and the configuration allows.</summary>
internal sealed class NegotiateConversation(AuthenticationService service, SaslContext context) : SaslConversation(service, context), IDisposable
{
    /// <summary>Octets of a protected buffer that every client takes: nothing is agreed on.</summary>
    private const int MaxMessage = 64 * 1024;

    private readonly NegotiateExchange exchange = new(service, service.Options.MechanismsOf(context.Protocol).Contains("NTLM", StringComparer.OrdinalIgnoreCase));

    public void Dispose() => exchange.Dispose();

    private protected override async ValueTask<SaslAnswer> ReadAsync(ReadOnlyMemory<byte> octets)
    {
        var step = exchange.Accept(octets);
        if (step.HasFailed) return Ended(SaslAnswer.Of(await Service.Authenticator.AcceptAsync(null, "(negotiate)", Context.Remote, Context.Protocol, Context.Closed), "", ""));
        if (step.Claim is { } claim)
        {
            var (result, login) = await Service.DecideAsync(claim, Context.Bindings, Context.Remote, Context.Protocol, Context.Closed);
            if (!result.IsSuccess) return Ended(SaslAnswer.Of(result, login, ""));
            return Ended(exchange.Complete(claim) is { } last
                ? SaslAnswer.Of(result, login, "") with { Octets = last, Layer = Context.TakesLayers ? exchange.TakeLayer(claim, MaxMessage) : null }
                : new(SaslOutcome.Refused, null, default, login));
        }

        if (step.Principal is not { } principal) return new(SaslOutcome.Challenge, step.Token ?? []);
        var (decided, name) = await Service.DecideAsync(principal, Context.Remote, Context.Protocol, Context.Closed);
        return Ended(!decided.IsSuccess ? SaslAnswer.Of(decided, name, "") : SaslAnswer.Of(decided, name, "") with { Octets = step.Token, Layer = Context.TakesLayers ? exchange.TakeLayer(null, MaxMessage) : null });
    }

    private SaslAnswer Ended(SaslAnswer answer)
    {
        exchange.Dispose();
        return answer;
    }
}
