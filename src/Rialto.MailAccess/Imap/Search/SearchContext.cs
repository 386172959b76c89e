// RFC 5267 4.3 UPDATE, 4.3.3 ADDTO, 4.3.4 REMOVEFROM; RFC 5465 7 data items of what is added.
using Rialto.MailAccess.Imap.Commands;
using Rialto.MailAccess.Imap.Wire;
using Rialto.Store;
using Rialto.Store.Views;

namespace Rialto.MailAccess.Imap.Search;

/// <summary>
/// A search or sort whose result the client follows: after each change of the mailbox it is run again and the difference is told, by UID or by the number of the time. The values that messages are sorted by never
/// change, so that what stays stays in its order.
/// </summary>
/// <param name="tag">The command's tag, by which the client knows it.</param>
/// <param name="criteria">For a sort; null for a search, whose result has no order.</param>
/// <param name="byUid">Whether the client follows it by UID.</param>
internal sealed class SearchContext(byte[] tag, SearchKey key, IReadOnlyList<SortCriterion>? criteria, bool byUid)
{
    private readonly List<(int Place, uint Uid)> _added = [];
    private uint[] _told = [];

    public ReadOnlySpan<byte> Tag => tag;

    /// <summary>What is told of new messages that come into the result.</summary>
    public IReadOnlyList<FetchItem> Items { get; init; } = [];

    /// <summary>Tells it, behind EXISTS and before ADDTO; of messages that were there before and come in by their flags nothing (RFC 5465 7).</summary>
    public async ValueTask WriteNewAsync(ImapSession session, uint firstUid)
    {
        var uids = _added.Where(a => a.Uid >= firstUid).Select(a => new NumberRange(a.Uid, a.Uid)).OrderBy(r => r.First).ToArray();
        if (Items.Count > 0 && uids.Length > 0)
            await FetchCommand.Of(new SequenceSet(uids), Items).RunAsync(session, session.Closed);
    }

    /// <summary>Keys that name sequence numbers, or what the last search saved, mean something else after each change.</summary>
    public static bool CanFollow(SearchKey key) => key switch
    {
        SetKey set => set.ByUid && !set.Set.IsSaved,
        AndKey and => and.Keys.All(CanFollow),
        OrKey or => CanFollow(or.Left) && CanFollow(or.Right),
        NotKey not => CanFollow(not.Key),
        _ => true,
    };

    /// <summary>Takes the result as told.</summary>
    public async ValueTask<StoreError> BeginAsync(ImapSession session)
    {
        var (error, uids) = await FindAsync(session);
        _told = uids;
        return error;
    }

    /// <summary>Runs the search again, and tells what left its result: before EXPUNGE, by the numbers that the client knows (4.3.4).</summary>
    public async ValueTask WriteRemovalsAsync(ImapSession session, FolderSnapshot older)
    {
        var (error, now) = await FindAsync(session);
        // The next change tries again.
        if (error != StoreError.None)
            return;
        var before = _told;
        _told = now;
        _added.Clear();
        var kept = now.ToHashSet();
        var places = new List<(int Place, uint Number)>();
        for (var i = before.Length - 1; i >= 0; i--)
        {
            if (!kept.Contains(before[i]) && NumberOf(older, before[i]) is var number and not 0)
                places.Add((i + 1, number));
        }
        if (criteria is null)
            places.Reverse();
        Write(session, " REMOVEFROM ("u8, places);
        kept = [.. before];
        for (var i = 0; i < now.Length; i++)
        {
            if (!kept.Contains(now[i]))
                _added.Add((i + 1, now[i]));
        }
    }

    /// <summary>Tells what came into the result, when the client knows the messages (4.3.3).</summary>
    public void WriteAdditions(ImapSession session)
    {
        var snapshot = session.Folder.Seen;
        Write(session, " ADDTO ("u8, _added.ConvertAll(a => (a.Place, NumberOf(snapshot, a.Uid))));
        _added.Clear();
    }

    private uint NumberOf(FolderSnapshot snapshot, uint uid) => byUid ? uid : snapshot.PositionOfUid(uid) is var position and >= 0 ? (uint)position + 1 : 0;

    /// <summary>One response: a search's result has no order, so that all go with place 0; of a sort each goes with its own.</summary>
    private void Write(ImapSession session, ReadOnlySpan<byte> change, List<(int Place, uint Number)> places)
    {
        if (places.Count == 0)
            return;
        var writer = session.Writer;
        writer.Raw("* ESEARCH (TAG "u8);
        writer.String(tag);
        writer.Raw(byUid ? ") UID"u8 : ")"u8);
        writer.Raw(change);
        if (criteria is null)
        {
            writer.Raw("0 "u8);
            UidSet.WriteInOrder(writer, places.ConvertAll(p => p.Number).ToArray());
        }
        for (var i = 0; criteria is not null && i < places.Count; i++)
        {
            if (i > 0)
                writer.Raw(" "u8);
            writer.Number(places[i].Place);
            writer.Raw(" "u8);
            writer.Number(places[i].Number);
        }
        writer.Raw(")\r\n"u8);
    }

    private async ValueTask<(StoreError Error, uint[] Uids)> FindAsync(ImapSession session)
    {
        var folder = session.Folder;
        var snapshot = folder.Seen;
        var evaluator = new SearchEvaluator(session, session.Closed);
        var found = await evaluator.EvaluateAsync(key);
        if (evaluator.Error != StoreError.None)
            return (evaluator.Error, []);
        if (criteria is not null)
        {
            var (error, positions) = await MessageSort.RunAsync(session, folder, snapshot, criteria, found, session.Closed);
            return (error, Array.ConvertAll(positions, p => snapshot[p].Uid));
        }
        var uids = new uint[found.Count()];
        var at = 0;
        for (var position = found.Next(0); position >= 0; position = found.Next(position + 1))
            uids[at++] = snapshot[position].Uid;
        return (StoreError.None, uids);
    }
}
