// [MS-OXCFXICS] 1.1 synchronization download context.
using Rialto.Mapi.FastTransfer;
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Mapi.Sync.State;
using Rialto.Store;

namespace Rialto.Mapi.Sync.Download;

/// <summary>A download that RopSynchronizationConfigure configured: first the client brings its state, then it takes the stream.</summary>
internal sealed class SyncDownloadObject : SyncContextObject, IFastTransferSource
{
    private readonly SyncProducer _producer;

    public SyncDownloadObject(RopCall call, LogonObject logon, FolderId folder, bool isContents, SyncOptions options)
        : base(logon, folder, isContents)
    {
        _producer = isContents ? new ContentsProducer(logon, folder, State, options) : new HierarchyProducer(logon, folder, State, options);
        var strings = (options.SendOptions & ~SendOptions.Unicode).Strings();
        if (strings == FxStrings.CodePage && options.Has(SynchronizationFlags.Unicode))
            strings = FxStrings.Unicode;
        Download = new FxDownload(_producer, strings, call.Session.Form.String8, logon.Session.GetPropertyName);
    }

    public FxDownload Download { get; }

    protected override bool TakesState => !Download.IsStarted;

    public override SyncState Checkpoint() => _producer.Checkpoint();

    public override void Dispose()
    {
        base.Dispose();
        Download.Dispose();
    }
}

/// <summary>A producer that knows what state its client is in.</summary>
internal abstract class SyncProducer : FxProducer
{
    public abstract SyncState Checkpoint();
}
