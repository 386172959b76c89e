// RFC 1939 5 STAT.
using System.Globalization;

namespace Rialto.MailAccess.Pop3.Commands;

internal static class StatusCommand
{
    public static ValueTask RunAsync(Pop3Session session, string arguments)
    {
        session.Ok(string.Create(CultureInfo.InvariantCulture, $"{session.Maildrop.Remaining} {session.Maildrop.RemainingOctets}"));
        return ValueTask.CompletedTask;
    }
}
