// RFC 3501 9 uid-set, RFC 7162 3.2.10 VANISHED.
namespace Rialto.MailAccess.Imap.Wire;

/// <summary>Writes UIDs as a set of ranges.</summary>
internal static class UidSet
{
    /// <summary>"* VANISHED" [SP "(EARLIER)"] SP known-uids; nothing where there are none.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="uids">Ascending.</param>
    /// <param name="earlier">Whether the client hears of what happened while it was away: its numbers do not shift.</param>
    public static void WriteVanished(ImapWriter writer, IEnumerable<uint> uids, bool earlier)
    {
        using var each = uids.GetEnumerator();
        if (!each.MoveNext())
            return;
        writer.Raw(earlier ? "* VANISHED (EARLIER) "u8 : "* VANISHED "u8);
        Write(writer, each);
        writer.Crlf();
    }

    /// <summary>Numbers in an order of their own: those that follow each other upwards as a range, which keeps the order. RFC 5267 4.1.</summary>
    public static void WriteInOrder(ImapWriter writer, ReadOnlySpan<uint> numbers)
    {
        for (var i = 0; i < numbers.Length;)
        {
            var start = i++;
            while (i < numbers.Length && numbers[i] == numbers[i - 1] + 1)
                i++;
            if (start > 0)
                writer.Raw(","u8);
            writer.Number(numbers[start]);
            if (i - start == 1)
                continue;
            writer.Raw(":"u8);
            writer.Number(numbers[i - 1]);
        }
    }

    private static void Write(ImapWriter writer, IEnumerator<uint> each)
    {
        for (var isFirst = true; ; isFirst = false)
        {
            var start = each.Current;
            var end = start;
            var more = each.MoveNext();
            while (more && each.Current == end + 1)
            {
                end++;
                more = each.MoveNext();
            }
            if (!isFirst)
                writer.Raw(","u8);
            writer.Number(start);
            if (end > start)
            {
                writer.Raw(":"u8);
                writer.Number(end);
            }
            if (!more)
                return;
        }
    }
}
