using Rialto.Model;
using Rialto.Store.Backend;
using Rialto.Store.Engine;
using Rialto.Store.Operations;
using Rialto.Store.Searching;
using Rialto.Store.Views;

namespace Rialto.Store;

/// <content>Folders of a mailbox: made, moved, changed, deleted; receive folders and replicas.</content>
public sealed partial class MailboxSession
{
    public ValueTask<StoreResult<Folder>> CreateFolderAsync(FolderId parent, NewFolder folder, CancellationToken cancel) =>
        SubmitAsync(draft => Check(draft, parent, FolderRights.CreateSubFolder) is var error and not StoreError.None
            ? error
            : CreateFolder.Compute(draft, parent, folder, Principal), cancel);

    /// <summary>Renames and/or moves.</summary>
    public ValueTask<StoreResult<Folder>> MoveFolderAsync(FolderId folder, FolderId newParent, string newName, CancellationToken cancel) =>
        SubmitAsync(draft =>
        {
            if (Check(draft, folder, FolderRights.FolderOwner) is var error and not StoreError.None)
                return error;
            if (draft.Folders.TryGet(folder, out var now) && now.Parent != newParent && Check(draft, newParent, FolderRights.CreateSubFolder) is var above and not StoreError.None)
                return above;
            return MoveFolder.Compute(draft, folder, newParent, newName);
        }, cancel);

    /// <summary>Changes a folder's own values; not its name and place. Permissions need FolderOwner as everything else here.</summary>
    public ValueTask<StoreResult<Folder>> UpdateFolderAsync(FolderId folder, Func<Folder, Folder> change, CancellationToken cancel) =>
        SubmitAsync(draft => Check(draft, folder, FolderRights.FolderOwner) is var error and not StoreError.None
            ? error
            : UpdateFolder.Compute(draft, folder, change, FolderRights.FolderOwner), cancel);

    /// <summary>Deletes the folder with its messages; with <paramref name="recursive"/> its folders too, otherwise <see cref="StoreError.HasChildren"/>.
    /// With <paramref name="keepContents"/> the messages go to Recoverable Items.</summary>
    public ValueTask<StoreResult<bool>> DeleteFolderAsync(FolderId folder, bool recursive, CancellationToken cancel, bool keepContents = false) =>
        SubmitAsync(async (draft, token) =>
        {
            if (Check(draft, folder, FolderRights.FolderOwner) is var error and not StoreError.None)
                return error;
            if (draft.Folders.Descendants(folder).Any(f => (Access.Of(f, _mailbox.Header, Principal) & FolderRights.FolderOwner) == 0))
                return StoreError.AccessDenied;
            return await Operations.DeleteFolder.ComputeAsync(draft, folder, recursive, keepContents, token);
        }, cancel);

    /// <summary>The search folders: their criteria and the state of their searches.</summary>
    public SearchFolders Searches { get; }

    // Receive folders and replicas [MS-OXCSTOR] 3.2.5.2, 3.2.5.3, 3.2.5.8, 3.2.5.9
    public ReceiveFolders ReceiveFolders
    {
        get
        {
            var state = _mailbox.State;
            return ReceiveFolders.From(state.Settings.GetValueOrDefault(ReceiveFolders.Setting), state.Folders);
        }
    }
    /// <summary>Sets where messages of a class arrive; null takes the entry away. Owners only.</summary>
    public async ValueTask<StoreError> SetReceiveFolderAsync(string messageClass, FolderId? folder, CancellationToken cancel)
    {
        if (!IsOwner)
            return StoreError.AccessDenied;
        var result = await SubmitAsync<bool>(draft =>
        {
            if (folder is { } target && !draft.Folders.TryGet(target, out _))
                return StoreError.NotFound;
            var text = ReceiveFolders.From(draft.Setting(ReceiveFolders.Setting), draft.Folders).With(messageClass, folder ?? default, draft.Now);
            if (text is null || messageClass.AsSpan().ContainsAny('\t', '\n'))
                return StoreError.InvalidArgument;
            draft.Next();
            draft.Set(ReceiveFolders.Setting, text);
            return true;
        }, cancel);
        return result.Error;
    }
    /// <summary>The GUID behind a replica id; null for ids that were never given.</summary>
    public Guid? ReplicaOf(ushort id) => id == StoreKeys.OwnReplica ? Header.ReplicaGuid : ReplicaMap.GuidOf(_mailbox.State.Settings, id);
    /// <summary>The replicas that have ids, the mailbox's own first.</summary>
    public IEnumerable<(ushort Id, Guid Guid)> Replicas => [(StoreKeys.OwnReplica, Header.ReplicaGuid), .. ReplicaMap.All(_mailbox.State.Settings)];
    /// <summary>The id of a replica, given now where it has none; <see cref="StoreError.TooLarge"/> when there are too many.</summary>
    public async ValueTask<StoreResult<ushort>> MapReplicaAsync(Guid replica, CancellationToken cancel) =>
        replica == Header.ReplicaGuid ? StoreKeys.OwnReplica
        : ReplicaMap.IdOf(_mailbox.State.Settings, replica) is { } known ? known
        : await SubmitAsync(draft => ReplicaMap.Add(draft, replica), cancel);

    /// <summary>Where a public folder's contents are.</summary>
    public FolderReplicas ReplicasOf(FolderId folder) =>
        Header.IsPublic ? FolderReplicas.Read(_mailbox.State.Settings.GetValueOrDefault(FolderReplicas.SettingOf(folder))) : FolderReplicas.Default;

    /// <summary>Says where a public folder's contents are. Administrators only.</summary>
    public async ValueTask<StoreError> SetReplicasAsync(FolderId folder, FolderReplicas replicas, CancellationToken cancel)
    {
        if (!Principal.IsAdministrator)
            return StoreError.AccessDenied;
        if (!Header.IsPublic)
            return StoreError.NotSupported;
        if (!replicas.IsValid)
            return StoreError.InvalidArgument;
        var result = await SubmitAsync<bool>(draft =>
        {
            if (!draft.Folders.TryGet(folder, out _))
                return StoreError.NotFound;
            draft.Next();
            draft.Set(FolderReplicas.SettingOf(folder), replicas is { IsHere: true, Others.IsEmpty: true } ? null : replicas.Write());
            return true;
        }, cancel);
        return result.Error;
    }
}
