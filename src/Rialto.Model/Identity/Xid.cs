// [MS-OXCFXICS] 2.2.2.2 XID, 2.2.2.3 PredecessorChangeList, 3.1.5.6 conflict detection.
using Rialto.Wire;

namespace Rialto.Model;

/// <summary>
/// An external identifier of a change or an object: a namespace and an id within it. Where the namespace is a replica's GUID, the id is a 6-byte counter
/// with its highest byte first; other namespaces have ids of their own, 4 to 239 bytes.
/// </summary>
public sealed record Xid(Guid Namespace, byte[] LocalId)
{
    public const int MinSize = 17;

    public const int MaxSize = 255;

    public static Xid Of(GlobalId id) => new(id.Replica, id.ToArray()[16..]);

    /// <summary>Null unless it has a namespace and at least a byte of id.</summary>
    public static Xid? Parse(ReadOnlySpan<byte> bytes) =>
        bytes.Length is < MinSize or > MaxSize ? null : new Xid(new Guid(bytes[..16]), bytes[16..].ToArray());

    public byte[] ToArray()
    {
        var bytes = new byte[16 + LocalId.Length];
        Namespace.TryWriteBytes(bytes);
        LocalId.CopyTo(bytes, 16);
        return bytes;
    }

    public bool Equals(Xid? other) => other is not null && Namespace == other.Namespace && LocalId.AsSpan().SequenceEqual(other.LocalId);

    public override int GetHashCode() => HashCode.Combine(Namespace, LocalId.Length, LocalId.Length > 0 ? LocalId[^1] : 0);
}

/// <summary>
/// The changes that a version of an object includes: the newest one of each namespace. Serialised as sized XIDs in the byte order of their namespaces.
/// A version includes another when its list includes the other's; two versions of which neither does are in conflict.
/// </summary>
public sealed class PredecessorChangeList
{
    /// <summary>Namespaces in one list: every replica and client that ever changed an object. Real lists have a handful.</summary>
    public const int MaxEntries = 4096;

    private readonly SortedList<Guid, byte[]> _newest = new(GuidByteOrder.Instance);

    public IEnumerable<Xid> Entries => _newest.Select(e => new Xid(e.Key, e.Value));

    public int Count => _newest.Count;

    /// <summary>Null when the bytes are no list of sized XIDs. Several XIDs of one namespace are merged; any order is read.</summary>
    public static PredecessorChangeList? Parse(ReadOnlySpan<byte> bytes)
    {
        var list = new PredecessorChangeList();
        var reader = new WireReader(bytes);
        while (!reader.AtEnd)
        {
            if (Xid.Parse(reader.ReadCounted(CountWidth.Byte)) is not { } xid || list.Count >= MaxEntries)
                return null;
            list.Add(xid);
        }
        return reader.Failed ? null : list;
    }

    /// <summary>Adds a change; an older one of its namespace gives way, a newer one stays.</summary>
    public void Add(Xid change)
    {
        if (!_newest.TryGetValue(change.Namespace, out var known) || Compare(known, change.LocalId) < 0)
            _newest[change.Namespace] = change.LocalId;
    }

    public void Merge(PredecessorChangeList other)
    {
        foreach (var change in other.Entries)
            Add(change);
    }

    /// <summary>Whether the version with this list already has that change.</summary>
    public bool Includes(Xid change) => _newest.TryGetValue(change.Namespace, out var known) && Compare(known, change.LocalId) >= 0;

    public bool Includes(PredecessorChangeList other)
    {
        foreach (var (space, id) in other._newest)
        {
            if (!_newest.TryGetValue(space, out var known) || Compare(known, id) < 0)
                return false;
        }
        return true;
    }

    public byte[] ToArray()
    {
        var size = 0;
        foreach (var id in _newest.Values)
            size += 17 + id.Length;
        var bytes = new byte[size];
        var at = 0;
        foreach (var (space, id) in _newest)
        {
            bytes[at++] = (byte)(16 + id.Length);
            space.TryWriteBytes(bytes.AsSpan(at));
            id.CopyTo(bytes, at + 16);
            at += 16 + id.Length;
        }
        return bytes;
    }

    /// <summary>Ids of one namespace grow: by length first, then byte by byte.</summary>
    private static int Compare(byte[] left, byte[] right) =>
        left.Length != right.Length ? left.Length.CompareTo(right.Length) : left.AsSpan().SequenceCompareTo(right);
}

/// <summary>GUIDs in the order of their sixteen bytes on the wire, which is the order that [MS-OXCFXICS] serialises by.</summary>
public sealed class GuidByteOrder : IComparer<Guid>
{
    public static readonly GuidByteOrder Instance = new();

    public int Compare(Guid x, Guid y)
    {
        Span<byte> left = stackalloc byte[16], right = stackalloc byte[16];
        x.TryWriteBytes(left);
        y.TryWriteBytes(right);
        return left.SequenceCompareTo(right);
    }
}
