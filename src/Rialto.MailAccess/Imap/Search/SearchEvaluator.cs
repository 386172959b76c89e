// RFC 3501 6.4.4: how each key is answered.
using System.Text;
using Rialto.MailAccess.Imap.Wire;
using Rialto.Model;
using Rialto.Store;
using Rialto.Store.Views;

namespace Rialto.MailAccess.Imap.Search;

/// <summary>
/// Evaluates a tree of keys over a snapshot. Flags, numbers, sizes and arrival dates come from the folder's index in memory, texts from the store's
/// search, sent dates from the digests in one scan. Within an AND the cheap keys go first, and an empty set asks nobody.
/// </summary>
internal sealed class SearchEvaluator(ImapSession session, CancellationToken cancel)
{
    private const long TicksPerDay = TimeSpan.TicksPerDay;

    private readonly MailboxSession _mailbox = session.Folder.Mailbox;
    private readonly FolderId _folder = session.Folder.Id;
    private readonly FolderSnapshot _snapshot = session.Folder.Seen;
    private readonly IContentConverter _converter = session.Engine.Converter;

    /// <summary>What the store refused, if it did; the result is then of no use.</summary>
    public StoreError Error { get; private set; }

    /// <summary>Whether a sequence number was used where the client has none (RFC 9586).</summary>
    public bool HasBadSet { get; private set; }

    public async ValueTask<PositionSet> EvaluateAsync(SearchKey key)
    {
        var result = new PositionSet(_snapshot.Count);
        if (Error != StoreError.None || _snapshot.Count == 0 && key is not SetKey)
            return result;
        switch (key)
        {
            case AllKey { All: true }:
                result.AddAll();
                return result;
            case AllKey:
                return result;
            case AndKey and:
                return await AndAsync(and.Keys);
            case OrKey or:
                result = await EvaluateAsync(or.Left);
                result.Or(await EvaluateAsync(or.Right));
                return result;
            case NotKey not:
                result = await EvaluateAsync(not.Key);
                result.Not();
                return result;
            case SetKey set:
                AddSet(set, result);
                return result;
            case TextKey { Text: "" } text when text.Field != SearchField.Header:
                result.AddAll();
                return result;
            case TextKey text:
                await AddTextAsync(text, result);
                return result;
            case DateKey { BySent: true } date:
                Error = await new SentDateScan(_snapshot, date, _converter, result).RunAsync(_mailbox, _folder, cancel);
                return result;
            case ObjectIdKey id:
                await AddByObjectIdAsync(id, result);
                return result;
            case SavedKey saved:
                await AddBySavedAsync(saved, result);
                return result;
            case KeywordKey keyword when ImapFlags.IsForwarded(keyword.Keyword):
                AddByState(MessageState.Forwarded, true, result);
                return result;
            case KeywordKey keyword:
                AddByKeyword(keyword.Keyword, result);
                return result;
            case RecentKey recent:
                if (session.Folder.Recent is { } arrivals)
                    Add(session.Folder.Find(arrivals.Ranges, byUid: true), result);
                if (!recent.IsRecent)
                    result.Not();
                return result;
            case FlagKey flag:
                AddByState(ImapFlags.StateOf(flag.Flag), flag.IsSet, result);
                return result;
            default:
                AddByIndex(key, result);
                return result;
        }
    }

    private async ValueTask<PositionSet> AndAsync(IReadOnlyList<SearchKey> keys)
    {
        var result = new PositionSet(_snapshot.Count);
        result.AddAll();
        foreach (var key in keys.OrderBy(Cost))
        {
            // Sets are looked at in any case: a wrong number is an error however few messages are left.
            if (result.IsEmpty && key is not SetKey)
                continue;
            result.And(await EvaluateAsync(key));
        }
        return result;
    }

    private static int Cost(SearchKey key) => key switch
    {
        TextKey { Field: SearchField.Header } => 5,
        TextKey or ObjectIdKey or SavedKey => 3,
        DateKey { BySent: true } => 4,
        AndKey or OrKey or NotKey => 2,
        _ => 1,
    };

    private void AddSet(SetKey key, PositionSet result)
    {
        if (session.IsUidOnly && !key.ByUid && !key.Set.IsSaved)
        {
            HasBadSet = true;
            return;
        }
        Add(session.Folder.Find(key.Set, key.ByUid), result);
    }

    private static void Add(in Selection selection, PositionSet result)
    {
        foreach (var (first, last) in selection.Ranges)
        {
            for (var position = first; position <= last; position++)
                result.Add(position);
        }
    }

    private void AddByState(MessageState bit, bool isSet, PositionSet result)
    {
        for (var position = 0; position < _snapshot.Count;)
        {
            foreach (ref readonly var entry in _snapshot.BlockAt(position))
            {
                if ((entry.State & bit) != 0 == isSet)
                    result.Add(position);
                position++;
            }
        }
    }

    private void AddByKeyword(string keyword, PositionSet result)
    {
        var known = new Dictionary<int, bool> { [0] = false };
        for (var position = 0; position < _snapshot.Count;)
        {
            foreach (ref readonly var entry in _snapshot.BlockAt(position))
            {
                if (!known.TryGetValue(entry.KeywordSet, out var has))
                    known[entry.KeywordSet] = has = _snapshot.KeywordsOf(entry).Contains(keyword, StringComparer.OrdinalIgnoreCase);
                if (has)
                    result.Add(position);
                position++;
            }
        }
    }

