// [MS-OXCTABL] 3.2.5.3 sorting, [MS-OXCMAPIHTTP] 2.2.4.1.1 LcidSort: text in tables orders as the client's language does, ignoring case, kana type and width.
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;

namespace Rialto.Store.Views;

/// <summary>How text orders in one culture: as keys of bytes that are made once and compare without the culture.</summary>
internal sealed class Collation
{
    private const CompareOptions Options = CompareOptions.IgnoreCase | CompareOptions.IgnoreKanaType | CompareOptions.IgnoreWidth;

    /// <summary>Characters that decide: Exchange cuts keys as well, and longer texts hardly differ behind it.</summary>
    private const int MostCharacters = 255;

    /// <summary>Texts up to this length have keys that fit the buffer whatever they hold.</summary>
    private const int ShortText = 64;

    private static readonly ConcurrentDictionary<string, Collation> s_all = new(StringComparer.OrdinalIgnoreCase);

    private readonly CompareInfo _compare;

    private Collation(CultureInfo culture) => _compare = culture.CompareInfo;

    /// <summary>The collation of a culture; of none where the name is not known.</summary>
    public static Collation Of(string culture)
    {
        if (s_all.TryGetValue(culture, out var known))
            return known;
        try
        {
            // Predefined ones alone: any other name would be a culture made up by a client.
            return s_all.GetOrAdd(culture, new Collation(CultureInfo.GetCultureInfo(culture, predefinedOnly: true)));
        }
        catch (CultureNotFoundException)
        {
            return s_all.GetOrAdd("", static _ => new Collation(CultureInfo.InvariantCulture));
        }
    }

    public byte[] Key(ReadOnlySpan<char> text)
    {
        if (text.Length > MostCharacters)
            text = text[..MostCharacters];
        Span<byte> buffer = stackalloc byte[1024];
        if (text.Length > ShortText)
        {
            var length = _compare.GetSortKeyLength(text, Options);
            if (length > buffer.Length)
                buffer = new byte[length];
        }
        return buffer[.._compare.GetSortKey(text, buffer, Options)].ToArray();
    }

    public int Compare(ReadOnlySpan<char> left, ReadOnlySpan<char> right) => _compare.Compare(left, right, Options);

    /// <summary>The first eight bytes of a key as one number that orders as they do.</summary>
    public static long Head(ReadOnlySpan<byte> key)
    {
        const ulong sign = 0x8000_0000_0000_0000;
        if (key.Length >= sizeof(ulong))
            return (long)(BinaryPrimitives.ReadUInt64BigEndian(key) ^ sign);
        ulong head = 0;
        for (var i = 0; i < sizeof(ulong); i++)
            head = head << 8 | (i < key.Length ? key[i] : 0UL);
        return (long)(head ^ sign);
    }
}
