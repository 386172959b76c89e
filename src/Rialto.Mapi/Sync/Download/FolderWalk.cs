using Rialto.Model;
using Rialto.Store;
using Rialto.Store.Backend;

namespace Rialto.Mapi.Sync.Download;

/// <summary>
/// All messages of a folder but the soft-deleted ones, page by page: in the order of their UIDs, or the ordinary ones from the newest on and the associated ones
/// after them.
/// </summary>
/// <param name="mailbox">Where it is.</param>
/// <param name="folder">The folder.</param>
/// <param name="newestFirst">By delivery time.</param>
/// <param name="keepsIds">Whether the ids are collected.</param>
internal sealed class FolderWalk(MailboxSession mailbox, FolderId folder, bool newestFirst, bool keepsIds)
{
    /// <summary>Rows read at a time.</summary>
    private const int Page = 256;

    private StatePage _page = StatePage.First(newestFirst, Page);

    public bool IsDone { get; private set; }

    /// <summary>The MIDs met so far; null where they are not collected.</summary>
    public IdSet? Ids { get; } = keepsIds ? new IdSet() : null;

    /// <summary>Why there is no page.</summary>
    public StoreError Error { get; private set; }

    /// <summary>The next messages; null where they cannot be had.</summary>
    public async ValueTask<IReadOnlyList<StateRow>?> NextAsync(CancellationToken cancel)
    {
        var read = await mailbox.ReadStatesAsync(folder, _page, cancel);
        if (!read.TryGet(out var rows))
        {
            Error = read.Error;
            return null;
        }
        var isSecond = newestFirst && !_page.NewestFirst;
        var kept = new List<StateRow>(rows.Count);
        var mids = new List<IdRange>();
        foreach (var row in rows)
        {
            if ((row.State & MessageState.SoftDeleted) != 0 || (isSecond && (row.State & MessageState.Associated) == 0))
                continue;
            kept.Add(row);
            if (keepsIds)
                mids.Add(new IdRange((ulong)row.Mid, (ulong)row.Mid));
        }
        if (mids.Count > 0)
            Ids!.Union(IdSet.FromRanges(mids));
        if (rows.Count > 0)
            _page = _page.After(rows[^1]);
        if (rows.Count < Page)
            Finish();
        return kept;
    }

    private void Finish()
    {
        // The order by delivery time does not have the associated messages; a folder without any has been walked.
        if (_page.NewestFirst && mailbox.Folders.TryGet(folder, out var now) && now.Counters.AssociatedCount > 0)
            _page = StatePage.First(false, Page);
        else
            IsDone = true;
    }
}
