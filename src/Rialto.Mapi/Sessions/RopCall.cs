using System.Diagnostics.CodeAnalysis;
using Rialto.Mapi.Objects;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Sync.Upload;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Sessions;

/// <summary>What an operation works with: the session, the request's handle table, and the room that its response may take.</summary>
internal sealed class RopCall(MapiService service, MapiSession session, List<uint> handles, CancellationToken cancel)
{
    private List<uint>? _opened;
    private int _addedAt = -1;
    private LogonObject? _working;
    private List<Guid>? _workingToo;

    public MapiService Service { get; } = service;

    public MapiSession Session { get; } = session;

    public MapiOptions Options => Service.Options;

    public CancellationToken Cancel { get; } = cancel;

    /// <summary>Writes of operations of this request that have their answer before they are durable. The response is not sent before they are.</summary>
    public CommitGroup Commits { get; } = new();

    /// <summary>Bytes that the response may take, its RopId included.</summary>
    public int Room { get; set; }

    /// <summary>The object that the request works on, of the kind that it needs; otherwise why not.</summary>
    public bool TryGet<T>(RopRequest request, [NotNullWhen(true)] out T? value, out ErrorCode error)
        where T : ServerObject => TryGet(request, request.InputHandleIndex, out value, out error);

    /// <summary>The same for operations on messages and attachments, for which an object of another kind is none. [MS-OXCMSG] 3.2.5.</summary>
    public bool TryGetOrNull<T>(RopRequest request, [NotNullWhen(true)] out T? value, out ErrorCode error)
        where T : ServerObject => TryGet(request, request.InputHandleIndex, out value, out error, ErrorCode.NullObject);

    /// <summary>The table of a request that may use a bookmark: with the table its bookmarks are gone, and using one is told as that. [MS-OXCTABL] 2.2.2.15.</summary>
    public bool TryGetBookmarked(RopRequest request, [NotNullWhen(true)] out TableObject? table, out ErrorCode error)
    {
        if (TryGet(request, out table, out error))
            return true;
        if (error == ErrorCode.InvalidObject)
            error = ErrorCode.NullObject;
        return false;
    }

    public bool TryGet<T>(
        RopRequest request, byte handleIndex, [NotNullWhen(true)] out T? value, out ErrorCode error, ErrorCode wrongKind = ErrorCode.NotSupported)
        where T : ServerObject
    {
        value = null;
        if (handleIndex >= handles.Count)
        {
            error = ErrorCode.NullObject;
            return false;
        }
        error = Session.Find(handles[handleIndex], request.LogonId, out var found);
        if (error != ErrorCode.Success)
            return false;
        value = found as T;
        if (value is null)
            error = wrongKind;
        return value is not null;
    }

    /// <summary>The destination of a request with two objects; a missing one is told apart from a missing source. [MS-OXCROPS] 2.2.4.6.3.</summary>
    public bool TryGetDestination<T>(RopDestinationRequest request, [NotNullWhen(true)] out T? value, out ErrorCode error)
        where T : ServerObject
    {
        value = null;
        error = request.DestHandleIndex < handles.Count ? ErrorCode.NullDestinationObject : ErrorCode.NullObject;
        // The destination may be of another logon than the request's.
        if (request.DestHandleIndex >= handles.Count || Session.FindAny(handles[request.DestHandleIndex]) is not { } found)
        {
            error = ErrorCode.NullDestinationObject;
            return false;
        }
        value = found as T;
        error = value is null ? ErrorCode.NotSupported : ErrorCode.Success;
        return value is not null;
    }

    /// <summary>Begins work on a logon's mailbox; false when that has too much to do already. Ends with <see cref="EndWork"/>.</summary>
    public bool TryWork(LogonObject logon)
    {
        var mailbox = logon.Session.MailboxId;
        if (_working?.Session.MailboxId == mailbox || _workingToo?.Contains(mailbox) is true)
            return true;
        if (!Service.Work.TryEnter(mailbox))
            return false;
        if (_working is null)
            _working = logon;
        else
            (_workingToo ??= []).Add(mailbox);
        return true;
    }

    public void EndWork()
    {
        if (_working is not null)
            Service.Work.Leave(_working.Session.MailboxId);
        _workingToo?.ForEach(Service.Work.Leave);
    }

    /// <summary>The operation that is being executed, for those that may go on behind their request.</summary>
    internal (RopDefinition Definition, RopRequest Request) Current { get; set; }

    /// <summary>What goes out instead of the operation's own response: RopProgress for work that goes on, and what it became at the end.</summary>
    internal (RopDefinition Definition, RopResponse Response)? Instead { get; set; }

