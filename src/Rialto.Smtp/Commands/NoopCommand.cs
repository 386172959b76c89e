// RFC 5321 4.1.1.9.
using Rialto.Smtp.Wire;

namespace Rialto.Smtp.Commands;

/// <summary>NOOP: nothing, with or without a string behind it.</summary>
internal static class NoopCommand
{
    public static ValueTask<SmtpReply> RunAsync(SmtpSession session, ReadOnlyMemory<byte> argument) => new(SmtpReplies.Ok);
}
