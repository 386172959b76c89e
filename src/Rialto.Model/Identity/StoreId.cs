// [MS-OXCDATA] 2.2.1.1 FolderID, 2.2.1.2 MessageID, 2.2.1.3 Global Identifier, 2.2.1.3.1 LongTermID; [MS-OXCFXICS] 2.2.2.1 CN, 2.2.2.5 GLOBCNT.
using System.Buffers.Binary;
using System.Globalization;
using Rialto.Wire;

namespace Rialto.Model;

/// <summary>
/// A FolderID, MessageID or change number within one mailbox: a 16-bit replica id and a 48-bit counter. On the wire eight bytes: the replica id
/// little-endian, then the counter with its highest byte first.
/// </summary>
public readonly record struct StoreId(ushort ReplicaId, ulong Counter) : IWireStructure<StoreId>
{
    /// <summary>The greatest counter there is.</summary>
    public const ulong MaxCounter = 0xFFFF_FFFF_FFFF;

    public static readonly StoreId None;

    public bool IsNone => Counter == 0;

    /// <summary>From the number that the eight bytes make when read as a little-endian integer, as PtypInteger64 values hold ids.</summary>
    public static StoreId FromWire(ulong value) => new((ushort)value, BinaryPrimitives.ReverseEndianness(value) & MaxCounter);

    public ulong ToWire() => BinaryPrimitives.ReverseEndianness(Counter & MaxCounter) | ReplicaId;

    /// <summary>The value of PidTagFolderId, PidTagMid and the like.</summary>
    public PropertyValue ToProperty(PropertyTag tag) => PropertyValue.Of(tag, (long)ToWire());

    public static void Fields<TIo>(ref TIo io, scoped ref StoreId value)
        where TIo : struct, IWireIo, allows ref struct
    {
        var replica = value.ReplicaId;
        var counter = value.Counter;
        io.U16(ref replica, "ReplicaId");
        io.U48BigEndian(ref counter, "GlobalCounter");
        value = new StoreId(replica, counter);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{ReplicaId:X4}-{Counter:X12}");
}

/// <summary>
/// A Global Identifier (GID): a replica's GUID and a 48-bit counter, 22 bytes. The value of PidTagSourceKey and PidTagChangeKey of objects made by servers.
/// </summary>
public readonly record struct GlobalId(Guid Replica, ulong Counter) : IWireStructure<GlobalId>
{
    public const int Size = 22;

    public static bool TryRead(ReadOnlySpan<byte> bytes, out GlobalId id)
    {
        id = default;
        return bytes.Length == Size && WireCodec.TryRead(bytes, out id);
    }

    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        Replica.TryWriteBytes(bytes);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(16), (ushort)(Counter >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(18), (uint)Counter);
        return bytes;
    }

    public static void Fields<TIo>(ref TIo io, scoped ref GlobalId value)
        where TIo : struct, IWireIo, allows ref struct
    {
        var replica = value.Replica;
        var counter = value.Counter;
        io.Guid(ref replica, "DatabaseGuid");
        io.U48BigEndian(ref counter, "GlobalCounter");
        value = new GlobalId(replica, counter);
    }
}

/// <summary>A Global Identifier and two bytes of padding, 24 bytes. What RopLongTermIdFromId gives.</summary>
public readonly record struct LongTermId(GlobalId Id) : IWireStructure<LongTermId>
{
    public static void Fields<TIo>(ref TIo io, scoped ref LongTermId value)
        where TIo : struct, IWireIo, allows ref struct
    {
        var id = value.Id;
        ushort padding = 0;
        io.Structure(ref id, "LongTermId");
        io.U16(ref padding, "Pad");
        value = new LongTermId(id);
    }
}
