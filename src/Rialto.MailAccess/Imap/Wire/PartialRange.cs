// RFC 9394 3.1, 4: partial-range.
using Rialto.MailAccess.Imap.Search;

namespace Rialto.MailAccess.Imap.Wire;

/// <summary>A part of a result: counted from its first (1:100) or, with negative numbers, from its last (-1:-100).</summary>
internal readonly record struct PartialRange(long First, long Last)
{
    /// <summary>partial-range = (nz-number ":" nz-number) / (MINUS nz-number ":" MINUS nz-number)</summary>
    public static PartialRange Parse(ref ImapParser parser)
    {
        var first = Number(ref parser);
        parser.Expect((byte)':', "Range expected");
        var last = Number(ref parser);
        if (first < 0 != last < 0)
            parser.Fail("Both ends of a range are counted from the same end");
        return new PartialRange(first, last);
    }

    private static long Number(ref ImapParser parser)
    {
        var isNegative = parser.TryTake((byte)'-');
        long number = parser.NonZeroNumber();
        return isNegative ? -number : number;
    }

    /// <summary>The end that it is counted from first: 4:2 and 2:4 are one range (RFC 5267 4.4).</summary>
    public void Write(ImapWriter writer)
    {
        var isTurned = Math.Abs(First) > Math.Abs(Last);
        writer.Number(isTurned ? Last : First);
        writer.Raw(":"u8);
        writer.Number(isTurned ? First : Last);
    }

    /// <summary>How many of a result to pass over, and how many to take then.</summary>
    public (int Skip, int Take) Within(int count)
    {
        var low = Math.Min(Math.Abs(First), Math.Abs(Last));
        var high = Math.Min(Math.Max(Math.Abs(First), Math.Abs(Last)), count);
        if (low > high)
            return (0, 0);
        return First > 0 ? ((int)low - 1, (int)(high - low) + 1) : (count - (int)high, (int)(high - low) + 1);
    }

    public PositionSet Of(PositionSet found)
    {
        var (skip, take) = Within(found.Count());
        var part = new PositionSet(found.Capacity);
        for (var position = found.Next(0); position >= 0 && take > 0; position = found.Next(position + 1))
        {
            if (skip-- > 0)
                continue;
            part.Add(position);
            take--;
        }
        return part;
    }
}
