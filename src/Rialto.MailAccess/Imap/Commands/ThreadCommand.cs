// RFC 5256 3 THREAD, 4 THREAD response.
using System.Text;
using Rialto.MailAccess.Imap.Search;
using Rialto.MailAccess.Imap.Wire;
using Rialto.Store;

namespace Rialto.MailAccess.Imap.Commands;

internal sealed class ThreadCommand(bool byUid) : ImapCommand
{
    private bool _byReferences;
    private SearchProgram _search = new(SearchReturn.None, null, new AllKey(false));

    /// <summary>thread = ["UID" SP] "THREAD" SP thread-alg SP charset SP search-key *(SP search-key)</summary>
    public override void Parse(ref ImapParser parser)
    {
        parser.Space();
        _byReferences = parser.TryTakeWord("REFERENCES"u8);
        if (!_byReferences && !parser.TryTakeWord("ORDEREDSUBJECT"u8))
            parser.Fail("Unknown threading algorithm");
        parser.Space();
        var charset = Encoding.ASCII.GetString(parser.AString());
        parser.Space();
        _search = SearchProgram.ParseKeys(ref parser, SearchReturn.None, charset);
    }

    public override async ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel)
    {
        if (!_search.CharsetIsKnown)
            return ImapReply.No("BADCHARSET (US-ASCII UTF-8)", "Character set is not supported");
        var folder = session.Folder;
        var snapshot = folder.Seen;
        var evaluator = new SearchEvaluator(session, cancel);
        var found = await evaluator.EvaluateAsync(_search.Key);
        if (evaluator.HasBadSet)
            return session.BadSet;
        if (evaluator.Error != StoreError.None)
            return ImapErrors.From(evaluator.Error);
        var scan = new ThreadScan();
        var error = await scan.RunAsync(session, folder, snapshot, found, cancel);
        if (error != StoreError.None)
            return ImapErrors.From(error);
        var threads = _byReferences ? ReferenceThreads.Build(scan) : SubjectThreads.Build(scan);
        await threads.WriteAsync(session, position => byUid ? snapshot[position].Uid : (uint)position + 1);
        return ImapReply.Ok("THREAD completed");
    }
}
