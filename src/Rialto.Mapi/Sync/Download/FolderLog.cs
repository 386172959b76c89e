using Rialto.Store;

namespace Rialto.Mapi.Sync.Download;

/// <summary>A folder's entries of the change log after a sequence and up to another, page by page.</summary>
internal sealed class FolderLog(MailboxSession mailbox, FolderId folder, long after, long upTo)
{
    /// <summary>Entries read at a time.</summary>
    private const int Page = 256;

    private long _after = after;

    public bool IsDone { get; private set; } = after >= upTo;

    /// <summary>Why there is no page.</summary>
    public StoreError Error { get; private set; }

    /// <summary>The next entries; null where they cannot be had.</summary>
    public async ValueTask<IReadOnlyList<Change>?> NextAsync(CancellationToken cancel)
    {
        if (IsDone)
            return [];
        var read = await mailbox.ReadChangesAsync(_after, folder, Page, cancel);
        if (!read.TryGet(out var changes))
        {
            Error = read.Error;
            return null;
        }
        IsDone = changes.Count < Page || changes[^1].Sequence >= upTo;
        if (changes.Count > 0)
            _after = changes[^1].Sequence;
        return changes.Count > 0 && changes[^1].Sequence > upTo ? [.. changes.Where(c => c.Sequence <= upTo)] : changes;
    }
}
