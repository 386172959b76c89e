// RFC 1939 5 LIST.
using System.Globalization;

namespace Rialto.MailAccess.Pop3.Commands;

internal static class ListCommand
{
    public static ValueTask RunAsync(Pop3Session session, string arguments) =>
        Listing.RunAsync(session, arguments, (maildrop, index) => maildrop.SizeOf(index).ToString(CultureInfo.InvariantCulture));
}
