// RFC 1939 5 LIST, 7 UIDL: a number and a value, of one message or of all.
using System.Globalization;
using Rialto.Store;

namespace Rialto.MailAccess.Pop3.Commands;

/// <summary>Writes scan listings and unique-id listings.</summary>
internal static class Listing
{
    /// <param name="prepareAsync">Finds out what the values need, of one message or (-1) of all; an error refuses the command.</param>
    public static async ValueTask RunAsync(Pop3Session session, string arguments, Func<Maildrop, int, string> valueOf, Func<int, ValueTask<StoreError>>? prepareAsync = null)
    {
        var maildrop = session.Maildrop;
        if (arguments.Length > 0)
        {
            if (MessageNumber.TryTake(session, arguments, out var index) && await IsPreparedAsync(index))
                session.Ok(string.Create(CultureInfo.InvariantCulture, $"{index + 1} {valueOf(maildrop, index)}"));
            return;
        }
        if (!await IsPreparedAsync(-1))
            return;
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

        async ValueTask<bool> IsPreparedAsync(int index)
        {
            var error = prepareAsync is null ? StoreError.None : await prepareAsync(index);
            if (error != StoreError.None)
                session.Error("[SYS/TEMP] Messages cannot be read now");
            return error == StoreError.None;
        }
    }
}
