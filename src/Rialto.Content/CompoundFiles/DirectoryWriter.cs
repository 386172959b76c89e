// [MS-CFB] 2.6.4: the siblings of a storage as a red-black tree.
namespace Rialto.Content.CompoundFiles;

/// <summary>The directory of a tree that is to be written: the root first, then each storage's entries by name, storage by storage.</summary>
internal sealed class DirectoryWriter
{
    private readonly DirectoryEntry[] _entries;

    private DirectoryWriter(List<CompoundEntry> order, DirectoryEntry[] entries)
    {
        Order = order;
        _entries = entries;
    }

    /// <summary>The entries of the tree by their id.</summary>
    public IReadOnlyList<CompoundEntry> Order { get; }

    public ref DirectoryEntry this[int id] => ref _entries[id];

    public static DirectoryWriter Create(CompoundStorage root)
    {
        var order = new List<CompoundEntry> { root };
        var children = new List<(int First, int Count)>();
        for (var i = 0; i < order.Count; i++)
        {
            var sorted = order[i] is CompoundStorage storage ? storage.Entries.OrderBy(e => e.Name, CompoundNameComparer.Instance) : Enumerable.Empty<CompoundEntry>();
            var first = order.Count;
            order.AddRange(sorted);
            children.Add((first, order.Count - first));
        }
        var entries = new DirectoryEntry[order.Count];
        for (var i = 0; i < entries.Length; i++)
            entries[i] = EntryOf(order[i], i == 0);
        for (var i = 0; i < entries.Length; i++)
        {
            var (first, count) = children[i];
            if (count > 0)
                entries[i].Child = Balance(entries, first, count, 0, int.Log2(count));
        }
        return new DirectoryWriter(order, entries);
    }

    /// <summary>
    /// The middle becomes the parent of both halves: all levels but the last are full, so that red in the last and black above hold the rules of the tree.
    /// </summary>
    private static uint Balance(DirectoryEntry[] entries, int first, int count, int level, int lastLevel)
    {
        if (count == 0)
            return SectorNumber.NoStream;
        var middle = count / 2;
        ref var entry = ref entries[first + middle];
        entry.Color = level == lastLevel && level > 0 ? DirectoryEntry.Red : DirectoryEntry.Black;
        entry.Left = Balance(entries, first, middle, level + 1, lastLevel);
        entry.Right = Balance(entries, first + middle + 1, count - middle - 1, level + 1, lastLevel);
        return (uint)(first + middle);
    }

    private static DirectoryEntry EntryOf(CompoundEntry source, bool isRoot)
    {
        if (source.Name.Length > CompoundEntry.MaxNameLength)
            throw new ArgumentException($"The name {source.Name} is longer than {CompoundEntry.MaxNameLength} characters.");
        var entry = DirectoryEntry.Unused with { Name = isRoot ? "Root Entry" : source.Name, Color = DirectoryEntry.Black, StateBits = source.StateBits };
        if (source is CompoundStorage storage)
        {
            entry.Type = isRoot ? DirectoryEntry.Root : DirectoryEntry.Storage;
            entry.ClassId = storage.ClassId;
            entry.Created = isRoot ? default : storage.Created;
            entry.Modified = storage.Modified;
        }
        else
        {
            entry.Type = DirectoryEntry.Stream;
            entry.StreamSize = (ulong)((CompoundStream)source).Length;
        }
        return entry;
    }
}
