// RFC 1939 5 LIST, 7 UIDL: a number and a value, of one message or of all.
using System.Globalization;

namespace Rialto.MailAccess.Pop3.Commands;

/// <summary>Writes scan listings and unique-id listings.</summary>
internal static class Listing
{
    public static async ValueTask RunAsync(Pop3Session session, string arguments, Func<Maildrop, int, string> valueOf)
    {
        var maildrop = session.Maildrop;
        if (arguments.Length > 0)
        {
            if (MessageNumber.TryTake(session, arguments, out var index))
                session.Ok(string.Create(CultureInfo.InvariantCulture, $"{index + 1} {valueOf(maildrop, index)}"));
            return;
        }
        session.Ok(string.Create(CultureInfo.InvariantCulture, $"{maildrop.Remaining} messages ({maildrop.RemainingOctets} octets)"));
        for (var index = 0; index < maildrop.Count; index++)
        {
            if (maildrop.IsDeleted(index))
                continue;
            session.Transport.Write(string.Create(CultureInfo.InvariantCulture, $"{index + 1} {valueOf(maildrop, index)}\r\n"));
            if (!await session.FlushSomeAsync())
                return;
        }
        session.Transport.Write(".\r\n"u8);
    }
}
