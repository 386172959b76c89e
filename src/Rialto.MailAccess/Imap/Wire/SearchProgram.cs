// RFC 3501 6.4.4 and 9: search; RFC 4731 ESEARCH result options; RFC 5032 WITHIN; RFC 5182 SAVE; RFC 7162 3.1.5 MODSEQ; RFC 8474 4.1 EMAILID, THREADID; RFC 9394 PARTIAL; RFC 5465 7 UPDATE.
using System.Text;

namespace Rialto.MailAccess.Imap.Wire;

/// <summary>What an extended search shall return.</summary>
[Flags]
internal enum SearchReturn
{
    /// <summary>The plain SEARCH response.</summary>
    None = 0,
    Min = 1,
    Max = 2,
    All = 4,
    Count = 8,

    /// <summary>Keep the result for $. RFC 5182.</summary>
    Save = 16,

    /// <summary>A part of the result. RFC 9394, RFC 5267 4.4.</summary>
    Partial = 32,

    /// <summary>Tell what changes from now on. RFC 5267 4.3.</summary>
    Update = 64,
}

/// <summary>A SEARCH command's arguments.</summary>
internal sealed record SearchProgram(SearchReturn Return, string? Charset, SearchKey Key)
{
    public PartialRange? Partial { get; init; }

    /// <summary>What is told of messages that come into a result that is followed. RFC 5465 7.</summary>
    public IReadOnlyList<FetchItem> Items { get; init; } = [];

    /// <summary>Whether the charset is one that texts may be in: they are checked to be UTF-8 either way.</summary>
    public bool CharsetIsKnown => Charset is null || Charset.Equals("UTF-8", StringComparison.OrdinalIgnoreCase) || Charset.Equals("US-ASCII", StringComparison.OrdinalIgnoreCase);

    /// <summary>[RETURN (…) SP] ["CHARSET" SP astring SP] search-key *(SP search-key)</summary>
    public static SearchProgram Parse(ref ImapParser parser)
    {
        var results = ParseReturnOption(ref parser, out var partial, out var items);
        string? charset = null;
        if (parser.TryTakeWord("CHARSET"u8))
        {
            parser.Space();
            charset = Encoding.ASCII.GetString(parser.AString());
            parser.Space();
        }
        return ParseKeys(ref parser, results, charset) with { Partial = partial, Items = items };
    }

    /// <summary>[RETURN (…) SP]</summary>
    internal static SearchReturn ParseReturnOption(ref ImapParser parser, out PartialRange? partial, out IReadOnlyList<FetchItem> items)
    {
        partial = null;
        items = [];
        if (!parser.TryTakeWord("RETURN"u8))
            return SearchReturn.None;
        parser.Space();
        var results = ParseReturn(ref parser, ref partial, ref items);
        parser.Space();
        return results;
    }

    /// <summary>search-key *(SP search-key)</summary>
    internal static SearchProgram ParseKeys(ref ImapParser parser, SearchReturn results, string? charset)
    {
        var keysLeft = parser.Options.MaximumSearchKeys;
        var keys = new List<SearchKey>();
        do
            keys.Add(ParseKey(ref parser, ref keysLeft, 0));
        while (!parser.Failed && parser.TryTake((byte)' '));
        return new SearchProgram(results, charset, keys.Count == 1 ? keys[0] : new AndKey(keys));
    }

    private static SearchReturn ParseReturn(ref ImapParser parser, ref PartialRange? partial, ref IReadOnlyList<FetchItem> items)
    {
        parser.Expect((byte)'(', "Result options expected");
        var results = SearchReturn.None;
        var isHint = false;
        if (parser.TryTake((byte)')'))
            return SearchReturn.All;
        do
        {
            if (parser.TryTakeWord("MIN"u8))
                results |= SearchReturn.Min;
            else if (parser.TryTakeWord("MAX"u8))
                results |= SearchReturn.Max;
            else if (parser.TryTakeWord("ALL"u8))
                results |= SearchReturn.All;
            else if (parser.TryTakeWord("COUNT"u8))
                results |= SearchReturn.Count;
            else if (parser.TryTakeWord("SAVE"u8))
                results |= SearchReturn.Save;
            else if (parser.TryTakeWord("UPDATE"u8))
            {
                results |= SearchReturn.Update;
                if (parser.TryTakeLetters(" ("u8))
                    items = FetchItem.ParseList(ref parser);
            }
            else if (parser.TryTakeWord("CONTEXT"u8))
                isHint = true; // RFC 5267 4.2: that the client will ask for more of it; every search is as fast
            else if (parser.TryTakeWord("PARTIAL"u8))
            {
                parser.Space();
                if (partial is not null)
                    parser.Fail("PARTIAL is said once");
                partial = PartialRange.Parse(ref parser);
                results |= SearchReturn.Partial;
            }
            else
                parser.Fail("Unknown result option");
        }
        while (!parser.Failed && parser.TryTake((byte)' '));
        parser.Expect((byte)')', "Closing bracket of the result options expected");
        if (results.HasFlag(SearchReturn.Partial) && results.HasFlag(SearchReturn.All))
            parser.Fail("PARTIAL and ALL exclude each other");
        return results == SearchReturn.None || isHint && results == SearchReturn.Update ? results | SearchReturn.All : results;
    }

