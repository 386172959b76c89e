// RFC 1939 5 LIST; RFC 6856 2.1: sizes as RETR sends the messages.
using System.Globalization;

namespace Rialto.MailAccess.Pop3.Commands;

internal static class ListCommand
{
    public static ValueTask RunAsync(Pop3Session session, string arguments) => Listing.RunAsync(
        session,
        arguments,
        (maildrop, index) => maildrop.SizeOf(index).ToString(CultureInfo.InvariantCulture),
        session.IsUtf8 ? null : index => session.Maildrop.FindSurrogateSizesAsync(index, session.Closed));
}
