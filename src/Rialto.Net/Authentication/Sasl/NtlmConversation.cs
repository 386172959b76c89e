// [MS-OXIMAP4] 2.2.1, 3.2.5; [MS-OXPOP3] 2.2.1, 3.2.5; [MS-OXSMTP] 2.2 with [MS-SMTPNTLM] 2.2.1, 3.2.5: the messages of [MS-NLMP] in base64.
namespace Rialto.Net;

/// <summary>NTLM in SASL.</summary>
internal sealed class NtlmConversation : SaslConversation
{
    private readonly NtlmServer server;

    public NtlmConversation(AuthenticationService service, SaslContext context)
        : base(service, context) => server = service.BeginNtlm();

    private protected override async ValueTask<SaslAnswer> ReadAsync(ReadOnlyMemory<byte> octets)
    {
        if (!server.IsChallenged) return server.Challenge(octets.Span) is { } challenge ? new(SaslOutcome.Challenge, challenge) : new(SaslOutcome.Malformed);
        if (server.Read(octets.Span) is not { } claim) return new(SaslOutcome.Malformed);
        var (result, login) = await Service.DecideAsync(claim, Context.Bindings, Context.Remote, Context.Protocol, Context.Closed);
        return SaslAnswer.Of(result, login, "");
    }
}
