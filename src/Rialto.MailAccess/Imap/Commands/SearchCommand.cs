// RFC 3501 6.4.4, 6.4.8, 7.2.5; RFC 4731 ESEARCH; RFC 5182 SAVE; RFC 5267 4.3 UPDATE; RFC 7162 3.1.5, 3.1.10 MODSEQ.
using Rialto.MailAccess.Imap.Search;
using Rialto.MailAccess.Imap.Wire;
using Rialto.Store;
using Rialto.Store.Views;

namespace Rialto.MailAccess.Imap.Commands;

internal sealed class SearchCommand(bool byUid) : ImapCommand
{
    private SearchProgram _program = new(SearchReturn.None, null, new AllKey(false));

    public override void Parse(ref ImapParser parser)
    {
        parser.Space();
        _program = SearchProgram.Parse(ref parser);
    }

    public override async ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel)
    {
        if (_program.Charset is not null && session.IsUtf8Accepted)
            return ImapReply.Bad("Texts are UTF-8, no CHARSET is named");
        if (!_program.CharsetIsKnown)
            return session.Folder.Unsaved(_program.Return, ImapReply.No("BADCHARSET (US-ASCII UTF-8)", "Character set is not supported"));
        var folder = session.Folder;
        var snapshot = folder.Seen;
        var evaluator = new SearchEvaluator(session, cancel);
        var found = await evaluator.EvaluateAsync(_program.Key);
        if (evaluator.HasBadSet)
            return session.BadSet;
        if (evaluator.Error != StoreError.None)
            return folder.Unsaved(_program.Return, ImapErrors.From(evaluator.Error));
        var modSeq = HasModSeq(_program.Key) ? HighestOf(snapshot, found) : 0;
        if (HasModSeq(_program.Key))
            session.EnableModSeq();
        folder.Save(_program.Return, found, _program.Partial);
        // RFC 9051 6.4.4: there is no other response than ESEARCH.
        if (_program.Return == SearchReturn.None && session.IsRevision2)
            _program = _program with { Return = SearchReturn.All };
        if (_program.Return == SearchReturn.None)
            await WritePlainAsync(session, snapshot, found, modSeq);
        else if (_program.Return != SearchReturn.Save)
            WriteExtended(session, snapshot, found, modSeq);
        if (_program.Return.HasFlag(SearchReturn.Update))
            await FollowAsync(session, _program, null, byUid);
        return ImapReply.Ok("SEARCH completed");
    }

    /// <summary>From here on the client hears of changes; "* OK [NOUPDATE tag]" where it cannot be.</summary>
    internal static async ValueTask FollowAsync(ImapSession session, SearchProgram search, IReadOnlyList<SortCriterion>? criteria, bool byUid)
    {
        var context = new SearchContext(session.Tag, search.Key, criteria, byUid) { Items = search.Items };
        if (SearchContext.CanFollow(search.Key) && await session.Folder.FollowAsync(session, context))
            return;
        session.Writer.Raw("* OK [NOUPDATE "u8);
        session.Writer.String(session.Tag);
        session.Writer.Raw("] Changes of this search are not told\r\n"u8);
    }

    private uint NumberOf(FolderSnapshot snapshot, int position) => byUid ? snapshot[position].Uid : (uint)position + 1;

    private static bool HasModSeq(SearchKey key) => key switch
    {
        ModSeqKey => true,
        AndKey and => and.Keys.Any(HasModSeq),
        OrKey or => HasModSeq(or.Left) || HasModSeq(or.Right),
        NotKey not => HasModSeq(not.Key),
        _ => false,
    };

    /// <summary>The highest sequence among what is returned (RFC 7162 3.1.5, 3.1.10); 0 for none.</summary>
    private long HighestOf(FolderSnapshot snapshot, PositionSet found)
    {
        var first = found.Next(0);
        if (first < 0)
            return 0;
        if (_program.Return != SearchReturn.None && (_program.Return & (SearchReturn.All | SearchReturn.Count)) == 0)
        {
            return Math.Max(
                _program.Return.HasFlag(SearchReturn.Min) ? snapshot[first].Sequence : 0, _program.Return.HasFlag(SearchReturn.Max) ? snapshot[found.Last()].Sequence : 0);
        }
        long highest = 0;
        for (var position = first; position >= 0; position = found.Next(position + 1))
            highest = Math.Max(highest, snapshot[position].Sequence);
        return highest;
    }

    private async ValueTask WritePlainAsync(ImapSession session, FolderSnapshot snapshot, PositionSet found, long modSeq)
    {
        session.Writer.Raw("* SEARCH"u8);
        for (var position = found.Next(0); position >= 0; position = found.Next(position + 1))
        {
            session.Writer.Raw(" "u8);
            session.Writer.Number(NumberOf(snapshot, position));
            if (session.Transport.Output.UnflushedBytes >= session.Options.FlushSize && !await session.FlushAsync())
                return;
        }
        if (modSeq > 0)
        {
            session.Writer.Raw(" (MODSEQ "u8);
            session.Writer.Number(modSeq);
            session.Writer.Raw(")"u8);
        }
        session.Writer.Crlf();
    }

    private void WriteExtended(ImapSession session, FolderSnapshot snapshot, PositionSet found, long modSeq)
    {
        var writer = session.Writer;
        writer.Raw("* ESEARCH (TAG "u8);
        writer.String(session.Tag);
        writer.Raw(byUid ? ") UID"u8 : ")"u8);
        var first = found.Next(0);
        if (_program.Return.HasFlag(SearchReturn.Min) && first >= 0)
        {
            writer.Raw(" MIN "u8);
            writer.Number(NumberOf(snapshot, first));
        }
        if (_program.Return.HasFlag(SearchReturn.Max) && first >= 0)
        {
            writer.Raw(" MAX "u8);
            writer.Number(NumberOf(snapshot, found.Last()));
        }
        if (_program.Return.HasFlag(SearchReturn.Count))
        {
            writer.Raw(" COUNT "u8);
            writer.Number(found.Count());
        }
        if (_program.Return.HasFlag(SearchReturn.All) && first >= 0)
        {
            writer.Raw(" ALL "u8);
            WriteSet(writer, snapshot, found);
        }
        if (_program.Partial is { } partial)
        {
            writer.Raw(" PARTIAL ("u8);
            partial.Write(writer);
            writer.Raw(" "u8);
            var part = partial.Of(found);
            if (part.IsEmpty)
                writer.Raw("NIL"u8);
            else
                WriteSet(writer, snapshot, part);
            writer.Raw(")"u8);
        }
        if (modSeq > 0)
        {
            writer.Raw(" MODSEQ "u8);
            writer.Number(modSeq);
        }
        writer.Crlf();
    }

    private void WriteSet(ImapWriter writer, FolderSnapshot snapshot, PositionSet found)
    {
        var separator = false;
        for (var position = found.Next(0); position >= 0;)
        {
            var start = NumberOf(snapshot, position);
            var end = start;
            for (position = found.Next(position + 1); position >= 0 && NumberOf(snapshot, position) == end + 1; position = found.Next(position + 1))
                end++;
            if (separator)
                writer.Raw(","u8);
            separator = true;
            writer.Number(start);
            if (end == start)
                continue;
            writer.Raw(":"u8);
            writer.Number(end);
        }
    }
}
