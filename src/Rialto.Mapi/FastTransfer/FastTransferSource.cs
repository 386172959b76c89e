// [MS-OXCFXICS] 1.1 FastTransfer download context; 2.2.4.4 the streams of operations.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Mapi.Sync.State;
using Rialto.Model;

namespace Rialto.Mapi.FastTransfer;

/// <summary>Something that a client downloads a stream from: a context of its own, or a synchronisation.</summary>
internal interface IFastTransferSource
{
    FxDownload Download { get; }
}

/// <summary>A download that RopFastTransferSourceCopy* or RopSynchronizationGetTransferState configured.</summary>
internal sealed class FastTransferSourceObject(LogonObject logon, FxDownload download) : ServerObject(logon), IFastTransferSource
{
    public FxDownload Download { get; } = download;

    public static FastTransferSourceObject Of(RopCall call, LogonObject logon, FxProducer producer, FxStrings strings) =>
        new(logon, new FxDownload(producer, strings, call.Session.Form.String8, logon.Session.GetPropertyName));

    /// <summary>The stream of a state alone: what RopSynchronizationGetTransferState opens.</summary>
    public static FastTransferSourceObject OfState(RopCall call, SyncContextObject context, bool withIds) =>
        Of(call, context.Logon, new StateProducer(context.Checkpoint(), context.IsContents, withIds), FxStrings.Unicode);

    public override void Dispose() => Download.Dispose();
}

/// <summary>Writes the state element by itself.</summary>
internal sealed class StateProducer(SyncState state, bool isContents, bool withIds) : FxProducer
{
    public override ValueTask<ErrorCode> ProduceAsync(FxWriter writer, CancellationToken cancel)
    {
        Write(writer, state, isContents, withIds);
        Done = Total;
        IsDone = true;
        return new(ErrorCode.Success);
    }

    /// <summary>2.2.4.3.25.</summary>
    public static void Write(FxWriter writer, SyncState state, bool isContents, bool withIds)
    {
        writer.Marker(FxMarker.IncrSyncStateBegin);
        foreach (var (tag, value) in state.Properties(isContents, withIds))
            writer.Binary(tag.Value, value);
        writer.Marker(FxMarker.IncrSyncStateEnd);
    }
}
