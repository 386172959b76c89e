// [MS-OXOAB] 2.3 Browse file, 2.4 RDN Index file, 2.5 ANR Index file.
//
// todo [MS-OXOAB] 2.6: the Details file (browse records say that there are no details; clients may go without that file). 2.7: the Changes file.
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Rialto.Model;
using Rialto.Oab.Build;
using Rialto.Oab.Wire;

namespace Rialto.Oab.Legacy;

/// <summary>Writes the files of versions 2 and 3: a table of fixed records and two indexes over it.</summary>
public static class LegacyWriter
{
    /// <summary>Browse records that the format can number. [MS-OXOAB] 2.3.1.</summary>
    public const int MaximumEntries = 16_777_213;

    private const int BrowseLength = 32;
    private const uint AliasFlag = 0x80000000;
    private const int MaxRdn = 64;

    private static readonly Encoding s_western = CodePages();

    /// <summary>Order of the indexes: the language that the messages name. [MS-OXPFOAB] 2.2.1.1.</summary>
    private static readonly CompareInfo s_compare = CultureInfo.GetCultureInfo("en-US").CompareInfo;

    /// <summary>Writes the files of entries that stand in the order of their display names.</summary>
    public static LegacyFiles Write(IReadOnlyList<LegacyEntry> entries, LegacyVersion version)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(entries.Count, MaximumEntries);
        var encoding = version == LegacyVersion.Two ? s_western : Encoding.UTF8;
        var serial = RdnHash(entries.Select(e => encoding.GetBytes(e.Rdn)));

        var names = new List<(string Text, int Entry, Field Field)>();
        for (var i = 0; i < entries.Count; i++)
        {
            Add(names, entries[i].DisplayName, i, Field.DisplayName);
            Add(names, entries[i].Alias, i, Field.Alias);
            Add(names, entries[i].Office, i, Field.Office);
            Add(names, entries[i].Surname, i, Field.Surname);
        }
        Sort(names);
        var anr = Begin(version, 0, (uint)names.Count);
        var anrOffsets = ThreadedTree.Write(anr, [.. names.Select(n => new IndexKey(encoding.GetBytes(n.Text), n.Entry, n.Field == Field.Alias ? AliasFlag : 0, 0))], hasParent: false);

        var keys = new List<(string Text, int Entry, Field Field)>();
        for (var i = 0; i < entries.Count; i++)
        {
            Add(keys, entries[i].Rdn, i, Field.Rdn);
            Add(keys, entries[i].LocalPart, i, Field.Smtp);
        }
        Sort(keys);
        var rdn = Begin(version, serial, (uint)keys.Count);
        rdn.Write(stackalloc byte[4]);
        var parents = WriteParents(rdn, entries, encoding);
        var root = (uint)rdn.Length;
        var rdnOffsets = ThreadedTree.Write(
            rdn, [.. keys.Select(k => new IndexKey(encoding.GetBytes(k.Text), k.Entry, 0, parents[k.Field == Field.Rdn ? entries[k.Entry].ParentDn : entries[k.Entry].Domain]))], hasParent: true);
        BinaryPrimitives.WriteUInt32LittleEndian(rdn.GetBuffer().AsSpan(12), root);

