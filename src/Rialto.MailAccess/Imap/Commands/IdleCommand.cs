// RFC 2177.
using Rialto.MailAccess.Imap.Wire;
using Rialto.Net;

namespace Rialto.MailAccess.Imap.Commands;

/// <summary>
/// Waits in one read: the folder's index interrupts it when there is news, the connection host when it took too long. Nothing else is held meanwhile.
/// </summary>
internal sealed class IdleCommand : ImapCommand
{
    private const int LongestLine = 1000;

    public override async ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel)
    {
        var transport = session.Transport;
        await session.ContinueAsync("idling"u8);
        using var subscription = session.Selected?.View.Subscribe(transport.Interrupt);
        while (true)
        {
            if (session.Selected is { } folder)
            {
                if (folder.IsGone)
                    return ImapReply.Ok("IDLE ended");
                if (session.TellsSelected && await folder.WriteUpdatesAsync(session, mayExpunge: true) && !await session.FlushAsync())
                    return ImapReply.Bad("Connection is gone");
            }
            if (!await session.WriteNotificationsAsync(isBetween: true))
                return ImapReply.Bad("Connection is gone");
            var read = await transport.ReadLineAsync(LongestLine, cancel);
            switch (read.Status)
            {
                case ReadStatus.Interrupted:
                    continue;
                case ReadStatus.Done when System.Text.Ascii.EqualsIgnoreCase(read.Line.Span, "DONE"u8):
                    return ImapReply.Ok("IDLE completed");
                case ReadStatus.Done or ReadStatus.TooLong or ReadStatus.BareLineFeed:
                    return ImapReply.Bad("DONE expected");
                default:
                    await session.EndAsync(read.Status);
                    return ImapReply.Ok("IDLE ended");
            }
        }
    }
}
