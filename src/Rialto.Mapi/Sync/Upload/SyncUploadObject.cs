// [MS-OXCFXICS] 1.1 synchronization upload context; 2.2.3.2.4.1 RopSynchronizationOpenCollector, 3.3.4.3.3 upload.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sync.State;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Sync.Upload;

/// <summary>
/// What a client brings its changes of one folder's messages, or of the folders below one, into. Its state grows by the change numbers that they get here, so that the
/// client does not get its own changes back. Where an import did not leave just the client's version, its number stays out: the client has to download it.
/// </summary>
internal sealed class SyncUploadObject(LogonObject logon, FolderId folder, bool isContents) : SyncContextObject(logon, folder, isContents)
{
    private bool _begun;

    protected override bool TakesState => !_begun;

    public override SyncState Checkpoint() => State.Clone();

    /// <summary>The state is what it is: 3.3.4.3.1 has it come before everything else.</summary>
    public void Begin() => _begun = true;

    /// <summary>A message, or a folder, is here as the client has it.</summary>
    public void See(long cn, bool isAssociated = false) =>
        (isAssociated ? State.CnsetSeenFai : State.CnsetSeen).Add(StoreKeys.Global(Mailbox.Header, cn));

    /// <summary>Read states are here as the client has them.</summary>
    public void SeeRead(long firstCn, long lastCn) => State.CnsetRead[Mailbox.Header.ReplicaGuid].AddRange((ulong)firstCn, (ulong)lastCn);
}
