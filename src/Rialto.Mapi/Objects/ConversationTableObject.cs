// [MS-OXCFOLD] 2.2.1.14.1, 3.2.5.14 ConversationMembers; [MS-OXCTABL] 3.1.4.6, 3.2.5.4.
using Rialto.Mapi.Properties;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Store;
using Rialto.Store.Views;

namespace Rialto.Mapi.Objects;

/// <summary>
/// The messages of one conversation in a folder and those below it, in the whole mailbox from its root. Which conversation, the client says by a restriction; until then
/// there are no rows. A conversation is small: it is read whole, and again when something has changed.
/// </summary>
internal sealed class ConversationTableObject(LogonObject logon, FolderId scope) : ListTableObject<MessageRow>(logon)
{
    /// <summary>[MS-OXCTABL] 3.2.5.4 ecConversationNotFound.</summary>
    private const ErrorCode ConversationNotFound = (ErrorCode)0x00000496;

    private readonly Dictionary<MessageId, PropertyMessage> _contents = [];
    private IReadOnlyList<MessageRow> _rows = [];
    private IReadOnlyList<MessageRow>? _told;
    private Guid _conversation;
    private Restriction? _restriction;
    private IDisposable? _subscription;
    private int _isStale = 1;

    public override bool CanSort => true;

    public override bool CanRestrict => true;

    public override bool CanReset => true;

    public override bool HasBookmarks => true;

    public override PropertyTag[] AllColumns => RowValues.Tags;

    public bool Notifies { get; init; }

    protected override object Version => _rows;

    protected override IEnumerable<MessageRow> Rows => _rows;

    protected override object KeyOf(MessageRow row) => row.Id;

    /// <summary>Rows of several folders make no categories.</summary>
    public override ErrorCode Sort(SortOrderSet? order)
    {
        if (order is { CategoryCount: > 0 })
            return ErrorCode.NotSupported;
        Volatile.Write(ref _isStale, 1);
        return base.Sort(order);
    }

    public override async ValueTask<ErrorCode> RestrictAsync(RopCall call, Restriction? restriction)
    {
        var conversation = ConversationOf(restriction) ?? Guid.Empty;
        if (conversation != Guid.Empty)
        {
            var found = await Mailbox.FindConversationAsync(conversation, scope, call.Cancel);
            if (!found.Succeeded)
                return RopCall.ErrorOf(found.Error);
            if (!found.Value.Exists)
                return ConversationNotFound;
        }
        _conversation = conversation;
        _restriction = restriction;
        _contents.Clear();
        Volatile.Write(ref _isStale, 1);
        return Restrict(restriction);
    }

    public override void Reset()
    {
        _conversation = Guid.Empty;
        _restriction = null;
        _rows = [];
        Unwatch();
        base.Reset();
    }

    public override void Dispose()
    {
        // Changes that are told from now on are nobody's.
        Handle = NoHandle;
        Unwatch();
    }

    public override async ValueTask<(ErrorCode Error, int Count)> CountAsync(RopCall call)
    {
        var error = await RefreshAsync(call);
        return error == ErrorCode.Success ? await base.CountAsync(call) : (error, 0);
    }

    public override async ValueTask<(ErrorCode Error, IReadOnlyList<PropertyValue[]> Rows)> ReadAsync(RopCall call, int start, int count)
    {
        var error = await RefreshAsync(call);
        if (error != ErrorCode.Success || Failure != ErrorCode.Success)
            return (error != ErrorCode.Success ? error : Failure, []);
        var wanted = Current().Skip(start).Take(count).ToList();
        var values = new Dictionary<MessageId, PropertyValue[]>(wanted.Count);
        foreach (var some in wanted.GroupBy(r => r.Folder))
        {
            var rows = some.Select(r => new TableRow(r.Id, r.Mid, 0, null)).ToList();
            (error, var read) = await new MessageRows(Logon, some.Key, Columns!, null).ReadAsync(call, null, rows);
            for (var i = 0; error == ErrorCode.Success && i < rows.Count; i++)
            {
                if (read[i] is { } row)
                    values[rows[i].Id] = row;
            }
        }
        // One that went meanwhile is missing from here on.
        return (ErrorCode.Success, [.. wanted.Where(r => values.ContainsKey(r.Id)).Select(r => values[r.Id])]);
    }

    public override async ValueTask<(ErrorCode Error, int Position)> FindAsync(RopCall call, int start, bool backward, Restriction restriction)
    {
        var error = await RefreshAsync(call);
        if (error == ErrorCode.Success && NeedsContent(restriction))
            error = await OpenAsync(call);
        return error == ErrorCode.Success ? await base.FindAsync(call, start, backward, restriction) : (error, -1);
    }

