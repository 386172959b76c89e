// [MS-OXCFXICS] 2.2.1.2.5 PidTagSourceKey, 2.2.2.2 XID, 3.3.5.2 client-assigned internal identifiers and foreign ones.
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Sync.Upload;

/// <summary>
/// The id of a message or folder as clients bring it: a counter of the mailbox's own replica, or the bytes of another's. The store gives those an id of its own and keeps
/// the bytes beside it.
/// </summary>
internal readonly struct SourceKey
{
    /// <summary>2.2.2.2: an id of one to eight bytes in its namespace.</summary>
    private const int MaxSize = 24;

    /// <summary>Of the mailbox's own replica; 0 for another's.</summary>
    public long Counter { get; private init; }

    /// <summary>Null for one of the mailbox's own replica.</summary>
    public byte[]? Foreign { get; private init; }

    public static bool TryRead(MailboxSession mailbox, ReadOnlySpan<byte> bytes, out SourceKey key)
    {
        key = default;
        if (bytes.Length is < Xid.MinSize or > MaxSize)
            return false;
        if (new Guid(bytes[..16]) == mailbox.Header.ReplicaGuid)
        {
            // An id of the own replica has no other form than a GID.
            if (!GlobalId.TryRead(bytes, out var id) || id.Counter == 0)
                return false;
            key = new SourceKey { Counter = (long)id.Counter };
            return true;
        }
        key = new SourceKey { Foreign = bytes.ToArray() };
        return true;
    }

    public Folder? FindFolder(MailboxSession mailbox)
    {
        if (Foreign is null)
            return mailbox.Folders.TryGet(new FolderId(Counter), out var folder) ? folder : null;
        foreach (var folder in mailbox.Folders.All)
        {
            if (folder.SourceKey is { } known && known.AsSpan().SequenceEqual(Foreign))
                return folder;
        }
        return null;
    }

    /// <summary>
    /// The rows of messages, in the order asked for, null where there is none in the folder: deleted ones and those that went elsewhere have left their ids behind.
    /// </summary>
    public static async ValueTask<StoreResult<MessageRow?[]>> FindMessagesAsync(MailboxSession mailbox, FolderId folder, IReadOnlyList<SourceKey> keys, CancellationToken cancel)
    {
        var found = await mailbox.FindByMidsAsync([.. keys.Select(k => k.Counter)], cancel);
        if (!found.TryGet(out var rows))
            return found.Error;
        var result = rows.ToArray();
        for (var i = 0; i < result.Length; i++)
        {
            if (keys[i].Foreign is not { } foreign)
                continue;
            var known = await mailbox.FindBySourceKeyAsync(foreign, cancel);
            if (!known.Succeeded)
                return known.Error;
            if (known.Value is not { Value: > 0 } id)
                continue;
            var read = await mailbox.ReadRowsAsync(folder, new[] { id }, cancel);
            if (!read.Succeeded)
                return read.Error;
            // A message that was moved has left the key behind.
            result[i] = read.Value[0] is { SourceKey: { } key } row && key.AsSpan().SequenceEqual(foreign) ? row : null;
        }
        for (var i = 0; i < result.Length; i++)
        {
            if (result[i] is { } row && (row.Folder != folder || (row.State & MessageState.SoftDeleted) != 0))
                result[i] = null;
        }
        return result;
    }
}
