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
    public void Begin()
    {
        if (!_begun)
            State.Limit(Mailbox.Header.ReplicaGuid, Mailbox.Sequence);
        _begun = true;
    }

    /// <summary>A message, or a folder, is here as the client has it.</summary>
    public void See(long cn, bool isAssociated = false) =>
        (isAssociated ? State.CnsetSeenFai : State.CnsetSeen).Add(StoreKeys.Global(Mailbox.Header, cn));

    /// <summary>The same in a public store, where a read message is known by its own number.</summary>
    public void SeeRead(IEnumerable<long> changeNumbers, bool isRead)
    {
        var known = State.CnsetRead[Mailbox.Header.ReplicaGuid];
        foreach (var cn in changeNumbers)
        {
            if (isRead)
                known.Add((ulong)cn);
            else
                known.Remove((ulong)cn);
        }
    }

    /// <summary>A message of a public folder is here under a new number, and it is not known what its client knows of its read state: that will be told.</summary>
    public void DoubtRead(long cn)
    {
        if (Mailbox.Header.IsPublic)
            State.CnsetRead[SyncState.InDoubt].Add((ulong)cn);
    }

    /// <summary>Read states are here as the client has them.</summary>
    public void SeeRead(long firstCn, long lastCn) => State.CnsetRead[Mailbox.Header.ReplicaGuid].AddRange((ulong)firstCn, (ulong)lastCn);
}
