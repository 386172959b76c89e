// [MS-OXOMSG] 2.2.1.29, 2.2.3.7: mail that expires unread owes its sender a non-read receipt.
using Rialto.Model;
using Rialto.Store;
using Rialto.Store.Views;

namespace Rialto.Delivery;

/// <summary>Sends the non-read receipts of unread messages whose PidTagExpiryTime has passed. The messages stay: what is old is the reader's to judge.</summary>
public sealed class ExpiredMail(StoreEngine store, MailReceipts receipts, TimeProvider time)
{
    private const MessageState Looked = MessageState.Read | MessageState.ReadReceiptRequested | MessageState.Draft | MessageState.Associated | MessageState.SoftDeleted;

    /// <summary>Goes through a mailbox: folders with unread messages, of those the ones that owe a receipt, each once.</summary>
    /// <returns>Receipts sent.</returns>
    public async ValueTask<int> SendReceiptsAsync(Guid mailbox, CancellationToken cancel)
    {
        if (!(await store.OpenAsync(mailbox, Principal.System, cancel)).TryGet(out var session)) return 0;
        using (session)
        {
            var sent = 0;
            if (session.Header.IsPublic) return 0;
            foreach (var folder in session.Folders.All.Where(f => f.Type != FolderType.Search && f.Counters.Unread > 0))
            {
                var owing = await session.ListAsync(folder.Id, static state => (state & Looked) == MessageState.ReadReceiptRequested, cancel);
                if (owing.TryGet(out var entries)) sent += await SendAsync(session, folder.Id, entries, cancel);
            }

            return sent;
        }
    }

    private async ValueTask<int> SendAsync(MailboxSession session, FolderId folder, IReadOnlyList<ViewEntry> owing, CancellationToken cancel)
    {
        var now = FileTime.From(time.GetUtcNow());
        var done = new List<MessageId>();
        foreach (var entry in owing)
        {
            cancel.ThrowIfCancellationRequested();
            var content = await session.OpenPropertiesAsync(folder, entry.Id, cancel);
            if (!content.TryGet(out var message) || message.Properties.GetTime(PropertyTags.ExpiryTime) is not { } expiry || expiry.Ticks > now.Ticks) continue;
            var rows = await session.ReadRowsAsync(folder, new[] { entry.Id }, cancel);
            if (rows.TryGet(out var found) && found[0] is { } row && await receipts.SendAsync(session, row, isRead: false, cancel)) done.Add(entry.Id);
        }

        if (done.Count > 0) await session.ChangeFlagsAsync(folder, done, new FlagChange(0, MessageState.Receipts, [], [], false), cancel);
        return done.Count;
    }
}
