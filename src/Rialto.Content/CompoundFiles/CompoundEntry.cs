using System.Buffers;
using Rialto.Model;

namespace Rialto.Content.CompoundFiles;

/// <summary>A storage or a stream of a compound file. [MS-CFB] 2.6.</summary>
public abstract class CompoundEntry
{
    /// <summary>UTF-16 code units that a name can have, [MS-CFB] 2.6.1: 64 bytes with the terminating null.</summary>
    public const int MaxNameLength = 31;

    private protected CompoundEntry(string name) => Name = name;

    public string Name { get; }

    /// <summary>User-defined flags; zero but for storages.</summary>
    public uint StateBits { get; init; }
}

/// <summary>A stream: a name and bytes. What was read from a file is a view of the file's bytes, without a copy.</summary>
public sealed class CompoundStream : CompoundEntry
{
    public CompoundStream(string name, ReadOnlySequence<byte> content) : base(name) => Content = content;

    public CompoundStream(string name, ReadOnlyMemory<byte> content) : this(name, new ReadOnlySequence<byte>(content))
    {
    }

    public ReadOnlySequence<byte> Content { get; }

    public long Length => Content.Length;

    public byte[] ToArray() => Content.ToArray();
}

/// <summary>A storage: a folder of storages and streams whose names differ under <see cref="CompoundNameComparer"/>.</summary>
public sealed class CompoundStorage : CompoundEntry
{
    private readonly List<CompoundEntry> _entries = [];
    private readonly Dictionary<string, CompoundEntry> _byName = new(CompoundNameComparer.Instance);

    /// <summary>The root of a compound file.</summary>
    public CompoundStorage() : this("Root Entry")
    {
    }

    public CompoundStorage(string name) : base(name)
    {
    }

    /// <summary>The class of the object that the storage holds; empty for none.</summary>
    public Guid ClassId { get; init; }

    /// <summary>Zero where it was not recorded.</summary>
    public FileTime Created { get; init; }

    /// <summary>Zero where it was not recorded.</summary>
    public FileTime Modified { get; init; }

    /// <summary>In the order in which they were added; by name in what was read.</summary>
    public IReadOnlyList<CompoundEntry> Entries => _entries;

    public IEnumerable<CompoundStorage> Storages => _entries.OfType<CompoundStorage>();

    public IEnumerable<CompoundStream> Streams => _entries.OfType<CompoundStream>();

    public CompoundStorage? FindStorage(string name) => _byName.GetValueOrDefault(name) as CompoundStorage;

    public CompoundStream? FindStream(string name) => _byName.GetValueOrDefault(name) as CompoundStream;

    /// <summary>False when the name is taken.</summary>
    public bool TryAdd(CompoundEntry entry)
    {
        if (!_byName.TryAdd(entry.Name, entry))
            return false;
        _entries.Add(entry);
        return true;
    }

    /// <summary>A new storage in this one. <see cref="ArgumentException"/> when the name is taken.</summary>
    public CompoundStorage AddStorage(string name)
    {
        var storage = new CompoundStorage(name);
        return TryAdd(storage) ? storage : throw new ArgumentException($"There is a {name} already.", nameof(name));
    }

    /// <summary>A new stream in this storage. <see cref="ArgumentException"/> when the name is taken.</summary>
    public void AddStream(string name, ReadOnlyMemory<byte> content)
    {
        if (!TryAdd(new CompoundStream(name, content)))
            throw new ArgumentException($"There is a {name} already.", nameof(name));
    }

    internal void SortEntries() => _entries.Sort((a, b) => CompoundNameComparer.Instance.Compare(a.Name, b.Name));

    /// <summary>The same content under another name: a storage becomes a file's root, or a root a storage.</summary>
    public CompoundStorage WithName(string name)
    {
        var copy = new CompoundStorage(name) { ClassId = ClassId, Created = Created, Modified = Modified, StateBits = StateBits };
        foreach (var entry in _entries)
            copy.TryAdd(entry);
        return copy;
    }
}
