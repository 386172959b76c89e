// RFC 3501 9, sequence-set; RFC 5182 2.1: $.
namespace Rialto.MailAccess.Imap.Wire;

/// <summary>One range of a message set; 0 stands for "*", the largest number in use.</summary>
internal readonly record struct NumberRange(uint First, uint Last);

/// <summary>A message set as the client wrote it.</summary>
/// <param name="Ranges">What the client wrote; empty for $.</param>
/// <param name="IsSaved">Whether it is $: the result that a search has saved.</param>
internal readonly record struct SequenceSet(NumberRange[] Ranges, bool IsSaved = false)
{
    /// <summary>sequence-set = (seq-number / seq-range) *("," sequence-set) / "$"</summary>
    public static SequenceSet Parse(ref ImapParser parser)
    {
        if (parser.TryTake((byte)'$'))
            return new SequenceSet([], IsSaved: true);
        var ranges = new List<NumberRange>(1);
        do
        {
            if (ranges.Count == parser.Options.MaximumSetRanges)
            {
                parser.Fail("Message set has too many ranges");
                break;
            }
            var first = SequenceNumber(ref parser);
            var last = parser.TryTake((byte)':') ? SequenceNumber(ref parser) : first;
            ranges.Add(new NumberRange(first, last));
        }
        while (parser.TryTake((byte)','));
        return new SequenceSet(parser.Failed ? [] : [.. ranges]);
    }

    private static uint SequenceNumber(ref ImapParser parser)
    {
        if (parser.TryTake((byte)'*'))
            return 0;
        if (parser.Next is < (byte)'0' or > (byte)'9')
        {
            parser.Fail("Message set expected");
            return 0;
        }
        return parser.NonZeroNumber();
    }
}
