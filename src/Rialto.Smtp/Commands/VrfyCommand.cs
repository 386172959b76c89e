// RFC 5321 4.1.1.6, 3.5.3, 7.3 (not telling who exists).
using Rialto.Smtp.Wire;

namespace Rialto.Smtp.Commands;

/// <summary>VRFY: tells nothing about who exists.</summary>
internal static class VrfyCommand
{
    public static ValueTask<SmtpReply> RunAsync(SmtpSession session, ReadOnlyMemory<byte> argument) => new(argument.IsEmpty ? SmtpReplies.Syntax : SmtpReplies.CannotVerify);
}
