// RFC 5321 4.2.3 (452), RFC 3463 (x.2.2).
using Rialto.Directory;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Smtp;

/// <summary>Whether a mailbox has room, asked when a recipient is named: a sender hears of it at once instead of by a report later.</summary>
internal static class MailboxQuota
{
    public static async ValueTask<bool> HasRoomAsync(StoreEngine store, MailboxRecipient recipient, long size, CancellationToken cancel)
    {
        var opened = await store.OpenAsync(recipient.MailboxGuid, Principal.System, cancel);
        // A mailbox that cannot be opened now is delivery's business: it tries again.
        if (!opened.TryGet(out var session)) return true;
        using (session)
        {
            var (used, limit) = session.Quota;
            if (recipient.Quotas?.ProhibitSendReceive is { } own && own != long.MaxValue) limit = limit > 0 ? Math.Min(limit, own) : own;
            return limit <= 0 || (used < limit && used + size <= limit);
        }
    }
}
