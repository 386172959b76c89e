// [MS-OXCFXICS] 2.2.2.4 IDSET and CNSET, in the REPLID (2.2.2.4.1) and REPLGUID (2.2.2.4.2) forms.
using System.Diagnostics.CodeAnalysis;
using Rialto.Wire;

namespace Rialto.Model;

/// <summary>
/// Ids or change numbers of several replicas, each with its set of counters: what IDSET and CNSET serialise. Keyed by replica GUID; the REPLID form is
/// read and written through the mailbox's own map of the two.
/// </summary>
public sealed class ReplicaIdSet : IEquatable<ReplicaIdSet>
{
    /// <summary>Replicas in one set: those that a mailbox was ever moved through, and its clients' local ones.</summary>
    public const int MaxReplicas = 4096;

    private readonly SortedList<Guid, IdSet> _sets = new(GuidByteOrder.Instance);

    public IReadOnlyCollection<KeyValuePair<Guid, IdSet>> Replicas => _sets;

    public bool IsEmpty => _sets.Values.All(s => s.IsEmpty);

    /// <summary>The replica's set, made empty when it was not there: change it to change this.</summary>
    public IdSet this[Guid replica]
    {
        get
        {
            if (!_sets.TryGetValue(replica, out var set))
                _sets[replica] = set = new IdSet();
            return set;
        }
    }

    public bool TryGet(Guid replica, [MaybeNullWhen(false)] out IdSet set) => _sets.TryGetValue(replica, out set);

    public bool Contains(GlobalId id) => _sets.TryGetValue(id.Replica, out var set) && set.Contains(id.Counter);

    public void Add(GlobalId id) => this[id.Replica].Add(id.Counter);

    public void Union(ReplicaIdSet other)
    {
        foreach (var (replica, set) in other._sets)
            this[replica].Union(set);
    }

    public void Subtract(ReplicaIdSet other)
    {
        foreach (var (replica, set) in other._sets)
        {
            if (_sets.TryGetValue(replica, out var mine))
                mine.Subtract(set);
        }
    }

    public ReplicaIdSet Clone()
    {
        var copy = new ReplicaIdSet();
        foreach (var (replica, set) in _sets)
            copy._sets[replica] = set.Clone();
        return copy;
    }

    // ---- REPLGUID form: state properties ----

    /// <summary>Null when the bytes are malformed. A replica that occurs twice is merged.</summary>
    public static ReplicaIdSet? ParseReplGuids(ReadOnlySpan<byte> bytes)
    {
        var sets = new ReplicaIdSet();
        var reader = new WireReader(bytes);
        while (!reader.AtEnd)
        {
            var replica = reader.ReadGuid();
            if (GlobSet.Read(ref reader) is not { } set || !sets.Merge(replica, set))
                return null;
        }
        return sets;
    }

    /// <summary>Replicas in the byte order of their GUIDs; empty sets are left out.</summary>
    public byte[] ToReplGuids()
    {
        var writer = new WireWriter(64);
        foreach (var (replica, set) in _sets)
        {
            if (set.IsEmpty)
                continue;
            writer.WriteGuid(replica);
            GlobSet.Write(ref writer, set);
        }
        var bytes = writer.ToArray();
        writer.Dispose();
        return bytes;
    }

    // ---- REPLID form: deletions and read-state changes ----

    /// <summary>Null when the bytes are malformed or name a replica id that has no GUID here.</summary>
    public static ReplicaIdSet? ParseReplIds(ReadOnlySpan<byte> bytes, Func<ushort, Guid?> replicaOf)
    {
        var sets = new ReplicaIdSet();
        var reader = new WireReader(bytes);
        while (!reader.AtEnd)
        {
            var id = reader.ReadUInt16();
            if (GlobSet.Read(ref reader) is not { } set || replicaOf(id) is not { } replica || !sets.Merge(replica, set))
                return null;
        }
        return sets;
    }

    /// <summary>Replicas from the lowest id to the highest; those without an id and empty ones are left out.</summary>
    public byte[] ToReplIds(Func<Guid, ushort?> idOf)
    {
        var writer = new WireWriter(64);
        var byId = _sets.Where(s => !s.Value.IsEmpty).Select(s => (Id: idOf(s.Key), Set: s.Value)).Where(s => s.Id is not null).OrderBy(s => s.Id);
        foreach (var (id, set) in byId)
        {
            writer.WriteUInt16(id!.Value);
            GlobSet.Write(ref writer, set);
        }
        var bytes = writer.ToArray();
        writer.Dispose();
        return bytes;
    }

    public bool Equals(ReplicaIdSet? other)
    {
        if (other is null)
            return false;
        var mine = _sets.Where(s => !s.Value.IsEmpty);
        var others = other._sets.Where(s => !s.Value.IsEmpty);
        return mine.SequenceEqual(others);
    }

    public override bool Equals(object? obj) => Equals(obj as ReplicaIdSet);

    public override int GetHashCode() => _sets.Count;

    private bool Merge(Guid replica, IdSet set)
    {
        if (!_sets.ContainsKey(replica) && _sets.Count >= MaxReplicas)
            return false;
        this[replica].Union(set);
        return true;
    }
}
