// RFC 1939 5 RETR.
using System.Globalization;
using Rialto.Store;

namespace Rialto.MailAccess.Pop3.Commands;

internal static class RetrieveCommand
{
    public static async ValueTask RunAsync(Pop3Session session, string arguments)
    {
        if (!MessageNumber.TryTake(session, arguments, out var index))
            return;
        var opened = await session.Maildrop.OpenAsync(index, session.Closed);
        if (!opened.TryGet(out var message))
        {
            session.Error(opened.Error == StoreError.NotFound ? "Message is gone, another client removed it" : "[SYS/TEMP] Message cannot be read now");
            return;
        }
        using (message)
        {
            session.Ok(string.Create(CultureInfo.InvariantCulture, $"{message.Memory.Length} octets"));
            if (await MultiLine.WriteAsync(session, message.Memory))
                session.Maildrop.MarkRetrieved(index);
        }
    }
}
