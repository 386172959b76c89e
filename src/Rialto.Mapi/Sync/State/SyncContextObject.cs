// [MS-OXCFXICS] 1.1 synchronization context; 2.2.3.2.2 upload of the initial ICS state, 3.2.5.9.2.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Sync.State;

/// <summary>
/// A synchronisation that a client configured, down or up: its folder, and the state that the client brings before anything else.
/// </summary>
internal abstract class SyncContextObject(LogonObject logon, FolderId folder, bool isContents) : ServerObject(logon)
{
    private PropertyTag _property;
    private uint _announced;
    private MemoryStream? _uploading;
    private long _reserved;
    private MapiSession? _session;

    /// <summary>The folder whose messages, or whose folders, are synchronised.</summary>
    public FolderId Folder { get; } = folder;

    /// <summary>Messages; otherwise the hierarchy.</summary>
    public bool IsContents { get; } = isContents;

    /// <summary>What the client brought. A context that works on it changes it, or a copy.</summary>
    public SyncState State { get; } = new();

    /// <summary>Whether the state may still be brought: no work has begun.</summary>
    protected abstract bool TakesState { get; }

    /// <summary>The state as it is now, for RopSynchronizationGetTransferState: what the client had and what it has got since. Never the object's own.</summary>
    public abstract SyncState Checkpoint();

    /// <summary>Begins a property; one that was begun and not ended is forgotten.</summary>
    /// <param name="call">The request, whose session holds the bytes.</param>
    /// <param name="property">One of the state properties.</param>
    /// <param name="size">Bytes to come.</param>
    public ErrorCode BeginState(RopCall call, PropertyTag property, uint size)
    {
        if (!SyncState.IsStateProperty(property) || !TakesState)
            return ErrorCode.InvalidParameter;
        if (size > call.Options.MaximumSyncStateSize)
            return ErrorCode.TooBig;
        Forget();
        _session = call.Session;
        (_property, _announced, _uploading) = (property, size, new MemoryStream());
        return ErrorCode.Success;
    }

    /// <summary>The next bytes of the property. 3.2.5.9.2.2: they are concatenated.</summary>
    public ErrorCode ContinueState(ReadOnlySpan<byte> bytes)
    {
        if (_uploading is null)
            return ErrorCode.NotInitialized;
        if (bytes.Length > _announced - _uploading.Length)
        {
            Forget();
            return ErrorCode.FormatError;
        }
        if (!_session!.TryReserve(bytes.Length))
        {
            Forget();
            return ErrorCode.NotEnoughMemory;
        }
        _reserved += bytes.Length;
        _uploading.Write(bytes);
        return ErrorCode.Success;
    }

    /// <summary>The property is whole. Malformed or cut short, it leaves the state as it was.</summary>
    public ErrorCode EndState()
    {
        if (_uploading is null)
            return ErrorCode.NotInitialized;
        var isWhole = _uploading.Length == _announced && State.TrySet(_property, _uploading.GetBuffer().AsSpan(0, (int)_uploading.Length));
        Forget();
        return isWhole ? ErrorCode.Success : ErrorCode.FormatError;
    }

    public override void Dispose() => Forget();

    private void Forget()
    {
        _uploading?.Dispose();
        _uploading = null;
        _session?.Unreserve(_reserved);
        _reserved = 0;
    }
}
