// [MS-OXCDATA] 2.2.1.1 FID, 2.2.1.2 MID, 2.2.1.3.1 LongTermID; [MS-OXCROPS] 2.2.13.12.1.1 LongTermIdRange.
using System.Buffers.Binary;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

/// <summary>The eight bytes of a FID, MID or CN in a ROP buffer: REPLID little-endian, then the 48-bit global counter big-endian.</summary>
public static class ShortTermId
{
    /// <summary>REPLID of the mailbox's own replica.</summary>
    public const ushort OwnReplica = 1;

    public const long GreatestCounter = 0xFFFFFFFFFFFF;

    public static ulong Of(long counter, ushort replica = OwnReplica) =>
        counter == 0 ? 0 : BinaryPrimitives.ReverseEndianness((ulong)counter << 16) << 16 | replica;

    public static ushort ReplicaOf(ulong id) => (ushort)id;

    public static long CounterOf(ulong id) => (long)(BinaryPrimitives.ReverseEndianness(id >> 16) >> 16);
}

/// <summary>An id that means the same in every session: the replica's GUID and the global counter.</summary>
public struct LongTermId : IWireStructure<LongTermId>, IEquatable<LongTermId>
{
    public const int Size = 24;

    public Guid ReplicaGuid;

    /// <summary>48 bits.</summary>
    public long GlobalCounter;

    private ushort _pad;

    public LongTermId(Guid replicaGuid, long globalCounter)
    {
        ReplicaGuid = replicaGuid;
        GlobalCounter = globalCounter;
    }

    public static void Fields<TIo>(ref TIo io, scoped ref LongTermId value)
        where TIo : struct, IWireIo, allows ref struct
    {
        io.Guid(ref value.ReplicaGuid, "DatabaseGuid");
        // Six bytes, most significant first: two and four of them.
        var high = BinaryPrimitives.ReverseEndianness((ushort)(value.GlobalCounter >> 32));
        var low = BinaryPrimitives.ReverseEndianness((uint)value.GlobalCounter);
        io.U16(ref high, "GlobalCounter");
        io.U32(ref low, "GlobalCounter");
        value.GlobalCounter = (long)BinaryPrimitives.ReverseEndianness(high) << 32 | BinaryPrimitives.ReverseEndianness(low);
        io.U16(ref value._pad, "Pad");
    }

    public readonly bool Equals(LongTermId other) => ReplicaGuid == other.ReplicaGuid && GlobalCounter == other.GlobalCounter;

    public override readonly bool Equals(object? obj) => obj is LongTermId other && Equals(other);

    public override readonly int GetHashCode() => HashCode.Combine(ReplicaGuid, GlobalCounter);

    public static bool operator ==(LongTermId left, LongTermId right) => left.Equals(right);

    public static bool operator !=(LongTermId left, LongTermId right) => !left.Equals(right);
}

/// <summary>Ids from the first to the last, both included.</summary>
public struct LongTermIdRange : IWireStructure<LongTermIdRange>
{
    public LongTermId MinLongTermId;
    public LongTermId MaxLongTermId;

    public static void Fields<TIo>(ref TIo io, scoped ref LongTermIdRange value)
        where TIo : struct, IWireIo, allows ref struct
    {
        io.Structure(ref value.MinLongTermId);
        io.Structure(ref value.MaxLongTermId);
    }

    /// <summary>DataSize, LongTermIdRangeCount and the ranges. [MS-OXCROPS] 2.2.13.12.1.</summary>
    public static void Field<TIo>(ref TIo io, scoped ref LongTermIdRange[] ranges)
        where TIo : struct, IWireIo, allows ref struct
    {
        var sized = new Counted { Ranges = ranges };
        io.Sized(ref sized, CountWidth.UInt16, "DataSize");
        ranges = sized.Ranges;
    }

    private struct Counted : IWireStructure<Counted>
    {
        public LongTermIdRange[] Ranges;

        public static void Fields<TIo>(ref TIo io, scoped ref Counted value)
            where TIo : struct, IWireIo, allows ref struct => io.Array(ref value.Ranges, CountWidth.UInt32, "LongTermIdRanges");
    }
}
