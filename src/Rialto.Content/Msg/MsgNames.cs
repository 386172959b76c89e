// [MS-OXMSG] 2.2.3: the names behind property ids.
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Rialto.Content.CompoundFiles;
using Rialto.Model;

namespace Rialto.Content.Msg;

/// <summary>The named property mapping storage of a file; embedded messages use it too.</summary>
internal sealed class MsgNames
{
    public const ushort FirstId = 0x8000;

    private readonly byte[] _guids;
    private readonly byte[] _strings;
    private readonly Dictionary<ushort, (uint Name, uint IndexAndKind)> _entries = [];
    private readonly int _maxLength;

    public MsgNames(CompoundStorage root, MsgLimits limits, MsgWarnings warnings)
    {
        _maxLength = limits.MaxNameLength;
        var storage = root.FindStorage(MsgNaming.Names);
        _guids = storage?.FindStream(MsgNaming.NameGuids)?.ToArray() ?? [];
        _strings = storage?.FindStream(MsgNaming.NameStrings)?.ToArray() ?? [];
        var entries = storage?.FindStream(MsgNaming.NameEntries)?.ToArray() ?? [];
        for (var at = 0; at + 8 <= entries.Length; at += 8)
        {
            var indexAndKind = BinaryPrimitives.ReadUInt32LittleEndian(entries.AsSpan(at + 4));
            var id = FirstId + (indexAndKind >> 16);
            // The first of an id counts; what has none is where it stands, as every writer counts up.
            if (id < 0xFFFF)
                _entries.TryAdd((ushort)id, (BinaryPrimitives.ReadUInt32LittleEndian(entries.AsSpan(at)), indexAndKind));
        }
        if (storage is null || entries.Length % 8 != 0)
            warnings.Add(MsgWarningKind.BadNames, "");
    }

    /// <summary>The name of an id; null when the file gives none that can be understood.</summary>
    public PropertyName? Find(ushort id)
    {
        if (!_entries.TryGetValue(id, out var entry) || GuidOf((int)(entry.IndexAndKind >> 1 & 0x7FFF)) is not { } set)
            return null;
        if ((entry.IndexAndKind & 1) == 0)
        {
            // The writer's way to fill an index whose id has no name.
            return set == PropertySets.Mapi && entry.Name == id ? null : new PropertyName(set, entry.Name);
        }
        return Text(entry.Name) is { } text ? new PropertyName(set, text) : null;
    }

    /// <summary>[MS-OXMSG] 2.2.3.1.2: 1 and 2 stand for sets that are not in the list.</summary>
    private Guid? GuidOf(int index) => index switch
    {
        1 => PropertySets.Mapi,
        2 => PropertySets.PublicStrings,
        >= 3 when (index - 2) * 16 <= _guids.Length => new Guid(_guids.AsSpan((index - 3) * 16, 16)),
        _ => null,
    };

    private string? Text(uint offset)
    {
        if (offset + 4L > _strings.Length)
            return null;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(_strings.AsSpan((int)offset));
        if (length > _strings.Length - offset - 4 || length > _maxLength * 2u || length % 2 != 0)
            return null;
        return new string(MemoryMarshal.Cast<byte, char>(_strings.AsSpan((int)offset + 4, (int)length)).TrimEnd('\0'));
    }
}