    private static SearchKey ParseKey(ref ImapParser parser, ref int keysLeft, int depth)
    {
        if (keysLeft-- == 0)
            parser.Fail("Too many search keys");
        if (depth > parser.Options.MaximumSearchDepth)
            parser.Fail("Search keys are nested too deeply");
        if (parser.Failed)
            return new AllKey(false);
        if (parser.TryTake((byte)'('))
        {
            var keys = new List<SearchKey>();
            do
                keys.Add(ParseKey(ref parser, ref keysLeft, depth + 1));
            while (!parser.Failed && parser.TryTake((byte)' '));
            parser.Expect((byte)')', "Closing bracket of the search keys expected");
            return keys.Count == 1 ? keys[0] : new AndKey(keys);
        }
        if (parser.Next is >= (byte)'0' and <= (byte)'9' or (byte)'*' or (byte)'$')
            return new SetKey(SequenceSet.Parse(ref parser), false);
        return ParseFlagKey(ref parser) ?? ParseTextKey(ref parser) ?? ParseDateKey(ref parser) ?? ParseOtherKey(ref parser, ref keysLeft, depth);
    }

    private static SearchKey? ParseFlagKey(ref ImapParser parser)
    {
        if (parser.TryTakeWord("ALL"u8))
            return new AllKey(true);
        if (parser.TryTakeWord("OLD"u8))
            return new RecentKey(false);
        if (parser.TryTakeWord("RECENT"u8))
            return new RecentKey(true);
        if (parser.TryTakeWord("NEW"u8))
            return new AndKey([new RecentKey(true), new FlagKey(SystemFlags.Seen, false)]);
        if (parser.TryTakeWord("ANSWERED"u8))
            return new FlagKey(SystemFlags.Answered, true);
        if (parser.TryTakeWord("DELETED"u8))
            return new FlagKey(SystemFlags.Deleted, true);
        if (parser.TryTakeWord("DRAFT"u8))
            return new FlagKey(SystemFlags.Draft, true);
        if (parser.TryTakeWord("FLAGGED"u8))
            return new FlagKey(SystemFlags.Flagged, true);
        if (parser.TryTakeWord("SEEN"u8))
            return new FlagKey(SystemFlags.Seen, true);
        if (parser.TryTakeWord("UNANSWERED"u8))
            return new FlagKey(SystemFlags.Answered, false);
        if (parser.TryTakeWord("UNDELETED"u8))
            return new FlagKey(SystemFlags.Deleted, false);
        if (parser.TryTakeWord("UNDRAFT"u8))
            return new FlagKey(SystemFlags.Draft, false);
        if (parser.TryTakeWord("UNFLAGGED"u8))
            return new FlagKey(SystemFlags.Flagged, false);
        if (parser.TryTakeWord("UNSEEN"u8))
            return new FlagKey(SystemFlags.Seen, false);
        if (parser.TryTakeWord("KEYWORD"u8))
        {
            parser.Space();
            return new KeywordKey(FlagList.Keyword(ref parser));
        }
        if (parser.TryTakeWord("UNKEYWORD"u8))
        {
            parser.Space();
            return new NotKey(new KeywordKey(FlagList.Keyword(ref parser)));
        }
        return null;
    }

