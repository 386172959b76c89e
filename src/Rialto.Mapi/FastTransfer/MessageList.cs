// [MS-OXCFXICS] 2.2.4.3.17 messageList, 2.2.4.3.10 message, 2.2.4.3.16 messageContent; 2.2.3.1.1.3.1 SendEntryId; 3.2.5.8.1 what may not be seen is skipped.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Properties;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Sessions;
using Rialto.Mapi.Sync.Download;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.FastTransfer;

/// <summary>How messages of a list are written.</summary>
/// <param name="BestBody">Only the body in the form that the message was written in.</param>
/// <param name="WithIdentity">Identity and change properties too.</param>
/// <param name="ForMove">Only what the user may delete.</param>
/// <param name="Recovers">A message that cannot be read is told as an error and passed over.</param>
internal readonly record struct MessageListOptions(bool BestBody, bool WithIdentity, bool ForMove, bool Recovers);

/// <summary>Messages one after the other, read a few at a time.</summary>
internal abstract class MessageList(LogonObject logon, FolderId folder, MessageListOptions options)
{
    /// <summary>Messages read at a time.</summary>
    protected const int AtOnce = 32;

    private readonly FxMessageWriter _messages = new(logon, options.BestBody);
    private readonly Queue<MessageRow?> _rows = new();
    private bool _isRead;

    protected LogonObject Logon { get; } = logon;

    protected FolderId Folder { get; } = folder;

    /// <summary>Writes the next message; false when there is none.</summary>
    public async ValueTask<(ErrorCode Error, bool IsMore)> WriteNextAsync(FxWriter writer, CancellationToken cancel)
    {
        while (_rows.Count == 0 && !_isRead)
        {
            var (failure, isLast) = await ReadAsync(_rows, cancel);
            if (failure != ErrorCode.Success)
                return (failure, true);
            _isRead = isLast;
        }
        if (!_rows.TryPeek(out var row))
            return (ErrorCode.Success, false);
        var error = ErrorCode.Success;
        if (row is null || !IsAllowed(row))
            writer.Integer32(FxTags.EcWarning, (int)ErrorCode.PartiallyComplete);
        else
            error = await WriteAsync(writer, row, cancel);
        if (error == ErrorCode.Success)
            _rows.Dequeue();
        return (error, true);
    }

    /// <summary>Adds the next rows, null for one that is not there; whether they were the last.</summary>
    protected abstract ValueTask<(ErrorCode Error, bool IsLast)> ReadAsync(Queue<MessageRow?> rows, CancellationToken cancel);

    private bool IsAllowed(MessageRow row)
    {
        var rights = Logon.Session.RightsOn(row.Folder);
        return (rights & FolderRights.ReadAny) != 0
            && (!options.ForMove || (rights & FolderRights.DeleteAny) != 0 || ((rights & FolderRights.DeleteOwned) != 0 && row.Creator == Logon.Session.Principal.Id));
    }

    private async ValueTask<ErrorCode> WriteAsync(FxWriter writer, MessageRow row, CancellationToken cancel)
    {
        PropertyMessage? content = null;
        var error = ErrorCode.Success;
        try
        {
            var opened = await Logon.Session.OpenPropertiesAsync(row, cancel);
            if (opened.TryGet(out content))
                ReceiverValues.Complete(Logon, row, content.Properties);
            else
                error = RopCall.ErrorOf(opened.Error);
        }
        catch (InvalidDataException)
        {
            error = ErrorCode.GeneralFailure;
        }
        if (content is null)
        {
            if (!options.Recovers || error == ErrorCode.ServerBusy)
                return error;
            MessageChangeWriter.Error(writer, Logon, error, Folder, row.Mid);
            return ErrorCode.Success;
        }
        writer.Marker((row.State & MessageState.Associated) != 0 ? FxMarker.StartFAIMsg : FxMarker.StartMessage);
        writer.Property(StoreKeys.Id(row.Mid).ToProperty(PropertyTags.Mid));
        if (options.WithIdentity)
            WriteIdentity(writer, row);
        _messages.Properties(writer, row, content, FxFilter.None, withModification: options.WithIdentity);
        _messages.Children(writer, content.Recipients, content.Attachments, FxFilter.None);
        writer.Marker(FxMarker.EndMessage);
        return ErrorCode.Success;
    }

    private void WriteIdentity(FxWriter writer, MessageRow row)
    {
        var mailbox = Logon.Session.Header;
        writer.Binary(PropertyTags.SourceKey.Value, StoreKeys.SourceKeyOf(mailbox, row));
        writer.Binary(PropertyTags.ChangeKey.Value, StoreKeys.ChangeKeyOf(mailbox, row.ChangeKey, row.Cn));
        writer.Binary(PropertyTags.PredecessorChangeList.Value, StoreKeys.PredecessorsOf(mailbox, row.PredecessorChangeList, row.ChangeKey, row.Cn));
        writer.Binary(PropertyTags.OriginalEntryId.Value, StoreKeys.EntryIdOf(mailbox, row.Folder, row.Mid));
    }
}

/// <summary>The messages that a client named.</summary>
internal sealed class NamedMessages(LogonObject logon, FolderId folder, ulong[] messageIds, MessageListOptions options) : MessageList(logon, folder, options)
{
    private int _next;

    protected override async ValueTask<(ErrorCode Error, bool IsLast)> ReadAsync(Queue<MessageRow?> rows, CancellationToken cancel)
    {
        var mids = messageIds.AsSpan(_next, Math.Min(AtOnce, messageIds.Length - _next)).ToArray().Select(Ids.CounterOf).ToArray();
        var found = await Logon.Session.FindByMidsAsync(mids, cancel);
        if (!found.TryGet(out var read))
            return (RopCall.ErrorOf(found.Error), false);
        var isSearch = Logon.Session.Folders.TryGet(Folder, out var now) && now.Type == FolderType.Search;
        foreach (var row in read)
            rows.Enqueue(row is not null && (row.Folder == Folder || isSearch) && (row.State & MessageState.SoftDeleted) == 0 ? row : null);
        _next += mids.Length;
        return (ErrorCode.Success, _next >= messageIds.Length);
    }
}

/// <summary>The ordinary messages of a folder, or the associated ones.</summary>
internal sealed class FolderMessages(LogonObject logon, FolderId folder, bool associated, MessageListOptions options) : MessageList(logon, folder, options)
{
    private readonly FolderWalk _walk = new(logon.Session, folder, newestFirst: false, keepsIds: false);
    private readonly Queue<MessageId> _ids = new();

    protected override async ValueTask<(ErrorCode Error, bool IsLast)> ReadAsync(Queue<MessageRow?> rows, CancellationToken cancel)
    {
        if (_ids.Count == 0)
        {
            if (await _walk.NextAsync(cancel) is not { } page)
                return (RopCall.ErrorOf(_walk.Error), false);
            foreach (var state in page)
            {
                if ((state.State & MessageState.Associated) != 0 == associated)
                    _ids.Enqueue(state.Id);
            }
        }
        var ids = _ids.Take(AtOnce).ToArray();
        var read = await Logon.Session.ReadRowsAsync(Folder, ids, cancel);
        if (!read.TryGet(out var found))
            return (RopCall.ErrorOf(read.Error), false);
        foreach (var row in found)
        {
            // What was deleted or moved meanwhile is not there any more.
            if (row is not null && row.Folder == Folder && (row.State & MessageState.SoftDeleted) == 0)
                rows.Enqueue(row);
        }
        for (var i = 0; i < ids.Length; i++)
            _ids.Dequeue();
        return (ErrorCode.Success, _ids.Count == 0 && _walk.IsDone);
    }
}
