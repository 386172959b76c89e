// RFC 5256 3 SORT, 4 SORT response; RFC 5957 SORT=DISPLAY; RFC 5267 ESORT.
using Rialto.MailAccess.Imap.Search;
using Rialto.MailAccess.Imap.Wire;
using Rialto.Store;

namespace Rialto.MailAccess.Imap.Commands;

internal sealed class SortCommand(bool byUid) : ImapCommand
{
    private SortProgram? _program;

    public override void Parse(ref ImapParser parser)
    {
        parser.Space();
        _program = SortProgram.Parse(ref parser);
    }

    public override async ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel)
    {
        var program = _program!;
        if (!program.Search.CharsetIsKnown)
            return session.Folder.Unsaved(program.Search.Return, ImapReply.No("BADCHARSET (US-ASCII UTF-8)", "Character set is not supported"));
        var folder = session.Folder;
        var snapshot = folder.Seen;
        var evaluator = new SearchEvaluator(session, cancel);
        var found = await evaluator.EvaluateAsync(program.Search.Key);
        if (evaluator.HasBadSet)
            return session.BadSet;
        if (evaluator.Error != StoreError.None)
            return folder.Unsaved(program.Search.Return, ImapErrors.From(evaluator.Error));
        var (error, positions) = await MessageSort.RunAsync(session, folder, snapshot, program.Criteria, found, cancel);
        if (error != StoreError.None)
            return folder.Unsaved(program.Search.Return, ImapErrors.From(error));
        var numbers = new uint[positions.Length];
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = byUid ? snapshot[positions[i]].Uid : (uint)positions[i] + 1;
        folder.Save(program.Search.Return, found, program.Search.Partial);
        if (program.Search.Return == SearchReturn.None)
            await WritePlainAsync(session, numbers);
        else if (program.Search.Return != SearchReturn.Save)
            WriteExtended(session, program.Search, numbers);
        if (program.Search.Return.HasFlag(SearchReturn.Update))
            await SearchCommand.FollowAsync(session, program.Search, program.Criteria, byUid);
        return ImapReply.Ok("SORT completed");
    }

    private static async ValueTask WritePlainAsync(ImapSession session, uint[] numbers)
    {
        session.Writer.Raw("* SORT"u8);
        const int part = 4096;
        for (var i = 0; i < numbers.Length; i += part)
        {
            session.Writer.Numbers(numbers.AsSpan(i, Math.Min(part, numbers.Length - i)));
            if (session.Transport.Output.UnflushedBytes >= session.Options.FlushSize && !await session.FlushAsync())
                return;
        }
        session.Writer.Crlf();
    }

    /// <summary>RFC 5267 4.1: MIN and MAX are the first and the last in the order; ALL is in the order too.</summary>
    private void WriteExtended(ImapSession session, SearchProgram search, uint[] numbers)
    {
        var wanted = search.Return;
        var writer = session.Writer;
        writer.Raw("* ESEARCH (TAG "u8);
        writer.String(session.Tag);
        writer.Raw(byUid ? ") UID"u8 : ")"u8);
        if (numbers.Length > 0 && wanted.HasFlag(SearchReturn.Min))
        {
            writer.Raw(" MIN "u8);
            writer.Number(numbers[0]);
        }
        if (numbers.Length > 0 && wanted.HasFlag(SearchReturn.Max))
        {
            writer.Raw(" MAX "u8);
            writer.Number(numbers[^1]);
        }
        if (wanted.HasFlag(SearchReturn.Count))
        {
            writer.Raw(" COUNT "u8);
            writer.Number(numbers.Length);
        }
        if (search.Partial is { } partial)
        {
            var (skip, take) = partial.Within(numbers.Length);
            writer.Raw(" PARTIAL ("u8);
            partial.Write(writer);
            writer.Raw(take == 0 ? " NIL"u8 : " "u8);
            UidSet.WriteInOrder(writer, numbers.AsSpan(skip, take));
            writer.Raw(")"u8);
        }
        if (numbers.Length > 0 && wanted.HasFlag(SearchReturn.All))
        {
            writer.Raw(" ALL "u8);
            UidSet.WriteInOrder(writer, numbers);
        }
        writer.Crlf();
    }
}
