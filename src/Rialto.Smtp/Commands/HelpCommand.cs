// RFC 5321 4.1.1.8.
using Rialto.Smtp.Wire;

namespace Rialto.Smtp.Commands;

/// <summary>HELP: the commands.</summary>
internal static class HelpCommand
{
    private static SmtpReply? reply;

    public static ValueTask<SmtpReply> RunAsync(SmtpSession session, ReadOnlyMemory<byte> argument) =>
        new(reply ??= new SmtpReply(214, "2.0.0", "Commands: " + string.Join(' ', SmtpCommandTable.Rows.Select(r => r.Verb))));
}
