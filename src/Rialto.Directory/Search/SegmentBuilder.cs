using System.Buffers.Binary;
using System.Numerics;

namespace Rialto.Directory;

/// <summary>
/// Writes the folded texts of a set of recipients into one block of bytes: per recipient, in order of display name, records of a field's number (1 and up), the text and a zero.
/// Folded text has no byte below a space, so records cannot be mistaken.
/// </summary>
internal sealed class SegmentBuilder
{
    private byte[] text = new byte[4096];
    private int used;
    private (SearchFields Field, string Text)[] texts = new (SearchFields, string)[24];

    public static SearchSegment Build(IEnumerable<Recipient> recipients) => new SegmentBuilder().Make([.. recipients]);

    private SearchSegment Make(Recipient[] entries)
    {
        SortByName(entries);
        var starts = new int[entries.Length + 1];
        var fieldOffsets = new List<int>?[BitOperations.PopCount((uint)SearchFields.All)];
        var words = new List<int>(entries.Length * 4);
        for (var rank = 0; rank < entries.Length; rank++)
        {
            starts[rank] = used;
            var count = RecipientTexts.Collect(entries[rank], ref texts);
            for (var i = 0; i < count; i++)
            {
                var (field, value) = texts[i];
                var number = BitOperations.TrailingZeroCount((uint)field);
                var offset = Append(field, number, value);
                if (offset < 0) continue;
                (fieldOffsets[number] ??= []).Add(offset);
                if ((field & RecipientTexts.Ambiguous) != 0) AddWords(words, starts[rank], offset, (field & (SearchFields.Address | SearchFields.Alias | SearchFields.LogonName)) != 0);
            }
        }

        starts[^1] = used;
        Array.Resize(ref text, used);
        var fields = new int[fieldOffsets.Length][];
        for (var i = 0; i < fields.Length; i++) fields[i] = fieldOffsets[i] is { } list ? Sorted([.. list]) : [];
        return new SearchSegment(entries, text, starts, fields, Sorted([.. words]));
    }

    private static void SortByName(Recipient[] entries)
    {
        var keys = new NameKey[entries.Length];
        for (var i = 0; i < entries.Length; i++) keys[i] = NameKey.Of(entries[i]);
        Array.Sort(keys, entries);
    }

    private int Append(SearchFields field, int number, string value)
    {
        var max = SearchText.MaxBytes(value);
        if (text.Length - used < max + 2) Array.Resize(ref text, Math.Max(text.Length * 2, used + max + 2));
        var into = text.AsSpan(used + 1);
        var length = (field & RecipientTexts.Phones) != 0 ? SearchText.FoldPhone(value, into) : SearchText.Fold(value, into);
        if (length == 0) return -1;
        text[used] = (byte)(number + 1);
        var offset = used + 1;
        text[offset + length] = 0;
        used = offset + length + 1;
        return offset;
    }

    /// <summary>Where words begin, each word of one recipient once: a given name that the display name starts with adds nothing.</summary>
    private void AddWords(List<int> words, int start, int offset, bool single)
    {
        var first = words.Count;
        while (first > 0 && words[first - 1] >= start) first--;
        var end = used - 1;
        for (var at = offset; at < end;)
        {
            while (at < end && !IsWordByte(text[at]) && !(single && at == offset)) at++;
            if (at >= end) return;
            var stop = at + 1;
            while (stop < end && (single || IsWordByte(text[stop]))) stop++;
            if (!IsKnown(words, first, text.AsSpan(at, stop - at), single)) words.Add(at);
            at = stop;
        }
    }

    private bool IsKnown(List<int> words, int first, ReadOnlySpan<byte> word, bool single)
    {
        for (var i = first; i < words.Count; i++)
        {
            var other = text.AsSpan(words[i], used - words[i]);
            if (other.StartsWith(word) && (!single || other.Length > word.Length && other[word.Length] == 0)) return true;
        }

        return false;
    }

    /// <summary>What is no separator between the words of a name.</summary>
    internal static bool IsWordByte(byte b) => b is >= (byte)'a' and <= (byte)'z' or >= (byte)'0' and <= (byte)'9' or >= 0x80 or (byte)'\'' or (byte)'&' or (byte)'_';

    /// <summary>Sorts offsets by the text at them: by the first eight bytes as a number, and only equal ones by the rest.</summary>
    private int[] Sorted(int[] offsets)
    {
        var keys = new ulong[offsets.Length];
        for (var i = 0; i < offsets.Length; i++) keys[i] = KeyAt(offsets[i]);
        Array.Sort(keys, offsets);
        var comparer = Comparer<int>.Create((a, b) =>
        {
            var order = Record(a).SequenceCompareTo(Record(b));
            return order != 0 ? order : a.CompareTo(b);
        });
        for (var i = 0; i < offsets.Length;)
        {
            var next = i + 1;
            while (next < offsets.Length && keys[next] == keys[i]) next++;
            if (next - i > 1) Array.Sort(offsets, i, next - i, comparer);
            i = next;
        }

        return offsets;
    }

    private ReadOnlySpan<byte> Record(int offset)
    {
        var rest = text.AsSpan(offset);
        return rest[..rest.IndexOf((byte)0)];
    }

    private ulong KeyAt(int offset)
    {
        Span<byte> eight = stackalloc byte[8];
        eight.Clear();
        var record = Record(offset);
        record[..Math.Min(8, record.Length)].CopyTo(eight);
        return BinaryPrimitives.ReadUInt64BigEndian(eight);
    }
}

/// <summary>What results are ordered by: the folded display name, then the id.</summary>
internal readonly struct NameKey(byte[] name, Guid id) : IComparable<NameKey>
{
    private readonly byte[] name = name;
    private readonly Guid id = id;

    public static NameKey Of(Recipient recipient) => new(SearchText.Fold(recipient.DisplayName), recipient.Id);

    public int CompareTo(NameKey other)
    {
        var order = name.AsSpan().SequenceCompareTo(other.name);
        return order != 0 ? order : id.CompareTo(other.id);
    }
}
