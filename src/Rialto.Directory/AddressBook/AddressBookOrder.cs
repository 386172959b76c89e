// [MS-OXNSPI] 2.2.1.6, 3.1.4.3.5.1, 3.1.4.3.6: names order as the client's language does, without case, width, kana type and non-spacing marks.
using System.Collections.Concurrent;
using System.Globalization;

namespace Rialto.Directory.AddressBook;

/// <summary>By what a list is sorted. [MS-OXNSPI] 2.2.1.10; the numbers are those of the protocol.</summary>
public enum AddressBookSort : uint
{
    DisplayName = 0x00000000,
    PhoneticDisplayName = 0x00000003,
}

/// <summary>An order of recipients: by which name, and in which language. One object for each; compare references.</summary>
public sealed class AddressBookOrder
{
    /// <summary>NSPI_DEFAULT_LOCALE, [MS-OXNSPI] 2.2.1.4: English.</summary>
    public const uint DefaultLocale = 0x0409;

    private const CompareOptions DefaultOptions =
        CompareOptions.IgnoreCase | CompareOptions.IgnoreKanaType | CompareOptions.IgnoreNonSpace | CompareOptions.IgnoreWidth;

    private const uint LanguageMask = 0x03FF;
    private const uint English = 0x09;

    private static readonly ConcurrentDictionary<(string Culture, AddressBookSort Sort), AddressBookOrder> All = new();
    private static readonly ConcurrentDictionary<uint, string> Cultures = new();

    private readonly CompareInfo compare;
    private readonly CompareOptions options;

    private AddressBookOrder(string culture, AddressBookSort sort)
    {
        compare = CultureInfo.GetCultureInfo(culture).CompareInfo;
        options = culture == "en-US" ? DefaultOptions : DefaultOptions | CompareOptions.IgnoreSymbols;
        Culture = culture;
        Sort = sort;
    }

    /// <summary>English, by display name.</summary>
    public static AddressBookOrder Default { get; } = Of(DefaultLocale);

    /// <summary>Name of the culture.</summary>
    public string Culture { get; }

    public AddressBookSort Sort { get; }

    /// <summary>The order of a language; of the language without its region, or else of English, where there is no such one.</summary>
    public static AddressBookOrder Of(uint locale, AddressBookSort sort = AddressBookSort.DisplayName)
    {
        // Locales come from clients: only those that exist are remembered.
        if (!Cultures.TryGetValue(locale, out var culture))
        {
            culture = CultureOf(locale) ?? CultureOf(locale & LanguageMask) ?? "en-US";
            if (Cultures.Count < 1_024) Cultures.TryAdd(locale, culture);
        }

        return All.GetOrAdd((culture, sort), static key => new(key.Culture, key.Sort));
    }

    /// <summary>The name that decides: a phonetic order falls back on the display name.</summary>
    public string TextOf(Recipient recipient) =>
        Sort == AddressBookSort.PhoneticDisplayName && recipient.Details.PhoneticDisplayName is { Length: > 0 } phonetic ? phonetic : recipient.DisplayName;

    /// <summary>Orders two recipients; different ones are never equal.</summary>
    public int Compare(Recipient left, Recipient right)
    {
        string a = TextOf(left), b = TextOf(right);
        var order = compare.Compare(a, b, options);
        // Of the same reading the display name decides, and of the same name the characters.
        if (order == 0 && Sort == AddressBookSort.PhoneticDisplayName) order = compare.Compare(left.DisplayName, right.DisplayName, options);
        if (order == 0) order = string.CompareOrdinal(a, b);
        return order != 0 ? order : left.Id.CompareTo(right.Id);
    }

    /// <summary>Where the recipient stands to a text: 0 where they are the same in this language.</summary>
    public int CompareTo(Recipient recipient, ReadOnlySpan<char> text) => compare.Compare(TextOf(recipient), text, options);

    /// <summary>Bytes that order as the names do: made once for sorting many.</summary>
    internal byte[] KeyOf(Recipient recipient) => compare.GetSortKey(TextOf(recipient), options).KeyData;

    private static string? CultureOf(uint locale)
    {
        // All kinds of English order alike; one view serves them.
        if (locale <= ushort.MaxValue && (locale & LanguageMask) == English) return "en-US";
        if (locale is 0 or > int.MaxValue) return null;
        try
        {
            return CultureInfo.GetCultureInfo((int)locale).Name is { Length: > 0 } name ? name : null;
        }
        catch (CultureNotFoundException)
        {
            return null;
        }
    }
}