    /// <summary>
    /// Does the work, or, where the client wants it and it is much, lets it go on behind the request and answers with RopProgress.
    /// </summary>
    /// <param name="source">The object that the client will ask about.</param>
    /// <param name="wantAsynchronous">The request's own word.</param>
    /// <param name="total">About how many objects there are to work on.</param>
    /// <param name="work">The work; cancelled when the client asks for it or the object is released.</param>
    public async ValueTask<TResponse> RunAsync<TResponse>(
        PropertyObject source, bool wantAsynchronous, int total, Func<WorkProgress, CancellationToken, ValueTask<TResponse>> work)
        where TResponse : RopResponse, new()
    {
        var progress = new WorkProgress(total);
        if (!wantAsynchronous || total < Options.AsynchronousFrom || source.Work is not null)
            return await work(progress, Cancel);
        var cancel = new CancellationTokenSource();
        source.Work = new LongWork(progress, cancel, Current.Definition, Current.Request)
        {
            Task = Task.Run(async () =>
            {
                try
                {
                    return (RopResponse)await work(progress, cancel.Token);
                }
                catch (OperationCanceledException)
                {
                    return new TResponse { ReturnValue = ErrorCode.UserCanceled };
                }
            }),
        };
        Instead = RopProgress.Answer(Current.Request.LogonId, Current.Request.InputHandleIndex, progress);
        return new TResponse();
    }

    /// <summary>Opens an object at the place of the handle table that the request names.</summary>
    public ErrorCode Open(byte handleIndex, ServerObject value)
    {
        var handle = Session.Add(value);
        if (handle == ServerObject.NoHandle)
            return ErrorCode.TooManyOpenObjects;
        // 3.2.5.2: the table reaches to the highest index of the responses.
        while (handles.Count <= handleIndex)
            handles.Add(ServerObject.NoHandle);
        handles[handleIndex] = handle;
        (_opened ??= []).Add(handle);
        _addedAt = handleIndex;
        return ErrorCode.Success;
    }

    /// <summary>The handle at an index; the value that no object has where there is none.</summary>
    public uint HandleAt(byte handleIndex) => handleIndex < handles.Count ? handles[handleIndex] : ServerObject.NoHandle;

    /// <summary>Closes the request's object; nothing happens where there is none.</summary>
    public void Release(RopRequest request)
    {
        if (!TryGet<ServerObject>(request, out var value, out _))
            return;
        Session.Notifications.Forget(value.Handle);
        Session.Release(value.Handle);
    }

    internal void Begin(int room)
    {
        Room = room;
        _addedAt = -1;
        Instead = null;
    }

    /// <summary>Takes back the object that the operation opened, since its response could not be sent.</summary>
    internal void Undo()
    {
        if (_addedAt < 0)
            return;
        Session.Release(handles[_addedAt]);
        handles[_addedAt] = ServerObject.NoHandle;
    }

    /// <summary>
    /// The whole answer is lost. What the request opened nobody can name. Upload contexts know of changes that may not be kept, and a state that claims them would make the
    /// client pass over whatever gets their numbers: it begins anew from its own.
    /// </summary>
    internal void Abandon()
    {
        _opened?.ForEach(Session.Release);
        foreach (var handle in handles)
        {
            if (Session.FindAny(handle) is SyncUploadObject)
                Session.Release(handle);
        }
    }

    /// <summary>What the store's refusal is called here.</summary>
    public static ErrorCode ErrorOf(StoreError error) => error switch
    {
        StoreError.None => ErrorCode.Success,
        StoreError.NotFound => ErrorCode.NotFound,
        StoreError.AccessDenied => ErrorCode.AccessDenied,
        StoreError.InvalidArgument => ErrorCode.InvalidParameter,
        StoreError.InvalidName => ErrorCode.InvalidParameter,
        StoreError.AlreadyExists => ErrorCode.CollidingNames,
        StoreError.QuotaExceeded => ErrorCode.QuotaExceeded,
        StoreError.TooLarge => ErrorCode.NotEnoughMemory,
        StoreError.SpecialFolder => ErrorCode.AccessDenied,
        StoreError.HasChildren => ErrorCode.HasFolders,
        StoreError.TooDeep => ErrorCode.TooComplex,
        StoreError.NotSupported => ErrorCode.NotSupported,
        StoreError.Gone => ErrorCode.ObjectDeleted,
        StoreError.StorageUnavailable => ErrorCode.ServerBusy,
        _ => ErrorCode.GeneralFailure,
    };
}
