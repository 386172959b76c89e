using System.Collections.Concurrent;
using Rialto.Model;
using Rialto.Store.Backend;
using Rialto.Store.Views;
using Rialto.Wire;

namespace Rialto.Store.Engine;

/// <summary>
/// Who has read what in a public store: a set of message ids for each principal and folder. The row's Read bit says nothing there.
/// </summary>
internal sealed class ReadSets(Mailbox mailbox)
{
    private readonly ConcurrentDictionary<(Guid Principal, FolderId Folder), IdSet> _sets = new();

    /// <summary>The set, never to be changed in place.</summary>
    public async ValueTask<IdSet> ReadAsync(Guid principal, FolderId folder, CancellationToken cancel)
    {
        if (_sets.TryGetValue((principal, folder), out var known))
            return known;
        var stored = await mailbox.Storage.ReadReadSetAsync(principal, folder, cancel);
        return _sets.GetOrAdd((principal, folder), stored is { } bytes ? Decode(bytes.Span) : new IdSet());
    }

    public void Publish(Guid principal, FolderId folder, IdSet set) => _sets[(principal, folder)] = set;

    /// <summary>Another server wrote: read them again.</summary>
    public void Clear() => _sets.Clear();

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

    public static MessageState Overlay(MessageState state, MessageId id, IdSet read) =>
        read.Contains((ulong)id.Value) ? state | MessageState.Read : state & ~MessageState.Read;

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
            var state = Overlay(entry.State, entry.Id, read);
            if (state != entry.State)
                editor.Replace(position, entry with { State = state });
            unread += Entries.IsUnread(state) ? 1 : 0;
        }
        return new FolderSnapshot(editor.Freeze(), shared.Keywords, shared.UidValidity, shared.UidNext, shared.HighestSequence, unread);
    }
}
