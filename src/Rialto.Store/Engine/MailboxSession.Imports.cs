using Rialto.Model;
using Rialto.Store.Backend;
using Rialto.Store.Engine;
using Rialto.Store.Operations;
using Rialto.Store.Searching;
using Rialto.Store.Views;

namespace Rialto.Store;

/// <content>What synchronisation and copies bring: ids, replicas, named properties.</content>
public sealed partial class MailboxSession
{
    /// <summary>An ICS client's own move of one message. [MS-OXCFXICS] 2.2.3.2.4.4.</summary>
    public ValueTask<StoreResult<MovedMessage>> ImportMoveAsync(FolderId from, MessageId message, FolderId to, ImportedMove import, CancellationToken cancel) =>
        SubmitAsync(async (draft, token) =>
        {
            if (Check(draft, to, FolderRights.Create) is var there and not StoreError.None)
                return there;
            var allowed = await AllowedAsync(draft, from, [message], FolderRights.DeleteAny, FolderRights.DeleteOwned, token);
            if (!allowed.Succeeded)
                return allowed.Error;
            return Header.IsPublic
                ? await KeepReadAsync(draft, from, [message], to, () => MoveMessages.ImportAsync(draft, from, message, to, import, token), static _ => 1, token)
                : await MoveMessages.ImportAsync(draft, from, message, to, import, token);
        }, cancel);

    /// <summary>Sets aside counters that a client will use as MIDs and FIDs: the first of them. [MS-OXCFXICS] 2.2.3.2.4.7.</summary>
    public ValueTask<StoreResult<long>> ReserveIdsAsync(int count, CancellationToken cancel) =>
        SubmitAsync<long>(draft =>
        {
            if (count is <= 0 or > 0x10_0000)
                return StoreError.InvalidArgument;
            return draft.Reserve(count) is { } first ? first : StoreError.TooLarge;
        }, cancel);

    /// <summary>
    /// Whether an id that no object has may be used for a new message of the folder: <see cref="StoreError.Gone"/> for one that was used before or given up,
    /// <see cref="StoreError.InvalidArgument"/> for one that nobody was ever given. As of now: another may take it before it is used.
    /// </summary>
    public StoreError CheckNewId(long id, FolderId folder)
    {
        var state = _mailbox.State;
        if (id <= 0 || id > state.Sequence)
            return StoreError.InvalidArgument;
        var isFree = ReservedIds.Contains(state.Settings.GetValueOrDefault(ReservedIds.Setting), id)
            && !ReservedIds.Contains(state.Settings.GetValueOrDefault(ReservedIds.GoneIn(folder)), id);
        return isFree ? StoreError.None : StoreError.Gone;
    }

    /// <summary>Whether a client was given the id and no object has ever had it, so that nothing need be looked for. False says nothing.</summary>
    public bool IsUnusedId(long id) => ReservedIds.Contains(_mailbox.Writer.Applied.Settings.GetValueOrDefault(ReservedIds.Setting), id);

    /// <summary>
    /// Has ids that <see cref="ReserveIdsAsync"/> gave never be used in the folder; what else is among them is passed over. <see cref="StoreError.InvalidArgument"/> for
    /// ids that were never given to anybody. [MS-OXCFXICS] 2.2.3.2.4.8.
    /// </summary>
    public async ValueTask<StoreError> ExcludeIdsAsync(FolderId folder, IdSet ids, CancellationToken cancel)
    {
        var result = await SubmitAsync<bool>(draft =>
        {
            if (Check(draft, folder, FolderRights.Create) is var error and not StoreError.None)
                return error;
            if (ids.Max > (ulong)draft.Sequence)
                return StoreError.InvalidArgument;
            return draft.Exclude(folder, ids) is var refused and not StoreError.None ? refused : true;
        }, cancel);
        return result.Error;
    }

    /// <summary>Gives up ids and source keys that never were an object's here, so that no import brings them back. Others are passed over. [MS-OXCFXICS] 3.2.5.9.4.5.</summary>
    public async ValueTask<StoreError> GiveUpAsync(FolderId folder, IReadOnlyList<long> ids, IReadOnlyList<byte[]> sourceKeys, CancellationToken cancel)
    {
        var result = await SubmitAsync<bool>(async (draft, token) =>
        {
            if (Check(draft, folder, FolderRights.FolderVisible) is var error and not StoreError.None)
                return error;
            var unseen = new List<byte[]>();
            foreach (var sourceKey in sourceKeys)
            {
                if (await draft.FindSourceKeyAsync(sourceKey, token) is null)
                    unseen.Add(sourceKey);
            }
            var any = unseen.Count > 0;
            foreach (var id in ids)
                any |= draft.GiveUpId(id);
            foreach (var sourceKey in unseen)
                draft.PutSourceKey(sourceKey, default);
            if (any)
                draft.Next();
            return true;
        }, cancel);
        return result.Error;
    }

    /// <summary>A folder as an ICS client has it: made, changed and moved in one. [MS-OXCFXICS] 3.2.5.9.4.3.</summary>
    public ValueTask<StoreResult<FolderImportOutcome>> ImportFolderAsync(FolderImport import, CancellationToken cancel) =>
        SubmitAsync(draft => ImportFolder.Compute(draft, import, Principal, (id, needed) => Check(draft, id, needed)), cancel);

    /// <summary>Ids for names, in order; 0 where unknown and not to be created, or the limit is reached.</summary>
    public async ValueTask<StoreResult<ushort[]>> GetPropertyIdsAsync(IReadOnlyList<PropertyName> names, bool create, CancellationToken cancel)
    {
        var known = _mailbox.State.Names;
        var ids = new ushort[names.Count];
        var missing = false;
        for (var i = 0; i < ids.Length; i++)
            missing |= !known.TryGetId(names[i], out ids[i]);
        return missing && create ? await SubmitAsync<ushort[]>(draft => MapNames.Compute(draft, names), cancel) : ids;
    }

    /// <summary>The name behind an id from 0x8000 on; null where unknown.</summary>
    public PropertyName? GetPropertyName(ushort id) => _mailbox.State.Names.NameOf(id);

    /// <summary>The id of a name; 0 where the mailbox has none for it.</summary>
    public ushort FindPropertyId(PropertyName name) => _mailbox.State.Names.TryGetId(name, out var id) ? id : (ushort)0;

    /// <summary>All names that the mailbox has ids for, by their ids ascending.</summary>
    public IReadOnlyList<KeyValuePair<ushort, PropertyName>> PropertyNames => [.. _mailbox.State.Names.All.OrderBy(n => n.Key)];
}
