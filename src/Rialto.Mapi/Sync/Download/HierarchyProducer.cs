// [MS-OXCFXICS] 2.2.4.3.9 hierarchySync, 2.2.4.3.5 folderChange, 3.2.5.3; 3.2.5.5 the source key of the root of the synchronisation.
using Rialto.Mapi.FastTransfer;
using Rialto.Mapi.Objects;
using Rialto.Mapi.Properties;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Sync.Records;
using Rialto.Mapi.Sync.State;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Sync.Download;

/// <summary>The changes of the folders below a folder since a client's state, parents before what is in them.</summary>
internal sealed class HierarchyProducer : SyncProducer
{
    /// <summary>What changes with the messages of a folder and not with the folder, and what is this logon's own.</summary>
    private static readonly HashSet<ushort> s_left =
    [
        PropertyIds.ContentCount, PropertyIds.ContentUnreadCount, PropertyIds.AssociatedContentCount, PropertyIds.MessageSize, PropertyIds.LocalCommitTimeMax,
        PropertyIds.DeletedCountTotal, PropertyIds.FolderChildCount, PropertyIds.EntryId, PropertyIds.ParentEntryId, PropertyIds.RecordKey, PropertyIds.StoreRecordKey,
        PropertyIds.MappingSignature, PropertyIds.InstanceKey, PropertyIds.Access, PropertyIds.ObjectType, PropertyIds.DisplayName, PropertyIds.LastModificationTime,
        PropertyIds.LocalCommitTime, PropertyIds.SourceKey, PropertyIds.ParentSourceKey, PropertyIds.ChangeKey, PropertyIds.PredecessorChangeList,
    ];

    private readonly LogonObject _logon;
    private readonly FolderId _root;
    private readonly SyncState _state;
    private readonly SyncOptions _options;
    private readonly MailboxSession _mailbox;
    private readonly SyncProgress _progress;
    private readonly Queue<FolderId> _folders = new();
    private readonly IdSet _there = new();
    private readonly IdSet _left = new();
    private FolderTree? _tree;
    private IdSet _seen = new();
    private long _upTo;
    private bool _mailboxWritten;
    private bool _deletionsWritten;

    public HierarchyProducer(LogonObject logon, FolderId root, SyncState state, SyncOptions options)
    {
        (_logon, _root, _state, _options, _mailbox) = (logon, root, state, options, logon.Session);
        _progress = new SyncProgress(state, _mailbox.Header.ReplicaGuid);
    }

    public override SyncState Checkpoint() => _progress.Checkpoint();

    public override void Delivered(long bytes) => _progress.Deliver(bytes);

    public override async ValueTask<ErrorCode> ProduceAsync(FxWriter writer, CancellationToken cancel)
    {
        if (_tree is null)
            Begin();
        if (_folders.TryDequeue(out var id))
        {
            if (_tree!.TryGet(id, out var folder))
                Write(writer, folder);
            Done++;
            return ErrorCode.Success;
        }
        if (!_mailboxWritten && RecordWriter.IsWanted(_logon, _options.Filter))
            await RecordWriter.WriteMailboxAsync(writer, _logon, cancel);
        _mailboxWritten = true;
        if (!_deletionsWritten)
        {
            WriteDeletions(writer);
            _deletionsWritten = true;
            return ErrorCode.Success;
        }
        StateProducer.Write(writer, _progress.Final(_upTo, (true, false, false), _left), isContents: false, withIds: true);
        writer.Marker(FxMarker.IncrSyncEnd);
        Done = Total;
        IsDone = true;
        return ErrorCode.Success;
    }