    private void AddByIndex(SearchKey key, PositionSet result)
    {
        // Arrival in UTC, as INTERNALDATE is told; FileTime's days begin at midnight too.
        var day = key is AgeKey age ? FileTime.From(session.Engine.Time.GetUtcNow().AddSeconds(-age.Seconds)).Ticks : key is DateKey date ? FileTime.From(new DateTimeOffset(date.Date, TimeOnly.MinValue, TimeSpan.Zero)).Ticks : 0;
        for (var position = 0; position < _snapshot.Count;)
        {
            foreach (ref readonly var entry in _snapshot.BlockAt(position))
            {
                if (Matches(key, entry, day))
                    result.Add(position);
                position++;
            }
        }
    }

    private static bool Matches(SearchKey key, in ViewEntry entry, long day) => key switch
    {
        SizeKey { Larger: true } size => entry.MimeSize > size.Size,
        SizeKey size => entry.MimeSize < size.Size,
        ModSeqKey modSeq => entry.Sequence >= modSeq.ModSeq,
        AgeKey { Older: true } => entry.ReceivedTicks <= day,
        AgeKey => entry.ReceivedTicks >= day,
        DateKey { Relation: DateRelation.Before } => entry.ReceivedTicks < day,
        DateKey { Relation: DateRelation.Since } => entry.ReceivedTicks >= day,
        DateKey => entry.ReceivedTicks >= day && entry.ReceivedTicks - day < TicksPerDay,
        _ => throw new InvalidOperationException($"No such search key: {key.GetType().Name}."),
    };

    /// <summary>In UTC, as SAVEDATE is told.</summary>
    private ValueTask AddBySavedAsync(SavedKey key, PositionSet result) => AddAsync(
        ids => _mailbox.ReadSavedTimesAsync(_folder, ids, cancel),
        saved => saved is { } time && SentDateScan.Matches(key.Relation, DateOnly.FromDateTime(time.ToDateTimeOffset().UtcDateTime), key.Date),
        result);

    /// <summary>Ids stand in the messages' rows.</summary>
    private ValueTask AddByObjectIdAsync(ObjectIdKey key, PositionSet result) => AddAsync(
        ids => _mailbox.ReadRowsAsync(_folder, ids, cancel),
        row => row is not null && key.Id.Equals(key.IsThread ? ObjectIds.OfThread(row.ConversationId) : ObjectIds.OfContent(row), StringComparison.Ordinal),
        result);

    /// <summary>By what the index does not have, read a batch at a time.</summary>
    private async ValueTask AddAsync<T>(Func<MessageId[], ValueTask<StoreResult<IReadOnlyList<T>>>> readAsync, Func<T, bool> matches, PositionSet result)
    {
        const int batch = 1000;
        for (var position = 0; position < _snapshot.Count; position += batch)
        {
            var ids = new MessageId[Math.Min(batch, _snapshot.Count - position)];
            for (var i = 0; i < ids.Length; i++)
                ids[i] = _snapshot[position + i].Id;
            var read = await readAsync(ids);
            if (!read.TryGet(out var found))
            {
                Error = read.Error;
                return;
            }
            for (var i = 0; i < ids.Length; i++)
            {
                if (matches(found[i]))
                    result.Add(position + i);
            }
        }
    }

    private async ValueTask AddTextAsync(TextKey key, PositionSet result)
    {
        if (ColumnOf(key.Field) is { } column)
        {
            await AddByAddressAsync(column, key.Text, result);
            return;
        }
        var target = key.Field switch
        {
            SearchField.Text => TextTarget.Any,
            SearchField.Body => TextTarget.Body,
            SearchField.Subject => TextTarget.Subject,
            _ => TextTarget.Header,
        };
        var found = await _mailbox.FindTextAsync(_folder, new TextCriterion(target, key.Text) { Header = key.Header }, cancel);
        if (!found.TryGet(out var ids))
        {
            Error = found.Error;
            return;
        }
        foreach (var position in _snapshot.PositionsOf(ids))
            result.Add(position);
    }

    private static ColumnKind? ColumnOf(SearchField field) => field switch
    {
        SearchField.From => ColumnKind.AllFrom,
        SearchField.To => ColumnKind.AllTo,
        SearchField.Cc => ColumnKind.AllCc,
        SearchField.Bcc => ColumnKind.AllBcc,
        _ => null,
    };

    /// <summary>Names and addresses of all whom the field names, not only of those whom lists show.</summary>
    private async ValueTask AddByAddressAsync(ColumnKind kind, string text, PositionSet result)
    {
        var folder = session.Folder;
        (Error, var columns) = await folder.View.Shared(static () => new FolderColumns()).ReadAsync(session, folder, _snapshot, [kind], ranked: false, cancel);
        if (Error != StoreError.None)
            return;
        var found = new List<int>();
        ((TextKeyColumn)columns[0].Column).Find(Encoding.UTF8.GetBytes(text.ToUpperInvariant()), columns[0].Count, found);
        if (columns[0].RowOf is null)
        {
            foreach (var row in found.Where(row => row < _snapshot.Count))
                result.Add(row);
            return;
        }
        foreach (var row in found)
        {
            if (_snapshot.PositionOfUid(columns[0].Column.Uids[row]) is var position and >= 0)
                result.Add(position);
        }
    }
}
