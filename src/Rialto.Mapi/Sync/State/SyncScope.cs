// [MS-OXCFXICS] 2.2.1.1: the state speaks of the scope that it was made in, and does not say which one that was.
using System.Security.Cryptography;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Sync.State;

/// <summary>
/// The restriction that a client's state was brought up to date under: a namespace of its own in MetaTagCnsetSeen, which clients keep without looking into it. While it is the
/// same, what changed since is all that there is to look at; under another one messages come into scope that have not changed.
/// </summary>
internal static class SyncScope
{
    /// <summary>Says that the state was made under more than one: of a download that was left, or under another restriction than the one before.</summary>
    public static readonly Guid Mixed = Of([]);

    private static ReadOnlySpan<byte> Prefix => [0x1d, 0x62, 0xa7, 0x5e, 0x90, 0x0c, 0x4b, 0x83];

    /// <summary>The restriction's own; null for none.</summary>
    public static Guid? Of(Restriction? restriction)
    {
        if (restriction is null)
            return null;
        var writer = new WireWriter(256);
        try
        {
            RestrictionCodec.Restriction(ref writer, ref restriction, ValueForm.Rop);
            return writer.Failed ? Mixed : Of(SHA256.HashData(writer.Written).AsSpan(0, 8));
        }
        finally
        {
            writer.Dispose();
        }
    }

    /// <summary>What the set says of itself; null where that is nothing.</summary>
    public static Guid? Find(ReplicaIdSet set)
    {
        Guid? found = null;
        foreach (var (replica, numbers) in set.Replicas)
        {
            if (Is(replica) && !numbers.IsEmpty)
                found = found is null ? replica : Mixed;
        }
        return found;
    }

    /// <summary>Makes the set say that; null: nothing.</summary>
    public static void Set(ReplicaIdSet set, Guid? scope)
    {
        foreach (var (replica, numbers) in set.Replicas)
        {
            if (Is(replica))
                numbers.RemoveRange(0, ulong.MaxValue);
        }
        if (scope is { } now)
            set[now].Add(1);
    }

    private static bool Is(Guid replica)
    {
        Span<byte> bytes = stackalloc byte[16];
        return replica.TryWriteBytes(bytes) && bytes.StartsWith(Prefix);
    }

    private static Guid Of(ReadOnlySpan<byte> hash)
    {
        Span<byte> bytes = stackalloc byte[16];
        Prefix.CopyTo(bytes);
        hash.CopyTo(bytes[Prefix.Length..]);
        bytes[(Prefix.Length + hash.Length)..].Clear();
        return new Guid(bytes);
    }
}
