// RFC 5267 4.3 UPDATE, 4.3.3 ADDTO, 4.3.4 REMOVEFROM.
using Rialto.MailAccess.Imap.Wire;
using Rialto.Store;

namespace Rialto.MailAccess.Imap.Search;

/// <summary>
/// A search or sort whose result the client follows: after each change of the mailbox it is run again and the difference is told, by UID. The values that messages are sorted by never
/// change, so that what stays stays in its order.
/// </summary>
/// <param name="tag">The command's tag, by which the client knows it.</param>
/// <param name="criteria">For a sort; null for a search, whose result has no order.</param>
internal sealed class SearchContext(byte[] tag, SearchKey key, IReadOnlyList<SortCriterion>? criteria)
{
    private uint[] _told = [];

    public ReadOnlySpan<byte> Tag => tag;

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

    public async ValueTask WriteUpdateAsync(ImapSession session)
    {
        var (error, now) = await FindAsync(session);
        // The next change tries again.
        if (error != StoreError.None)
            return;
        var before = _told;
        _told = now;
        var kept = now.ToHashSet();
        for (var i = before.Length - 1; i >= 0; i--)
        {
            if (!kept.Contains(before[i]))
                Write(session, " REMOVEFROM ("u8, i + 1, before[i]);
        }
        kept = [.. before];
        for (var i = 0; i < now.Length; i++)
        {
            if (!kept.Contains(now[i]))
                Write(session, " ADDTO ("u8, i + 1, now[i]);
        }
    }

    private void Write(ImapSession session, ReadOnlySpan<byte> change, int place, uint uid)
    {
        var writer = session.Writer;
        writer.Raw("* ESEARCH (TAG "u8);
        writer.String(tag);
        writer.Raw(") UID"u8);
        writer.Raw(change);
        writer.Number(criteria is null ? 0 : place);
        writer.Raw(" "u8);
        writer.Number(uid);
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
            var (error, positions) = await new SortScan(snapshot, criteria, found, session.Engine.Converter).RunAsync(folder.Mailbox, folder.Id, session.Closed);
            return (error, Array.ConvertAll(positions, p => snapshot[p].Uid));
        }
        var uids = new uint[found.Count()];
        var at = 0;
        for (var position = found.Next(0); position >= 0; position = found.Next(position + 1))
            uids[at++] = snapshot[position].Uid;
        return (StoreError.None, uids);
    }
}
