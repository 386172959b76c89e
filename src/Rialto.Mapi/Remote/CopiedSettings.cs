// [MS-OXCFOLD] 2.2.1.4 search criteria; [MS-OXCSTOR] 3.2.1 receive folders; [MS-OXORULE] 3.2.4.2 out-of-office state; RFC 9051 6.3.7 subscriptions.
using Rialto.Delivery;
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sync.Records;
using Rialto.Model;
using Rialto.Store;
using Rialto.Store.Backend;
using Rialto.Store.Searching;

namespace Rialto.Mapi.Remote;

/// <summary>What a copied mailbox has beside folders with messages: search folders, and what belongs to the mailbox itself.</summary>
internal sealed class CopiedSettings(MailboxSession mailbox, ReplicaIds ids)
{
    /// <summary>Makes the search folder, or brings it up to date. What it searches must be here already.</summary>
    public async ValueTask<bool> TakeSearchAsync(FolderRecord record, Folder? known, FolderId parent, byte[]? properties, CancellationToken cancel)
    {
        if (record.Criteria is not { } stored || CriteriaRecord.Read(stored) is not var (criteria, names))
            return false;
        FolderId[] folders = [.. criteria.Folders.Select(f => ids.FolderOf(f.Value)).OfType<FolderId>()];
        if (folders.Length == 0)
            return false;
        var name = record.Name;
        while (known is null)
        {
            var made = await mailbox.CreateFolderAsync(parent, new NewFolder(name) { Type = FolderType.Search, SourceKey = record.SourceKey, Modified = record.Modified }, cancel);
            if (made.TryGet(out var folder))
                known = folder;
            else if (made.Error == StoreError.AlreadyExists && name.Length < 240)
                name += " (copied)";
            else
                throw new RemoteException($"The search folder {record.Name} could not be made: {made.Error}.");
        }
        if (known.Parent != parent || (known.Name != record.Name && !known.Name.EndsWith(" (copied)", StringComparison.Ordinal)))
            await mailbox.MoveFolderAsync(known.Id, parent, record.Name, cancel);
        var updated = await mailbox.UpdateFolderAsync(known.Id, f => record.ApplyTo(f, properties, f.Permissions), cancel);
        if (!updated.Succeeded)
            throw new RemoteException($"The search folder {record.Name} could not be changed: {updated.Error}.");
        var idOf = await ids.IdsOfAsync(names, cancel);
        var restriction = criteria.Restriction is { } there ? await ids.MapAsync(RestrictionNames.Map(there, idOf), cancel) : null;
        var error = await mailbox.Searches.SetAsync(known.Id, criteria with { Restriction = restriction, Folders = folders }, cancel);
        if (error != StoreError.None)
            throw new RemoteException($"The search folder {record.Name} could not be made: {error}.");
        return true;
    }

    /// <summary>Makes what the mailbox itself has the same.</summary>
    public async ValueTask TakeMailboxAsync(MailboxRecord record, CancellationToken cancel)
    {
        Check(await OutOfOfficeHistory.SetOutOfOfficeAsync(mailbox, record.IsOutOfOffice, cancel));
        var there = record.ReceiveFolders.Select(r => (r.MessageClass, Folder: ids.FolderOf(r.Folder))).ToList();
        foreach (var (messageClass, folder) in there)
        {
            var now = mailbox.ReceiveFolders.All.FirstOrDefault(r => Same(r.MessageClass, messageClass));
            if (folder is { } target && now?.Folder != target)
                Check(await mailbox.SetReceiveFolderAsync(messageClass, target, cancel));
        }
        foreach (var extra in mailbox.ReceiveFolders.All.Where(r => !there.Exists(t => Same(t.MessageClass, r.MessageClass))).ToList())
            Check(await mailbox.SetReceiveFolderAsync(extra.MessageClass, null, cancel));
        var states = new List<(ClientStateKey Key, ReadOnlyMemory<byte>? Value)>();
        foreach (var (name, isSubscribed) in record.Subscriptions)
            states.Add((new ClientStateKey("imap", MailboxRecord.SubscriptionsOf(mailbox.Header.Owner), name), new byte[] { isSubscribed ? (byte)1 : (byte)0 }));
        if (record.Properties is { } properties)
        {
            await ids.MapAsync(properties.Properties, cancel);
            var idOf = await ids.IdsOfAsync(properties.NamedProperties, cancel);
            var bag = new PropertyBag();
            foreach (var value in properties.Properties)
            {
                if (!value.Tag.IsNamed || idOf(value.Tag.Id) != 0)
                    bag.Set(RestrictionNames.Map(value, idOf));
            }
            states.Add((LogonObject.PropertiesKey, PropertyBagCodec.Write(bag)));
        }
        if (states.Count > 0)
            Check(await mailbox.WriteClientStateAsync(states, cancel));
    }

    private static bool Same(string a, string b) => string.Equals(a, b, StringComparison.OrdinalIgnoreCase);

    private static void Check(StoreError error)
    {
        if (error != StoreError.None)
            throw new RemoteException($"The mailbox does not take its settings: {error}.");
    }
}
