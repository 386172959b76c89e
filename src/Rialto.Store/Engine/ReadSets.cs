using System.Collections.Concurrent;
using Rialto.Model;
using Rialto.Store.Backend;
using Rialto.Store.Views;
using Rialto.Wire;

namespace Rialto.Store.Engine;

/// <summary>
/// Who has read what in a public store: a set of change numbers for each principal and folder, so that what changed since is unread again. The row's Read bit says
/// nothing there. [MS-OXCSTOR] 3.2.1, 3.2.5.12.1.
/// </summary>
internal sealed class ReadSets(Mailbox mailbox)
{
    private readonly ConcurrentDictionary<(Guid Principal, FolderId Folder), IdSet> _sets = new();
    private readonly ConcurrentDictionary<(Guid Principal, FolderId Folder), Counted> _unread = new();

    /// <summary>The set, never to be changed in place.</summary>
    public async ValueTask<IdSet> ReadAsync(Guid principal, FolderId folder, CancellationToken cancel)
    {
        if (_sets.TryGetValue((principal, folder), out var known))
            return known;
        var stored = await mailbox.Storage.ReadReadSetAsync(principal, folder, cancel);
        return _sets.GetOrAdd((principal, folder), stored is { } bytes ? Decode(bytes.Span) : new IdSet());
    }

    public void Publish(Guid principal, FolderId folder, IdSet set) => _sets[(principal, folder)] = set;

    /// <summary>Another server wrote: read them again. Gives the sets that were known.</summary>
    public IReadOnlyDictionary<(Guid Principal, FolderId Folder), IdSet> Clear()
    {
        var known = _sets.ToDictionary();
        _sets.Clear();
        return known;
    }

    /// <summary>How many ordinary messages of the folder the principal has not read. Counted anew only after the folder or the set has changed.</summary>
    public async ValueTask<int> CountUnreadAsync(Guid principal, Folder folder, CancellationToken cancel)
    {
        var read = await ReadAsync(principal, folder.Id, cancel);
        if (read.IsEmpty || folder.Counters.Count == 0)
            return folder.Counters.Count;
        var index = await mailbox.Views.OpenIndexAsync(folder.Id);
        try
        {
            return Count(principal, folder.Id, index.Current, read);
        }
        finally
        {
            mailbox.Views.Release(index);
        }
    }

    /// <summary>The same without waiting: the last count where the folder's index is not there, and all messages where nothing is known.</summary>
    public int UnreadNow(Guid principal, Folder folder)
    {
        if (!_sets.TryGetValue((principal, folder.Id), out var read) || read.IsEmpty || folder.Counters.Count == 0)
            return folder.Counters.Count;
        if (mailbox.Views.FindIndex(folder.Id)?.CurrentOrNull is { } snapshot)
            return Count(principal, folder.Id, snapshot, read);
        return _unread.TryGetValue((principal, folder.Id), out var last) ? Math.Min(last.Unread, folder.Counters.Count) : folder.Counters.Count;
    }

    private int Count(Guid principal, FolderId folder, FolderSnapshot snapshot, IdSet read)
    {
        if (_unread.TryGetValue((principal, folder), out var last) && last.Snapshot.TryGetTarget(out var counted) && counted == snapshot && last.Read == read)
            return last.Unread;
        var unread = 0;
        for (var position = 0; position < snapshot.Count;)
        {
            var block = snapshot.BlockAt(position);
            foreach (ref readonly var entry in block)
                unread += read.Contains((ulong)entry.Cn) ? 0 : 1;
            position += block.Length;
        }
        _unread[(principal, folder)] = new Counted(new WeakReference<FolderSnapshot>(snapshot), read, unread);
        return unread;
    }

    /// <summary>A count, and of what it is one.</summary>
    private sealed record Counted(WeakReference<FolderSnapshot> Snapshot, IdSet Read, int Unread);

    public static byte[] Encode(IdSet set)
    {
        var writer = new WireWriter(256);
        GlobSet.Write(ref writer, set);
        var bytes = writer.ToArray();
        writer.Dispose();
        return bytes;
    }

    private static IdSet Decode(ReadOnlySpan<byte> bytes)
    {
        var reader = new WireReader(bytes);
        return GlobSet.Read(ref reader) is { } set && !reader.Failed ? set : new IdSet();
    }

    /// <summary>The state as who has read those changes sees it.</summary>
    public static MessageState Overlay(MessageState state, long cn, IdSet read) =>
        read.Contains((ulong)cn) ? state | MessageState.Read : state & ~MessageState.Read;

    /// <summary>What the principal sees of a shared snapshot. The same object while neither the snapshot nor the set has changed.</summary>
    public Func<FolderSnapshot, FolderSnapshot> OverlayOf(Guid principal, FolderId folder)
    {
        FolderSnapshot? from = null, made = null;
        IdSet? with = null;
        var gate = new Lock();
        return shared =>
        {
            var set = _sets.GetValueOrDefault((principal, folder)) ?? new IdSet();
            lock (gate)
            {
                if (from != shared || with != set || made is null)
                {
                    made = Apply(shared, set);
                    from = shared;
                    with = set;
                }
                return made;
            }
        };
    }

    private static FolderSnapshot Apply(FolderSnapshot shared, IdSet read)
    {
        var editor = shared.Items.Edit();
        var unread = 0;
        for (var position = 0; position < shared.Count; position++)
        {
            ref readonly var entry = ref shared.Items[position];
            var state = Overlay(entry.State, entry.Cn, read);
            if (state != entry.State)
                editor.Replace(position, entry with { State = state });
            unread += Entries.IsUnread(state) ? 1 : 0;
        }
        return new FolderSnapshot(editor.Freeze(), shared.Keywords, shared.UidValidity, shared.UidNext, shared.HighestSequence, unread);
    }
}
