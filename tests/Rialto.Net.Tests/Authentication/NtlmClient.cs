using System.Net;
using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Text;

namespace Rialto.Net.Tests.Authentication;

/// <summary>.NET's own NTLM client, which knows nothing of this server's code.</summary>
internal static class NtlmClient
{
    [ModuleInitializer]
    internal static void UseTheOneInDotNet() => AppContext.SetSwitch("System.Net.Security.UseManagedNtlm", true);

    public static NegotiateAuthentication Create(string user, string password, string domain, string package = "NTLM") =>
        new(new NegotiateAuthenticationClientOptions { Package = package, Credential = new NetworkCredential(user, password, domain), TargetName = "imap/localhost", RequiredProtectionLevel = ProtectionLevel.Sign });

    /// <summary>Runs the conversation to its end.</summary>
    public static async Task<SaslAnswer> RunAsync(SaslConversation conversation, NegotiateAuthentication client)
    {
        var answer = await conversation.BeginAsync(ReadOnlyMemory<byte>.Empty);
        answer.ShouldBe(new SaslAnswer(SaslOutcome.Challenge, answer.Octets));
        answer.Challenge.ShouldBe("");
        while (answer.Outcome == SaslOutcome.Challenge)
        {
            var token = client.GetOutgoingBlob(answer.Octets, out _) ?? [];
            answer = await conversation.StepAsync(Encoding.ASCII.GetBytes(Convert.ToBase64String(token)));
        }

        return answer;
    }
}
