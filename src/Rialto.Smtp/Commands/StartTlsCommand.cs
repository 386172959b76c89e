// RFC 3207 4, 4.2; CVE-2011-0411 (commands slipped in before TLS).
using Rialto.Net;
using Rialto.Smtp.Wire;

namespace Rialto.Smtp.Commands;

/// <summary>STARTTLS: TLS in place; everything the client said before is forgotten.</summary>
internal static class StartTlsCommand
{
    public static async ValueTask<SmtpReply> RunAsync(SmtpSession session, ReadOnlyMemory<byte> argument)
    {
        if (session.Transport.IsTls) return SmtpReplies.TlsActive;
        if (!session.Transport.CanStartTls) return SmtpReplies.NotSupported;

        // A client that waits for the answer has sent nothing behind the command; what is there was put in by somebody else.
        if (session.Transport.HasPipelined()) return SmtpReplies.TlsPipelined;
        session.Write(SmtpReplies.StartTls);
        await session.SendAsync();
        switch (await session.Transport.UpgradeToTlsAsync())
        {
            case TlsUpgrade.Done:
                await session.ForgetAsync();
                return SmtpReply.None;
            default:
                // No words: the client speaks TLS by now.
                return SmtpReply.None with { Closes = true };
        }
    }
}