    /// <summary>The hierarchy is in memory: one pass finds what changed, in an order that has parents first.</summary>
    private void Begin()
    {
        _upTo = _mailbox.Sequence;
        _tree = _mailbox.Folders;
        _state.Limit(_mailbox.Header.ReplicaGuid, _upTo);
        _seen = _state.CnsetSeen[_mailbox.Header.ReplicaGuid].Clone();
        var pending = new Queue<FolderId>([_root]);
        while (pending.TryDequeue(out var above))
        {
            foreach (var folder in _tree.Children(above))
            {
                if (folder.Id == above)
                    continue;
                pending.Enqueue(folder.Id);
                var isSeen = _seen.Contains((ulong)folder.Cn);
                if (!FolderAccess.IsVisible(_mailbox.RightsOn(folder.Id)))
                {
                    // To be told when it may be seen, which does not change the folder.
                    if (!isSeen)
                        _left.Add((ulong)folder.Cn);
                    continue;
                }
                _there.Add((ulong)folder.Id.Value);
                if (!isSeen)
                    _folders.Enqueue(folder.Id);
            }
        }
        Total = Math.Max(1, _folders.Count);
    }

    private void Write(FxWriter writer, Folder folder)
    {
        var mailbox = _mailbox.Header;
        var ignoresForeign = _options.Has(SynchronizationFlags.NoForeignIdentifiers);
        writer.Marker(FxMarker.IncrSyncChg);
        writer.Binary(PropertyTags.ParentSourceKey.Value, folder.Parent == _root || !_tree!.TryGet(folder.Parent, out var parent) ? Array.Empty<byte>() : KeyOf(parent));
        writer.Binary(PropertyTags.SourceKey.Value, KeyOf(folder));
        writer.Property(PropertyValue.Of(PropertyTags.LastModificationTime, folder.Modified));
        writer.Binary(PropertyTags.ChangeKey.Value, StoreKeys.ChangeKeyOf(mailbox, folder.ChangeKey, folder.Cn));
        writer.Binary(PropertyTags.PredecessorChangeList.Value, StoreKeys.PredecessorsOf(mailbox, folder.PredecessorChangeList, folder.ChangeKey, folder.Cn));
        writer.Property(PropertyValue.Of(PropertyTags.DisplayName, folder.Name));
        if (_options.Has(SynchronizationExtraFlags.Eid))
            writer.Property(StoreKeys.Id(folder.Id.Value).ToProperty(PropertyTags.FolderId));
        if (_options.Has(SynchronizationExtraFlags.Eid) || ignoresForeign)
            writer.Property(StoreKeys.Id(folder.Parent.Value).ToProperty(PropertyTags.ParentFolderId));
        var values = new FolderObject(_logon, folder.Id);
        foreach (var tag in values.Tags)
        {
            if (!FxTags.IsNonTransmittable(tag.Id) && !s_left.Contains(tag.Id) && _options.Filter.Takes(tag.Id))
                writer.Property(FolderValues.Find(_mailbox, folder, tag));
        }
        if (RecordWriter.IsWanted(_logon, _options.Filter))
            RecordWriter.Write(writer, _logon, folder);
        _progress.Add(_progress.Delivered + writer.Buffer.Length, folder.Id.Value, folder.Cn, 0, false);

        byte[] KeyOf(Folder of) => ignoresForeign ? StoreKeys.Global(mailbox, of.Id.Value).ToArray() : StoreKeys.SourceKeyOf(mailbox, of);
    }

    private void WriteDeletions(FxWriter writer)
    {
        if (_options.Has(SynchronizationFlags.NoDeletions))
            return;
        var own = _mailbox.Header.ReplicaGuid;
        var gone = _state.IdsetGiven[own].Clone();
        gone.Subtract(_there);
        if (gone.IsEmpty)
            return;
        var deleted = new ReplicaIdSet();
        deleted[own].Union(gone);
        writer.Marker(FxMarker.IncrSyncDel);
        writer.Binary(FxTags.IdsetDeleted, deleted.ToReplIds(_ => StoreKeys.OwnReplica));
        _progress.AddDeletions(_progress.Delivered + writer.Buffer.Length, deleted);
    }
}
