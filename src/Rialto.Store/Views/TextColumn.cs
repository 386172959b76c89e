// RFC 9051 6.4.4: SUBJECT, FROM, TO, CC, BCC and HEADER Message-ID look for a substring in every message of a folder.
using Rialto.Store.Backend;

namespace Rialto.Store.Views;

/// <summary>
/// One short text of every message of a folder, kept in memory from the first search on and as long as the folder's view: a search is then one pass over
/// contiguous bytes. Brought up to the view by what changed since, at the next search, so that it costs writers nothing.
/// </summary>
/// <param name="limit">Bytes that it may take; a folder that needs more is searched in storage.</param>
internal sealed class TextColumn(FolderId folder, TextTarget target, IMailboxStorage storage, int limit)
{
    /// <summary>Additions each make a segment of their own; from so many on all is read anew.</summary>
    private const int MostSegments = 64;

    /// <summary>So many changed messages are read one by one; more by a scan.</summary>
    private const int FewChanges = 512;

    /// <summary>Messages from which on reading takes longer than beginning it twice.</summary>
    public const int LargeFolder = 10_000;

    private readonly SemaphoreSlim _one = new(1);
    private State? _state;
    private bool _isTooLarge;

    /// <summary>The messages of the snapshot whose text holds what is looked for, ignoring case, ids ascending; null when the column would grow too large.</summary>
    public async ValueTask<IReadOnlyList<MessageId>?> FindAsync(FolderSnapshot snapshot, string text, CancellationToken cancel)
    {
        if (Volatile.Read(ref _isTooLarge))
            return null;
        var state = Volatile.Read(ref _state);
        if (state is null || (state.Snapshot != snapshot && state.Snapshot.HighestSequence <= snapshot.HighestSequence))
        {
            await _one.WaitAsync(cancel);
            try
            {
                state = await UpdateAsync(snapshot, cancel);
                Volatile.Write(ref _state, state);
                if (state is null)
                {
                    Volatile.Write(ref _isTooLarge, true);
                    return null;
                }
            }
            finally
            {
                _one.Release();
            }
        }
        return Find(state, snapshot, TextSegment.Needle(text));
    }

    /// <summary>Reads the texts of a folder whose view is not there yet.</summary>
    public async Task<TextSegment[]> ReadAheadAsync(uint uidNext)
    {
        var lower = Task.Run(() => ReadAsync(0, uidNext / 2 - 1, CancellationToken.None));
        var upper = Task.Run(() => ReadAsync(uidNext / 2, uint.MaxValue, CancellationToken.None));
        return [await lower, await upper];
    }

    /// <summary>Takes what was read ahead for the texts of the view, unless another search was faster.</summary>
    public async ValueTask AdoptAsync(FolderSnapshot snapshot, TextSegment[] segments)
    {
        await _one.WaitAsync();
        try
        {
            if (_state is null && Kept(new State(snapshot, segments, [])) is { } state)
                Volatile.Write(ref _state, state);
        }
        finally
        {
            _one.Release();
        }
    }

    private static MessageId[] Find(State state, FolderSnapshot snapshot, ReadOnlySpan<byte> needle)
    {
        var uids = new List<uint>();
        var found = new List<long>();
        for (var number = 0; number < state.Segments.Length; number++)
        {
            uids.Clear();
            state.Segments[number].Find(needle, uids);
            foreach (var uid in uids)
            {
                // The scan also saw what the view does not show, and the column keeps what is gone.
                if (state.Newest.TryGetValue(uid, out var newest) && newest != number)
                    continue;
                var position = snapshot.PositionOfUid(uid);
                if (position >= 0)
                    found.Add(snapshot[position].Id.Value);
            }
        }
        found.Sort();
        var ids = new MessageId[found.Count];
        for (var i = 0; i < ids.Length; i++)
            ids[i] = new MessageId(found[i]);
        return ids;
    }

    private async ValueTask<State?> UpdateAsync(FolderSnapshot snapshot, CancellationToken cancel)
    {
        if (_state is not { } state || state.Segments.Length >= MostSegments)
            return await ScanAsync(snapshot, cancel);
        if (state.Snapshot == snapshot)
            return state;
        var difference = state.Snapshot.DifferenceTo(snapshot);
        var ids = new List<MessageId>();
        foreach (var position in difference.Changed)
        {
            ref readonly var entry = ref snapshot[position];
            var before = state.Snapshot.PositionOfUid(entry.Uid);
            if (before < 0 || state.Snapshot[before].Cn != entry.Cn)
                ids.Add(entry.Id);
        }
        if (ids.Count + difference.Added > FewChanges)
            return await ScanAsync(snapshot, cancel);
        for (var position = snapshot.Count - difference.Added; position < snapshot.Count; position++)
            ids.Add(snapshot[position].Id);
        if (ids.Count == 0)
            return state with { Snapshot = snapshot };
        var segment = new TextSegment(target);
        var number = state.Segments.Length;
        var newest = new Dictionary<uint, int>(state.Newest);
        foreach (var row in await storage.ReadRowsAsync(ids.ToArray(), cancel))
        {
            if (row.Folder != folder)
                continue;
            segment.Add(row);
            newest[row.Uid] = number;
        }
        return Kept(new State(snapshot, [.. state.Segments, segment], newest));
    }

    private async ValueTask<State?> ScanAsync(FolderSnapshot snapshot, CancellationToken cancel)
    {
        // Somebody waits: the halves of a large folder are read at the same time.
        if (snapshot.Count < LargeFolder)
            return Kept(new State(snapshot, [await ReadAsync(0, uint.MaxValue, cancel)], []));
        var middle = snapshot[snapshot.Count / 2].Uid;
        var lower = Task.Run(() => ReadAsync(0, middle - 1, cancel), cancel);
        var upper = await ReadAsync(middle, uint.MaxValue, cancel);
        return Kept(new State(snapshot, [await lower, upper], []));
    }

    private async Task<TextSegment> ReadAsync(uint first, uint last, CancellationToken cancel)
    {
        var segment = new TextSegment(target);
        await storage.ScanSummariesAsync(folder, first, last, segment.Columns, segment, cancel);
        return segment;
    }

    private State? Kept(State state)
    {
        long total = 0;
        foreach (var segment in state.Segments)
            total += segment.Size;
        return total <= limit ? state : null;
    }

    /// <param name="Newest">Messages read again after the first scan: the segment that has their text now.</param>
    private sealed record State(FolderSnapshot Snapshot, TextSegment[] Segments, Dictionary<uint, int> Newest);
}
