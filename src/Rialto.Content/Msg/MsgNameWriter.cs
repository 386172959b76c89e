// [MS-OXMSG] 2.2.3: the named property mapping storage.
using System.Runtime.InteropServices;
using Rialto.Content.CompoundFiles;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Content.Msg;

/// <summary>
/// Gives the names of a message and of those embedded in it the ids that they have in the file: from 0x8000 on without a gap, the same name the same id
/// everywhere. An id that has no name keeps its number.
/// </summary>
internal sealed class MsgNameWriter
{
    /// <summary>[MS-OXMSG] 2.2.3.2.2: streams that look names up, 0x1000 to 0x101E.</summary>
    private const int Buckets = 0x1F;

    private readonly Dictionary<(PropertyName Name, int Nth), ushort> _ids = [];
    private readonly Dictionary<PropertyMessage, Dictionary<ushort, ushort>> _byMessage = new(ReferenceEqualityComparer.Instance);
    private readonly SortedDictionary<ushort, PropertyName> _names = [];
    private readonly HashSet<ushort> _unnamed = [];
    private int _next = MsgNames.FirstId;

    /// <summary><see cref="NotSupportedException"/> when there are more names than ids.</summary>
    public MsgNameWriter(PropertyMessage message)
    {
        CollectUnnamed(message);
        Collect(message);
    }

    /// <summary>The tag that a message's property has in the file.</summary>
    public PropertyTag Map(PropertyMessage message, PropertyTag tag) =>
        tag.IsNamed && _byMessage[message].TryGetValue(tag.Id, out var id) ? new PropertyTag(id, tag.Type) : tag;

    private static IEnumerable<PropertyMessage> Embedded(PropertyMessage message) => message.Attachments.Select(a => a.Embedded).OfType<PropertyMessage>();

    private static IEnumerable<ushort> IdsOf(PropertyMessage message) =>
        message.Properties.Concat(message.Recipients.SelectMany(r => r.Properties)).Concat(message.Attachments.SelectMany(a => a.Properties))
            .Where(v => v.Tag.IsNamed).Select(v => v.Tag.Id);

    private void CollectUnnamed(PropertyMessage message)
    {
        _unnamed.UnionWith(IdsOf(message).Where(id => !message.NamedProperties.ContainsKey(id)));
        foreach (var embedded in Embedded(message))
            CollectUnnamed(embedded);
    }

    private void Collect(PropertyMessage message)
    {
        var map = _byMessage[message] = [];
        // Two ids of one message may have the same name; each stays a property of its own.
        var times = new Dictionary<PropertyName, int>();
        foreach (var id in IdsOf(message).Distinct().Order())
        {
            if (!message.NamedProperties.TryGetValue(id, out var name))
                continue;
            var nth = times.TryGetValue(name, out var before) ? before + 1 : 0;
            times[name] = nth;
            map[id] = IdOf(name, nth);
        }
        foreach (var embedded in Embedded(message))
            Collect(embedded);
    }

    private ushort IdOf(PropertyName name, int nth)
    {
        if (_ids.TryGetValue((name, nth), out var id))
            return id;
        while (_unnamed.Contains((ushort)_next))
            _next++;
        if (_next >= 0xFFFF)
            throw new NotSupportedException("A .msg file has room for 32,767 named properties.");
        id = (ushort)_next++;
        _ids[(name, nth)] = id;
        _names[id] = name;
        return id;
    }

    public void Write(CompoundStorage storage)
    {
        var sets = new List<Guid>();
        var guids = new WireWriter(256);
        var entries = new WireWriter(1024);
        var strings = new WireWriter(1024);
        var offsets = new Dictionary<string, uint>(StringComparer.Ordinal);
        var buckets = new SortedDictionary<uint, List<(uint Key, uint IndexAndKind)>>();
        for (var id = (int)MsgNames.FirstId; id < _next; id++)
        {
            // An index that no name has is filled, as the others are found by counting; the reader knows this form.
            var name = _names.TryGetValue((ushort)id, out var known) ? known : new PropertyName(PropertySets.Mapi, (uint)id);
            var kind = name.IsString ? 1u : 0u;
            var set = GuidIndex(sets, name.PropertySet);
            var indexAndKind = (uint)(id - MsgNames.FirstId) << 16 | set << 1 | kind;
            var (value, key) = (name.Lid, name.Lid);
            if (name.Name is { } text)
            {
                value = Offset(offsets, ref strings, text);
                key = Crc(MemoryMarshal.AsBytes(text.AsSpan()));
            }
            entries.WriteUInt32(value);
            entries.WriteUInt32(indexAndKind);
            var bucket = 0x1000 + (key ^ (set << 1 | kind)) % Buckets;
            if (!buckets.TryGetValue(bucket, out var list))
                buckets[bucket] = list = [];
            list.Add((key, indexAndKind));
        }
        foreach (var set in sets)
            guids.WriteGuid(set);
        storage.AddStream(MsgNaming.NameGuids, guids.ToArray());
        storage.AddStream(MsgNaming.NameEntries, entries.ToArray());
        storage.AddStream(MsgNaming.NameStrings, strings.ToArray());
        foreach (var (bucket, list) in buckets)
        {
            var stream = new WireWriter(64);
            foreach (var (key, indexAndKind) in list)
            {
                stream.WriteUInt32(key);
                stream.WriteUInt32(indexAndKind);
            }
            storage.AddStream(MsgNaming.Value(new PropertyTag(bucket << 16 | 0x0102)), stream.ToArray());
            stream.Dispose();
        }
        guids.Dispose();
        entries.Dispose();
        strings.Dispose();
    }

    private static uint GuidIndex(List<Guid> sets, Guid set)
    {
        if (set == PropertySets.Mapi)
            return 1;
        if (set == PropertySets.PublicStrings)
            return 2;
        var index = sets.IndexOf(set);
        if (index < 0)
        {
            index = sets.Count;
            sets.Add(set);
        }
        return (uint)index + 3;
    }

    /// <summary>[MS-OXMSG] 2.2.3.1.3: a length and the characters, from a multiple of four on.</summary>
    private static uint Offset(Dictionary<string, uint> offsets, ref WireWriter strings, string text)
    {
        if (offsets.TryGetValue(text, out var offset))
            return offset;
        offset = (uint)strings.Position;
        strings.WriteUInt32((uint)text.Length * 2);
        strings.WriteUtf16(text);
        while (strings.Position % 4 != 0)
            strings.WriteByte(0);
        return offsets[text] = offset;
    }

    /// <summary>The CRC-32 of [MS-OXMSG] 2.2.3.2.2: the usual polynomial, but beginning with zero and without inversion at the end, as Outlook's files have it.</summary>
    internal static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = 0u;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
        }
        return crc;
    }
}
