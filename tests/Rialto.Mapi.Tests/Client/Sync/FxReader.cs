// [MS-OXCFXICS] 2.2.4.1 lexical structure of FastTransfer streams, read with nothing of the server's own code.
using System.Buffers.Binary;
using System.Text;
using Rialto.Model;

namespace Rialto.Mapi.Tests.Client.Sync;

/// <summary>A marker, or a property with its value's bytes.</summary>
public sealed record FxItem(uint Tag, PropertyName? Name, byte[] Value)
{
    public ushort Id => (ushort)(Tag >> 16);

    public ushort Type => (ushort)Tag;

    public string Text => Encoding.Unicode.GetString(Value).TrimEnd('\0');

    public int Int32 => BinaryPrimitives.ReadInt32LittleEndian(Value);

    public long Int64 => BinaryPrimitives.ReadInt64LittleEndian(Value);

    public bool Boolean => Value[0] != 0;
}

/// <summary>Takes a stream in whatever pieces it comes.</summary>
public sealed class FxReader
{
    public const uint IncrSyncChg = 0x40120003;
    public const uint IncrSyncDel = 0x40130003;
    public const uint IncrSyncEnd = 0x40140003;
    public const uint IncrSyncMessage = 0x40150003;
    public const uint IncrSyncRead = 0x402F0003;
    public const uint IncrSyncStateBegin = 0x403A0003;
    public const uint IncrSyncStateEnd = 0x403B0003;
    public const uint StartRecip = 0x40030003;
    public const uint EndToRecip = 0x40040003;
    public const uint NewAttach = 0x40000003;
    public const uint EndAttach = 0x400E0003;
    public const uint IdsetGiven = 0x40170003;
    public const uint IncrSyncGroupInfo = 0x407B0102;
    public const uint IncrSyncChgPartial = 0x407D0003;

    /// <summary>Meta-properties: the mapping in use, the group that follows, what is to be deleted before what follows.</summary>
    public const uint IncrSyncGroupId = 0x407C0003;
    public const uint IncrementalSyncMessagePartial = 0x407A0003;
    public const uint FXDelProp = 0x40160003;
    private static readonly HashSet<uint> s_markers =
    [
        NewAttach, 0x40010003, 0x40020003, StartRecip, EndToRecip, 0x40090003, 0x400A0003, 0x400B0003, 0x400C0003, 0x400D0003, EndAttach, 0x40100003,
        IncrSyncChg, IncrSyncDel, IncrSyncEnd, IncrSyncMessage, 0x40180003, IncrSyncRead, IncrSyncStateBegin, IncrSyncStateEnd, 0x4074000B, 0x4075000B, 0x407B0102, 0x407D0003,
    ];

    private byte[] _bytes = [];
    private int _at;

    public bool AtEnd => _at == _bytes.Length;

    public void Append(ReadOnlySpan<byte> more)
    {
        _bytes = [.. _bytes.AsSpan(_at), .. more];
        _at = 0;
    }

    /// <summary>The next item; null where it has not come whole.</summary>
    public FxItem? Next()
    {
        var rest = _bytes.AsSpan(_at);
        if (rest.Length < 4)
            return null;
        var tag = BinaryPrimitives.ReadUInt32LittleEndian(rest);
        if (s_markers.Contains(tag))
        {
            _at += 4;
            return new FxItem(tag, null, []);
        }
        var head = 4;
        PropertyName? name = null;
        if (tag >> 16 >= 0x8000)
        {
            if (rest.Length < 21)
                return null;
            var set = new Guid(rest.Slice(4, 16));
            head = 21;
            if (rest[20] == 0)
            {
                if (rest.Length < 25)
                    return null;
                name = new PropertyName(set, BinaryPrimitives.ReadUInt32LittleEndian(rest[21..]));
                head = 25;
            }
            else
            {
                var end = head;
                while (end + 1 < rest.Length && (rest[end] | rest[end + 1]) != 0)
                    end += 2;
                if (end + 1 >= rest.Length)
                    return null;
                name = new PropertyName(set, Encoding.Unicode.GetString(rest[head..end]));
                head = end + 2;
            }
        }
        var type = tag == IdsetGiven ? (ushort)0x0102 : (ushort)tag;
        if (SizeOf(type, rest[head..], out var skip) is not { } size || rest.Length < head + skip + size)
            return null;
        _at += head + skip + size;
        return new FxItem(tag, name, rest.Slice(head + skip, size).ToArray());
    }

    /// <summary>The size of a value, and of what stands before it; null where that has not come.</summary>
    private static int? SizeOf(ushort type, ReadOnlySpan<byte> rest, out int skip)
    {
        skip = 0;
        if ((type & 0x8000) != 0 || type is 0x001E or 0x001F or 0x0102 or 0x00FB or 0x000D)
        {
            skip = 4;
            return rest.Length < 4 ? null : BinaryPrimitives.ReadInt32LittleEndian(rest);
        }
        if ((type & 0x1000) == 0)
            return FixedSize(type);
        if (rest.Length < 4)
            return null;
        var count = BinaryPrimitives.ReadInt32LittleEndian(rest);
        if ((type & 0x0FFF) is not (0x001E or 0x001F or 0x0102))
            return 4 + count * FixedSize((ushort)(type & 0x0FFF));
        var at = 4;
        for (var i = 0; i < count; i++)
        {
            if (rest.Length < at + 4)
                return null;
            at += 4 + BinaryPrimitives.ReadInt32LittleEndian(rest[at..]);
            if (rest.Length < at)
                return null;
        }
        return at;
    }

    private static int FixedSize(ushort type) => type switch
    {
        0x0002 or 0x000B => 2,
        0x0003 or 0x0004 or 0x000A => 4,
        0x0005 or 0x0006 or 0x0007 or 0x0014 or 0x0040 => 8,
        0x0048 => 16,
        _ => throw new InvalidDataException($"A stream has a value of type {type:X4}."),
    };
}