    public override ValueTask WatchAsync(RopCall call)
    {
        if (!Notifies || _subscription is not null)
            return ValueTask.CompletedTask;
        var queue = call.Session.Notifications;
        _subscription = Mailbox.Subscribe(changes =>
        {
            if (!changes.Any(c => c.Message.Value != 0 || c.Kind is ChangeKind.FolderDeleted or ChangeKind.FolderMoved))
                return;
            Volatile.Write(ref _isStale, 1);
            queue.Changed(this);
        });
        Volatile.Write(ref _isStale, 1);
        return ValueTask.CompletedTask;
    }

    /// <summary>The rows come from anywhere in the mailbox: a client is told to read anew, and only when one of them is another.</summary>
    public override async ValueTask<IReadOnlyList<RopNotify.Response>> EventsAsync(RopCall call)
    {
        if (_subscription is null || Handle == NoHandle || await RefreshAsync(call) != ErrorCode.Success)
            return [];
        var before = _told;
        _told = _rows;
        return before is null || before.Count != _rows.Count || before.Zip(_rows).Any(p => p.First.Id != p.Second.Id || p.First.Sequence != p.Second.Sequence)
            ? [Event(RopNotify.TableEvent.TableChanged, ofMessages: true)]
            : [];
    }

    protected override PropertyValue Find(MessageRow row, PropertyTag tag)
    {
        if (RowValues.TryGet(Mailbox, row, tag, out var value))
            return value;
        return _contents.TryGetValue(row.Id, out var content) ? content.Properties.Get(tag) : default;
    }

    protected override void Renew()
    {
        _told = null;
        base.Renew();
    }

    private void Unwatch()
    {
        _subscription?.Dispose();
        _subscription = null;
        _told = null;
    }

    private async ValueTask<ErrorCode> RefreshAsync(RopCall call)
    {
        // Who is not told of changes looks each time.
        if (Interlocked.Exchange(ref _isStale, 0) == 0 && _subscription is not null)
            return ErrorCode.Success;
        if (_conversation == Guid.Empty)
        {
            _rows = [];
            return ErrorCode.Success;
        }
        var found = await Mailbox.FindConversationAsync(_conversation, scope, call.Cancel);
        if (!found.Succeeded)
            return RopCall.ErrorOf(found.Error);
        var rows = found.Value.Rows;
        foreach (var row in _rows)
        {
            if (!rows.Any(r => r.Id == row.Id && r.Cn == row.Cn))
                _contents.Remove(row.Id);
        }
        if (rows.Count != _rows.Count || rows.Zip(_rows).Any(p => p.First.Id != p.Second.Id || p.First.Sequence != p.Second.Sequence))
            _rows = rows;
        // What was told first is what the client has just looked at.
        _told ??= _rows;
        return NeedsContent(_restriction) || NeedsContent(SortedBy) ? await OpenAsync(call) : ErrorCode.Success;
    }

    private async ValueTask<ErrorCode> OpenAsync(RopCall call)
    {
        foreach (var row in _rows)
        {
            if (_contents.ContainsKey(row.Id))
                continue;
            if (_contents.Count >= call.Options.MaximumOpenedRows)
                return ErrorCode.TooComplex;
            var opened = await Mailbox.OpenPropertiesAsync(row.Folder, row.Id, call.Cancel);
            if (opened.Succeeded)
                _contents[row.Id] = opened.Value;
        }
        return ErrorCode.Success;
    }

    private static bool NeedsContent(Restriction? restriction) => restriction is not null && !RestrictionAnalysis.Of(restriction).NeedsOnly(SummaryProperties.Knows);

    private static bool NeedsContent(SortOrderSet? order) => order is not null && order.Keys.Any(k => !SummaryProperties.Knows(k.Tag));

    /// <summary>The conversation that a restriction names: by its id, alone or among terms that all must hold.</summary>
    private static Guid? ConversationOf(Restriction? restriction) => restriction switch
    {
        PropertyRestriction { Operator: RelationalOperator.Equal, Tag.Id: PropertyIds.ConversationId, Value.Reference: byte[] { Length: 16 } id } => new Guid(id),
        ContentRestriction { Tag.Id: PropertyIds.ConversationId, Value.Reference: byte[] { Length: 16 } id } content when (content.Fuzzy & (FuzzyLevel.Substring | FuzzyLevel.Prefix)) == 0 => new Guid(id),
        AndRestriction and => and.Terms.Select(ConversationOf).FirstOrDefault(id => id is not null),
        CountRestriction count => ConversationOf(count.Term),
        CommentRestriction comment => ConversationOf(comment.Term),
        _ => null,
    };
}