        var browse = Begin(version, serial, (uint)entries.Count);
        var records = new byte[entries.Count * BrowseLength];
        Place(records, names, anrOffsets);
        Place(records, keys, rdnOffsets);
        for (var i = 0; i < entries.Count; i++)
        {
            records[i * BrowseLength + 10] = entries[i].DisplayType;
            records[i * BrowseLength + 11] = (byte)(entries[i].ObjectType & 0x7F | (entries[i].TakesRichText ? 0x80 : 0));
        }
        browse.Write(records);
        return new(browse.ToArray(), rdn.ToArray(), anr.ToArray());
    }

    /// <summary>[MS-OXOAB] 2.3.3: each name's bytes, filled up to four, are combined by exclusive or, and the sum turns by a bit after each name.</summary>
    public static uint RdnHash(IEnumerable<byte[]> rdns)
    {
        uint hash = 0;
        Span<byte> word = stackalloc byte[4];
        foreach (var rdn in rdns)
        {
            for (var i = 0; i < rdn.Length; i += 4)
            {
                word.Clear();
                rdn.AsSpan(i, Math.Min(4, rdn.Length - i)).CopyTo(word);
                hash ^= BinaryPrimitives.ReadUInt32LittleEndian(word);
            }
            hash = uint.RotateLeft(hash, 1);
        }
        return hash;
    }

    /// <summary>An entry of a row; null where a key is missing or longer than the format takes.</summary>
    public static LegacyEntry? EntryOf(OabRow row)
    {
        var dn = Text(row, PropertyTags.EmailAddress);
        var address = Text(row, PropertyTags.SmtpAddress);
        var slash = dn.LastIndexOf('/');
        var equals = dn.IndexOf('=', Math.Max(slash, 0));
        var at = address.LastIndexOf('@');
        var name = Text(row, PropertyTags.DisplayName);
        if (slash < 1 || equals < 0 || equals + 1 >= dn.Length || dn.Length - equals - 1 > MaxRdn || at < 1 || name.Length == 0)
            return null;
        return new(
            dn[..(slash + 1)],
            dn[(equals + 1)..],
            address[(at + 1)..],
            address[..(at + 1)],
            name,
            Text(row, PropertyTags.Account),
            Text(row, PropertyTags.OfficeLocation),
            Text(row, PropertyTags.Surname),
            (byte)Value(row, PropertyTags.DisplayType).AsInt32(),
            (byte)Value(row, PropertyTags.ObjectType).AsInt32(),
            Value(row, PropertyTags.SendRichInfo).AsBoolean());
    }

    private static string Text(OabRow row, PropertyTag tag)
    {
        var text = Value(row, tag).AsString();
        var end = text.IndexOf('\0', StringComparison.Ordinal);
        return end < 0 ? text : text[..end];
    }

    private static PropertyValue Value(OabRow row, PropertyTag tag) => row.Values[OabSchema.IndexOf(tag)];

    private static void Add(List<(string Text, int Entry, Field Field)> to, string text, int entry, Field field)
    {
        if (text.Length > 0)
            to.Add((text, entry, field));
    }

    private static void Sort(List<(string Text, int Entry, Field Field)> keys)
    {
        var sortable = keys.Select(k => (Sort: s_compare.GetSortKey(k.Text, CompareOptions.IgnoreCase).KeyData, k)).ToList();
        sortable.Sort(static (a, b) => a.Sort.AsSpan().SequenceCompareTo(b.Sort) is not 0 and var order ? order : (a.k.Entry, a.k.Field).CompareTo((b.k.Entry, b.k.Field)));
        for (var i = 0; i < keys.Count; i++)
            keys[i] = sortable[i].k;
    }

    private static MemoryStream Begin(LegacyVersion version, uint serial, uint records)
    {
        var stream = new MemoryStream();
        Span<byte> head = stackalloc byte[12];
        BinaryPrimitives.WriteUInt32LittleEndian(head, (uint)version);
        BinaryPrimitives.WriteUInt32LittleEndian(head[4..], serial);
        BinaryPrimitives.WriteUInt32LittleEndian(head[8..], records);
        stream.Write(head);
        return stream;
    }

    private static Dictionary<string, uint> WriteParents(MemoryStream stream, IReadOnlyList<LegacyEntry> entries, Encoding encoding)
    {
        var parents = new Dictionary<string, uint>(StringComparer.Ordinal);
        foreach (var parent in entries.SelectMany(static e => new[] { e.ParentDn, e.Domain }))
        {
            if (!parents.TryAdd(parent, (uint)stream.Length))
                continue;
            stream.Write(encoding.GetBytes(parent));
            stream.WriteByte(0);
        }
        return parents;
    }

    private static void Place(byte[] records, List<(string Text, int Entry, Field Field)> keys, uint[] offsets)
    {
        for (var i = 0; i < keys.Count; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(records.AsSpan(keys[i].Entry * BrowseLength + (int)keys[i].Field), offsets[i]);
    }

    private static Encoding CodePages()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        return Encoding.GetEncoding(1252, EncoderFallback.ReplacementFallback, DecoderFallback.ReplacementFallback);
    }

    /// <summary>Where a browse record has the offset of a key. [MS-OXOAB] 2.3.2.</summary>
    private enum Field
    {
        Rdn = 0,
        Smtp = 12,
        DisplayName = 16,
        Alias = 20,
        Office = 24,
        Surname = 28,
    }
}
