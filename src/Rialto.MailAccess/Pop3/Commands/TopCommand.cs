// RFC 1939 7 TOP; RFC 6856 2.1.
using System.Globalization;
using Rialto.Store;

namespace Rialto.MailAccess.Pop3.Commands;

/// <summary>The header, the blank line and so many lines of the body. The message does not count as fetched.</summary>
internal static class TopCommand
{
    public static async ValueTask RunAsync(Pop3Session session, string arguments)
    {
        var space = arguments.IndexOf(' ', StringComparison.Ordinal);
        if (space < 0 || !int.TryParse(arguments.AsSpan(space + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var lines))
        {
            session.Error("A message number and a number of lines are wanted");
            return;
        }
        if (!MessageNumber.TryTake(session, arguments[..space], out var index))
            return;
        var opened = await session.Maildrop.OpenAsync(index, session.Closed);
        if (!opened.TryGet(out var message))
        {
            session.Error(opened.Error == StoreError.NotFound ? "Message is gone, another client removed it" : "[SYS/TEMP] Message cannot be read now");
            return;
        }
        using (message)
        {
            session.Ok("Top of message follows");
            var form = session.IsUtf8 ? message.Memory : SurrogateForm.Of(message.Memory);
            await MultiLine.WriteAsync(session, form[..LengthOfTop(form.Span, lines)]);
        }
    }

    internal static int LengthOfTop(ReadOnlySpan<byte> message, int lines)
    {
        var at = 0;
        var isBody = false;
        while (at < message.Length && (!isBody || lines > 0))
        {
            var line = message[at..].IndexOf((byte)'\n');
            var length = line < 0 ? message.Length - at : line + 1;
            if (isBody)
                lines--;
            else
                isBody = message.Slice(at, length).TrimEnd("\r\n"u8).IsEmpty;
            at += length;
        }
        return at;
    }
}
