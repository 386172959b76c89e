// RFC 5256 3 and 5: sort; RFC 5957 3: DISPLAYFROM, DISPLAYTO; RFC 5267 4.1: ESORT.
using System.Text;

namespace Rialto.MailAccess.Imap.Wire;

internal enum SortField
{
    Arrival,
    Cc,
    Date,
    From,
    Size,
    Subject,
    To,
    DisplayFrom,
    DisplayTo,
}

/// <summary>One criterion; those that come first count first.</summary>
internal readonly record struct SortCriterion(SortField Field, bool Descending);

/// <summary>A SORT command's arguments.</summary>
internal sealed record SortProgram(IReadOnlyList<SortCriterion> Criteria, SearchProgram Search)
{
    private static readonly (byte[] Name, SortField Field)[] Fields =
    [
        ("ARRIVAL"u8.ToArray(), SortField.Arrival),
        ("CC"u8.ToArray(), SortField.Cc),
        ("DATE"u8.ToArray(), SortField.Date),
        ("FROM"u8.ToArray(), SortField.From),
        ("SIZE"u8.ToArray(), SortField.Size),
        ("SUBJECT"u8.ToArray(), SortField.Subject),
        ("TO"u8.ToArray(), SortField.To),
        ("DISPLAYFROM"u8.ToArray(), SortField.DisplayFrom),
        ("DISPLAYTO"u8.ToArray(), SortField.DisplayTo),
    ];

    /// <summary>[RETURN (…) SP] "(" sort-key *(SP sort-key) ")" SP charset SP search-key *(SP search-key)</summary>
    public static SortProgram Parse(ref ImapParser parser)
    {
        var results = SearchProgram.ParseReturnOption(ref parser, out var partial, out var items);
        parser.Expect((byte)'(', "Sort criteria expected");
        var criteria = new List<SortCriterion>();
        do
        {
            var descending = parser.TryTakeWord("REVERSE"u8);
            if (descending)
                parser.Space();
            criteria.Add(new SortCriterion(Field(ref parser), descending));
            if (criteria.Count > parser.Options.MaximumSortCriteria)
                parser.Fail("Too many sort criteria");
        }
        while (!parser.Failed && parser.TryTake((byte)' '));
        parser.Expect((byte)')', "Closing bracket of the sort criteria expected");
        parser.Space();
        var charset = Encoding.ASCII.GetString(parser.AString());
        parser.Space();
        return new SortProgram(criteria, SearchProgram.ParseKeys(ref parser, results, charset) with { Partial = partial, Items = items });
    }

    private static SortField Field(ref ImapParser parser)
    {
        foreach (var (name, field) in Fields)
        {
            if (parser.TryTakeWord(name))
                return field;
        }
        parser.Fail("Unknown sort criterion");
        return SortField.Arrival;
    }
}
