// RFC 7162 3.2.5 and 7: select-param QRESYNC.
namespace Rialto.MailAccess.Imap.Wire;

/// <summary>What a client knows of a mailbox that it comes back to.</summary>
/// <param name="UidValidity">The mailbox that it knew.</param>
/// <param name="ModSeq">The state that it knew.</param>
/// <param name="KnownUids">The messages that it has; null: all up to then.</param>
internal sealed record QuickResync(uint UidValidity, long ModSeq, SequenceSet? KnownUids)
{
    /// <summary>SP "(" uidvalidity SP mod-sequence-value [SP known-uids] [SP seq-match-data] ")"</summary>
    public static QuickResync Parse(ref ImapParser parser)
    {
        parser.Space();
        parser.Expect((byte)'(', "Known state expected");
        var uidValidity = parser.NonZeroNumber();
        parser.Space();
        var modSeq = Wire.ModSeq.Parse(ref parser);
        SequenceSet? known = null;
        if (parser.TryTake((byte)' '))
        {
            if (parser.Next != '(')
            {
                known = SequenceSet.Parse(ref parser);
                if (parser.TryTake((byte)' '))
                    SkipMatchData(ref parser);
            }
            else
            {
                SkipMatchData(ref parser);
            }
        }
        parser.Expect((byte)')', "Closing bracket of the known state expected");
        return new QuickResync(uidValidity, modSeq, known);
    }

    /// <summary>seq-match-data = "(" known-sequence-set SP known-uid-set ")": a help for servers that forget what was expunged. The change log needs none.</summary>
    private static void SkipMatchData(ref ImapParser parser)
    {
        parser.Expect((byte)'(', "Sequence match data expected");
        SequenceSet.Parse(ref parser);
        parser.Space();
        SequenceSet.Parse(ref parser);
        parser.Expect((byte)')', "Closing bracket of the sequence match data expected");
    }
}
