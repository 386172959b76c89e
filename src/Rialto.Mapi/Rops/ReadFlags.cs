// [MS-OXCMSG] 2.2.3.10.1 ReadFlags; [MS-OXOMSG] 2.2.1.20, 3.2.4.5 read receipts.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Store;

namespace Rialto.Mapi.Rops;

/// <summary>What the flags of RopSetReadFlags and RopSetMessageReadFlag ask for. Bits that are not named there are ignored.</summary>
internal readonly struct ReadFlags(byte flags)
{
    private const byte SuppressReceipt = 0x01;
    public const byte ClearReadFlag = 0x04;
    private const byte GenerateReceiptOnly = 0x10;
    private const byte ClearNotifyRead = 0x20;
    private const byte ClearNotifyUnread = 0x40;

    /// <summary>Whether a read receipt that is still owed is to be sent.</summary>
    public bool SendsReceipt => (flags & GenerateReceiptOnly) != 0
        || (flags & (SuppressReceipt | ClearReadFlag | ClearNotifyRead | ClearNotifyUnread)) == 0;

    /// <summary>The change of state, receipts that are given up included.</summary>
    public FlagChange Change
    {
        get
        {
            var set = MessageState.None;
            var clear = MessageState.None;
            if ((flags & ClearReadFlag) != 0)
                clear |= MessageState.Read;
            else if ((flags & (GenerateReceiptOnly | ClearNotifyRead | ClearNotifyUnread)) == 0)
                set |= MessageState.Read;
            if ((flags & (SuppressReceipt | ClearNotifyRead)) != 0 && (flags & GenerateReceiptOnly) == 0)
                clear |= MessageState.ReadReceiptRequested;
            if ((flags & (SuppressReceipt | ClearNotifyUnread)) != 0 && (flags & GenerateReceiptOnly) == 0)
                clear |= MessageState.NonReadReceiptRequested;
            return new FlagChange(set, clear, [], [], false);
        }
    }
}

/// <summary>A receipt that is due.</summary>
/// <param name="Mailbox">The reader's mailbox, as the reader sees it.</param>
/// <param name="Message">The message that asked for it.</param>
/// <param name="IsRead">It was read; otherwise it was thrown away unread.</param>
public sealed record ReadReceiptDue(MailboxSession Mailbox, MessageRow Message, bool IsRead);

/// <summary>Sends the receipts that reading makes due.</summary>
internal static class ReadReceipts
{
    /// <summary>
    /// Hands the receipts to <see cref="MapiService.SendReadReceipt"/> and gives up the requests of those that it took. Without a transport
    /// they stay owed: none is lost, none is sent twice.
    /// </summary>
    public static async ValueTask SendAsync(RopCall call, MailboxSession mailbox, FolderId folder, IEnumerable<MessageRow> read)
    {
        if (call.Service.SendReadReceipt is not { } send)
            return;
        var sent = new List<MessageId>();
        foreach (var row in read)
        {
            if ((row.State & MessageState.ReadReceiptRequested) != 0 && await send(new ReadReceiptDue(mailbox, row, true), call.Cancel))
                sent.Add(row.Id);
        }
        if (sent.Count > 0)
            await mailbox.ChangeFlagsAsync(folder, sent, new FlagChange(0, MessageState.Receipts, [], [], false), call.Cancel);
    }

    /// <summary>
    /// Hands over the non-read receipts of messages that are about to be deleted: unread ones whose sender asked to hear of them. [MS-OXOMSG] 2.2.1.29.
    /// Only for who may delete all of the folder: nobody is told of a deletion that is then refused.
    /// </summary>
    public static async ValueTask SendUnreadAsync(MapiService service, FolderObject folder, IReadOnlyList<ulong> messageIds, CancellationToken cancel)
    {
        if (service.SendReadReceipt is not { } send)
            return;
        var mailbox = folder.Mailbox;
        var found = await mailbox.FindByMidsAsync([.. messageIds.Select(Ids.CounterOf)], cancel);
        if (!found.TryGet(out var rows))
            return;
        foreach (var row in rows)
        {
            if (row is not null && (row.State & (MessageState.Read | MessageState.ReadReceiptRequested | MessageState.SoftDeleted)) == MessageState.ReadReceiptRequested
                && (mailbox.RightsOn(row.Folder) & FolderRights.DeleteAny) != 0)
            {
                await send(new ReadReceiptDue(mailbox, row, false), cancel);
            }
        }
    }
}
