// RFC 5321 4.1.1.10.
using Rialto.Smtp.Wire;

namespace Rialto.Smtp.Commands;

/// <summary>QUIT: says goodbye.</summary>
internal static class QuitCommand
{
    public static ValueTask<SmtpReply> RunAsync(SmtpSession session, ReadOnlyMemory<byte> argument) => new(SmtpReplies.Bye);
}
