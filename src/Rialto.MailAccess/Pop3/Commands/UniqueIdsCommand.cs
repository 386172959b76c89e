// RFC 1939 7 UIDL.
namespace Rialto.MailAccess.Pop3.Commands;

internal static class UniqueIdsCommand
{
    public static ValueTask RunAsync(Pop3Session session, string arguments) =>
        Listing.RunAsync(session, arguments, (maildrop, index) => maildrop.UniqueIdOf(index));
}
