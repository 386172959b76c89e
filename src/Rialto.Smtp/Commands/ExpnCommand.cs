// RFC 5321 4.1.1.7, 7.3 (a list's members are nobody's business).
using Rialto.Smtp.Wire;

namespace Rialto.Smtp.Commands;

/// <summary>EXPN: not supported.</summary>
internal static class ExpnCommand
{
    public static ValueTask<SmtpReply> RunAsync(SmtpSession session, ReadOnlyMemory<byte> argument) => new(SmtpReplies.NotSupported);
}
