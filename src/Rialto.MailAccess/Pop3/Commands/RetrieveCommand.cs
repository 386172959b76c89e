// RFC 1939 5 RETR; RFC 6856 2.1.
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
            var form = session.IsUtf8 ? message.Memory : SurrogateForm.Of(message.Memory);
            session.Ok(string.Create(CultureInfo.InvariantCulture, $"{form.Length} octets"));
            if (await MultiLine.WriteAsync(session, form))
                session.Maildrop.MarkRetrieved(index);
        }
    }
}
