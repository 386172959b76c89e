// RFC 5256, RFC 3501 6.4.4: headers of a whole folder in memory, for SORT, THREAD and SEARCH by address.
using Rialto.Content.Mime;
using Rialto.Store;
using Rialto.Store.Backend;
using Rialto.Store.Views;

namespace Rialto.MailAccess.Imap.Search;

/// <summary>
/// The columns of one folder that somebody has asked for: made by one scan over the digests, brought up to the folder by a scan over what came since, shared by everyone who has the
/// folder open and gone with its view. What would take more memory than the options allow is made for the one command.
/// </summary>
internal sealed class FolderColumns
{
    private readonly SemaphoreSlim _one = new(1);
    private readonly Dictionary<ColumnKind, HeaderColumn> _columns = [];

    /// <summary>The columns with a row for every message of the snapshot; others have rows too. With their rankings where <paramref name="ranked"/>.</summary>
    public async ValueTask<(StoreError Error, ColumnRows[] Rows)> ReadAsync(
        ImapSession session, SelectedFolder folder, FolderSnapshot snapshot, IReadOnlyList<ColumnKind> wanted, bool ranked, CancellationToken cancel)
    {
        await _one.WaitAsync(cancel);
        try
        {
            var error = await UpdateAsync(session, folder, snapshot, wanted, cancel);
            if (error != StoreError.None)
                return (error, []);
            var rows = new ColumnRows[wanted.Count];
            for (var i = 0; i < rows.Length; i++)
            {
                var column = _columns[wanted[i]];
                var found = ColumnRows.Of(column, snapshot, ranked);
                if (found is null)
                {
                    // A message below the last UID that was not there before: all is read anew.
                    _columns.Remove(wanted[i]);
                    error = await UpdateAsync(session, folder, snapshot, wanted, cancel);
                    if (error != StoreError.None)
                        return (error, []);
                    found = ColumnRows.Of(_columns[wanted[i]], snapshot, ranked) ?? throw new InvalidOperationException("A column lacks messages of its folder.");
                }
                rows[i] = found.Value;
            }
            if (_columns.Values.Sum(c => c.Size) > session.Options.MaximumFolderColumns)
                _columns.Clear();
            return (StoreError.None, rows);
        }
        finally
        {
            _one.Release();
        }
    }

    private async ValueTask<StoreError> UpdateAsync(ImapSession session, SelectedFolder folder, FolderSnapshot snapshot, IReadOnlyList<ColumnKind> wanted, CancellationToken cancel)
    {
        var behind = new List<HeaderColumn>();
        foreach (var kind in wanted)
        {
            // Rows of messages that are gone stay until they are most of it.
            if (!_columns.TryGetValue(kind, out var column) || column.Count > 2 * snapshot.Count + 1000)
                _columns[kind] = column = HeaderColumn.Create(kind);
            if (snapshot.Count > 0 && column.LastUid < snapshot[snapshot.Count - 1].Uid && !behind.Contains(column))
                behind.Add(column);
        }
        if (behind.Count == 0)
            return StoreError.None;
        var first = snapshot.PositionOfUid(behind.Min(c => c.LastUid) + 1);
        var scan = new ColumnScan(session.Engine.Converter, snapshot, behind, first < 0 ? ~first : first);
        while (scan.Position < snapshot.Count)
        {
            var error = await folder.Mailbox.ScanDigestsAsync(folder.Id, snapshot[scan.Position].Uid, snapshot[snapshot.Count - 1].Uid, scan, cancel);
            if (error != StoreError.None)
                return error;
            if (scan.Position == snapshot.Count)
                break;
            // A digest that was lost, or that is older than what it has to tell: it is made from the message.
            var opened = await folder.Mailbox.OpenMimeAsync(folder.Id, snapshot[scan.Position].Id, cancel);
            if (!opened.Succeeded && opened.Error != StoreError.NotFound)
                return opened.Error;
            if (opened.TryGet(out var lease))
            {
                using (lease)
                    scan.Take(ImapDigest.Build(MimeMessage.Parse(lease.Memory)));
            }
            else
            {
                scan.Take(default);
            }
        }
        return StoreError.None;
    }

    private sealed class ColumnScan(IContentConverter converter, FolderSnapshot snapshot, List<HeaderColumn> columns, int position) : IDigestSink
    {
        private readonly byte[] _scratch = new byte[4096];
        private readonly bool _needsThread = columns.Exists(c => c is ReferencesColumn);

        /// <summary>The next message.</summary>
        public int Position { get; private set; } = position;

        public bool Add(uint uid, ReadOnlySpan<byte> digest)
        {
            var expected = snapshot[Position].Uid;
            if (uid < expected)
                return true;
            var knowsThread = converter.TryReadThread(digest, out var envelope, out var hashes);
            if (uid > expected || _needsThread && !knowsThread)
                return false;
            Take(envelope, hashes);
            return Position < snapshot.Count;
        }

        public void Take(byte[]? digest)
        {
            ReadOnlySpan<byte> envelope = default, hashes = default;
            if (digest is not null)
                converter.TryReadThread(digest, out envelope, out hashes);
            Take(envelope, hashes);
        }

        private void Take(ReadOnlySpan<byte> envelope, ReadOnlySpan<byte> hashes)
        {
            ref readonly var entry = ref snapshot[Position++];
            var values = new HeaderValues(entry.ReceivedTicks, envelope, hashes, _scratch);
            foreach (var column in columns)
            {
                if (column.LastUid < entry.Uid)
                    column.Append(entry.Uid, values);
            }
        }
    }
}

/// <summary>A column as it was at one moment.</summary>
/// <param name="Column">Its rows, of which later ones are not meant.</param>
/// <param name="RowOf">The row of each position of the snapshot; null where rows and positions are the same.</param>
internal readonly record struct ColumnRows(HeaderColumn Column, int[]? RowOf, int Count, Ranking? Ranking)
{
    /// <summary>Whether the first place belongs to empty texts.</summary>
    public bool HasEmpty => Ranking!.First is var first and >= 0 && ((TextKeyColumn)Column)[first].IsEmpty;

    public int this[int position] => RowOf is null ? position : RowOf[position];

    /// <summary>Null where a message has no row.</summary>
    public static ColumnRows? Of(HeaderColumn column, FolderSnapshot snapshot, bool ranked)
    {
        var uids = column.Uids.AsSpan(0, column.Count);
        int[]? rowOf = null;
        var row = 0;
        for (var position = 0; position < snapshot.Count;)
        {
            foreach (ref readonly var entry in snapshot.BlockAt(position))
            {
                while (row < uids.Length && uids[row] < entry.Uid)
                    row++;
                if (row == uids.Length || uids[row] != entry.Uid)
                    return null;
                if (rowOf is null && row != position)
                {
                    rowOf = new int[snapshot.Count];
                    for (var i = 0; i < position; i++)
                        rowOf[i] = i;
                }
                if (rowOf is not null)
                    rowOf[position] = row;
                position++;
                row++;
            }
        }
        return new ColumnRows(column, rowOf, column.Count, ranked && column is IRanked all ? Ranking.Of(all) : null);
    }
}