    private static SearchKey? ParseTextKey(ref ImapParser parser)
    {
        SearchField field;
        if (parser.TryTakeWord("TEXT"u8))
            field = SearchField.Text;
        else if (parser.TryTakeWord("BODY"u8))
            field = SearchField.Body;
        else if (parser.TryTakeWord("SUBJECT"u8))
            field = SearchField.Subject;
        else if (parser.TryTakeWord("FROM"u8))
            field = SearchField.From;
        else if (parser.TryTakeWord("TO"u8))
            field = SearchField.To;
        else if (parser.TryTakeWord("CC"u8))
            field = SearchField.Cc;
        else if (parser.TryTakeWord("BCC"u8))
            field = SearchField.Bcc;
        else if (parser.TryTakeWord("HEADER"u8))
            field = SearchField.Header;
        else
            return null;
        parser.Space();
        var header = "";
        if (field == SearchField.Header)
        {
            header = parser.Text();
            parser.Space();
        }
        return new TextKey(field, header, parser.Text());
    }

    private static SearchKey? ParseDateKey(ref ImapParser parser)
    {
        var bySent = false;
        DateRelation relation;
        if (parser.TryTakeWord("BEFORE"u8))
            relation = DateRelation.Before;
        else if (parser.TryTakeWord("ON"u8))
            relation = DateRelation.On;
        else if (parser.TryTakeWord("SINCE"u8))
            relation = DateRelation.Since;
        else
        {
            bySent = true;
            if (parser.TryTakeWord("SENTBEFORE"u8))
                relation = DateRelation.Before;
            else if (parser.TryTakeWord("SENTON"u8))
                relation = DateRelation.On;
            else if (parser.TryTakeWord("SENTSINCE"u8))
                relation = DateRelation.Since;
            else
                return null;
        }
        parser.Space();
        return new DateKey(bySent, relation, ImapDates.Date(ref parser));
    }

    private static SearchKey ParseOtherKey(ref ImapParser parser, ref int keysLeft, int depth)
    {
        if (parser.TryTakeWord("NOT"u8))
        {
            parser.Space();
            return new NotKey(ParseKey(ref parser, ref keysLeft, depth + 1));
        }
        if (parser.TryTakeWord("OR"u8))
        {
            parser.Space();
            var left = ParseKey(ref parser, ref keysLeft, depth + 1);
            parser.Space();
            return new OrKey(left, ParseKey(ref parser, ref keysLeft, depth + 1));
        }
        if (parser.TryTakeWord("UID"u8))
        {
            parser.Space();
            return new SetKey(SequenceSet.Parse(ref parser), true);
        }
        if (parser.TryTakeWord("OLDER"u8))
        {
            parser.Space();
            return new AgeKey(true, parser.NonZeroNumber());
        }
        if (parser.TryTakeWord("YOUNGER"u8))
        {
            parser.Space();
            return new AgeKey(false, parser.NonZeroNumber());
        }
        if (parser.TryTakeWord("MODSEQ"u8))
        {
            parser.Space();
            return ModSeqKeyOf(ref parser);
        }
        if (parser.TryTakeWord("LARGER"u8))
        {
            parser.Space();
            return new SizeKey(true, parser.Number64());
        }
        if (parser.TryTakeWord("SMALLER"u8))
        {
            parser.Space();
            return new SizeKey(false, parser.Number64());
        }
        if (parser.TryTakeWord("EMAILID"u8))
        {
            parser.Space();
            return new ObjectIdKey(IsThread: false, Encoding.ASCII.GetString(parser.AString()));
        }
        if (parser.TryTakeWord("THREADID"u8))
        {
            parser.Space();
            return new ObjectIdKey(IsThread: true, Encoding.ASCII.GetString(parser.AString()));
        }
        if (parser.TryTakeWord("SAVEDATESUPPORTED"u8))
            return new AllKey(true);
        DateRelation? saved = parser.TryTakeWord("SAVEDBEFORE"u8) ? DateRelation.Before : parser.TryTakeWord("SAVEDON"u8) ? DateRelation.On : parser.TryTakeWord("SAVEDSINCE"u8) ? DateRelation.Since : null;
        if (saved is { } relation)
        {
            parser.Space();
            return new SavedKey(relation, ImapDates.Date(ref parser));
        }
        parser.Fail("Unknown search key");
        return new AllKey(false);
    }

    /// <summary>"MODSEQ" [SP entry-name SP entry-type-req] SP mod-sequence-valzer: here one sequence stands for all flags of a message.</summary>
    private static ModSeqKey ModSeqKeyOf(ref ImapParser parser)
    {
        if (parser.Next == '"')
        {
            parser.String();
            parser.Space();
            if (!parser.TryTakeWord("all"u8) && !parser.TryTakeWord("priv"u8) && !parser.TryTakeWord("shared"u8))
                parser.Fail("Entry type expected");
            parser.Space();
        }
        return new ModSeqKey(parser.Number64());
    }
}
