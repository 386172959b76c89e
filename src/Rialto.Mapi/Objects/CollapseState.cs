// [MS-OXCTABL] 2.2.2.19.2, 2.2.2.20.1 CollapseState: opaque to clients, which may keep it for long.
using System.Buffers.Binary;
using System.Collections.Immutable;
using Rialto.Store.Views;

namespace Rialto.Mapi.Objects;

/// <summary>
/// The form in which a client holds which categories are expanded, and a row:
/// version (1 byte), row id (8), instance (4), then 8 bytes for each category that is not as its level begins.
/// </summary>
internal static class CollapseState
{
    private const byte Version = 1;
    private const int Head = 1 + 8 + 4;

    public static byte[] Write(TableExpansion? expansion, ulong row, uint instance, int limit)
    {
        var ids = (expansion?.Exceptions ?? []).Take((limit - Head) / sizeof(long)).ToList();
        var bytes = new byte[Head + ids.Count * sizeof(long)];
        bytes[0] = Version;
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(1), row);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(9), instance);
        for (var i = 0; i < ids.Count; i++)
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(Head + i * sizeof(long)), ids[i]);
        return bytes;
    }

    public static bool TryRead(ReadOnlySpan<byte> bytes, out TableExpansion expansion, out ulong row, out uint instance)
    {
        expansion = TableExpansion.To(0);
        row = 0;
        instance = 0;
        if (bytes.Length < Head || bytes[0] != Version || (bytes.Length - Head) % sizeof(long) != 0)
            return false;
        row = BinaryPrimitives.ReadUInt64LittleEndian(bytes[1..]);
        instance = BinaryPrimitives.ReadUInt32LittleEndian(bytes[9..]);
        var ids = ImmutableHashSet.CreateBuilder<long>();
        for (var at = Head; at < bytes.Length; at += sizeof(long))
            ids.Add(BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]));
        expansion = expansion with { Exceptions = ids.ToImmutable() };
        return true;
    }
}
