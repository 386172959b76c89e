// RFC 7162 7: mod-sequence-value, mod-sequence-valzer.
namespace Rialto.MailAccess.Imap.Wire;

/// <summary>Modification sequences: the mailbox's counter, 63 bits.</summary>
internal static class ModSeq
{
    /// <summary>mod-sequence-value: above zero.</summary>
    public static long Parse(ref ImapParser parser)
    {
        var value = parser.Number64();
        if (value == 0)
            parser.Fail("Modification sequence above zero expected");
        return value;
    }

    /// <summary>HIGHESTMODSEQ of a mailbox: at least 1, also where nothing has happened yet.</summary>
    public static long Highest(long sequence) => Math.Max(sequence, 1);
}
