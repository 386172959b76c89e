// RFC 3501 2.3.2 and 9: flag, flag-list; RFC 5788 keyword registry.
using System.Text;

namespace Rialto.MailAccess.Imap.Wire;

/// <summary>The system flags.</summary>
[Flags]
internal enum SystemFlags
{
    None = 0,
    Seen = 1,
    Answered = 2,
    Flagged = 4,
    Deleted = 8,
    Draft = 16,
}

/// <summary>Flags as the client named them. \Recent, which no client may set, is left out.</summary>
internal sealed record FlagList(SystemFlags System, IReadOnlyList<string> Keywords)
{
    public static FlagList Empty { get; } = new(SystemFlags.None, []);

    /// <summary>flag-list = "(" [flag *(SP flag)] ")"</summary>
    public static FlagList Parse(ref ImapParser parser)
    {
        parser.Expect((byte)'(', "Flag list expected");
        if (parser.TryTake((byte)')'))
            return Empty;
        var flags = ParseBare(ref parser);
        parser.Expect((byte)')', "Closing bracket of the flag list expected");
        return flags;
    }

    /// <summary>flag *(SP flag), as STORE takes them too</summary>
    public static FlagList ParseBare(ref ImapParser parser)
    {
        var system = SystemFlags.None;
        List<string>? keywords = null;
        do
        {
            if (parser.TryTake((byte)'\\'))
            {
                system |= SystemFlag(ref parser);
                continue;
            }
            var keyword = Keyword(ref parser);
            keywords ??= [];
            if (!keywords.Contains(keyword, StringComparer.OrdinalIgnoreCase))
                keywords.Add(keyword);
            if (keywords.Count > parser.Options.MaximumKeywords)
                parser.Fail("Too many keywords");
        }
        while (!parser.Failed && parser.TryTake((byte)' '));
        return new FlagList(system, keywords ?? (IReadOnlyList<string>)[]);
    }

    /// <summary>flag-keyword = atom</summary>
    public static string Keyword(ref ImapParser parser)
    {
        var atom = parser.Atom();
        if (atom.Length > parser.Options.MaximumKeywordLength)
            parser.Fail("Keyword is too long");
        return parser.Failed ? "" : Encoding.ASCII.GetString(atom);
    }

    private static SystemFlags SystemFlag(ref ImapParser parser)
    {
        if (parser.TryTakeWord("Seen"u8))
            return SystemFlags.Seen;
        if (parser.TryTakeWord("Answered"u8))
            return SystemFlags.Answered;
        if (parser.TryTakeWord("Flagged"u8))
            return SystemFlags.Flagged;
        if (parser.TryTakeWord("Deleted"u8))
            return SystemFlags.Deleted;
        if (parser.TryTakeWord("Draft"u8))
            return SystemFlags.Draft;
        if (!parser.TryTakeWord("Recent"u8))
            parser.Fail("No such system flag");
        return SystemFlags.None;
    }
}
