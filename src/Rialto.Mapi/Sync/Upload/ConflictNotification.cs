// [MS-OXCFXICS] 3.1.5.6.3.1 conflict notification message, 2.2.1.4.1 PidTagResolveMethod, 2.2.1.4.2 PidTagConflictEntryId.
using Rialto.Directory;
using Rialto.Model;
using Rialto.Store;
using Rialto.Store.Backend;

namespace Rialto.Mapi.Sync.Upload;

/// <summary>Tells the owners of a public folder, each in their own Inbox, that a message of it holds several versions now.</summary>
internal static class ConflictNotification
{
    private const string MessageClass = "IPM.Conflict.Message";

    /// <summary>The message is what it is whether they hear of it or not: one that cannot be reached is passed over.</summary>
    /// <param name="service">Where the owners are.</param>
    /// <param name="mailbox">The public store.</param>
    /// <param name="folder">The folder of the message.</param>
    /// <param name="message">The message that holds the versions.</param>
    public static async ValueTask SendAsync(MapiService service, MailboxSession mailbox, Folder folder, MessageRow message, CancellationToken cancel)
    {
        PreparedMessage? prepared = null;
        foreach (var owner in OwnersOf(service.Directory.Current, folder))
        {
            try
            {
                var opened = await service.Store.OpenAsync(owner.MailboxGuid, Principal.System, cancel);
                if (!opened.TryGet(out var inbox))
                    continue;
                using (inbox)
                {
                    prepared ??= await service.Store.PreparePropertiesAsync(Make(mailbox, folder, message, service.Time), cancel);
                    await inbox.AppendAsync(SpecialFolders.IdOf(SpecialFolder.Inbox), prepared, new AppendOptions(0, [], FileTime.From(service.Time.GetUtcNow())), cancel);
                }
            }
            catch (StorageUnavailableException e)
            {
                Log.ConflictNotTold(service.Logger, owner.PrimaryAddress, e);
            }
        }
    }

    /// <summary>Those whom the folder's own list of rights names as its owners, members of groups among them.</summary>
    private static List<Account> OwnersOf(DirectorySnapshot directory, Folder folder)
    {
        var owners = new Dictionary<Guid, Account>();
        foreach (var permission in folder.Permissions)
        {
            if ((permission.Rights & FolderRights.FolderOwner) == 0)
                continue;
            switch (directory.Find(permission.Member))
            {
                case Account account:
                    owners[account.Id] = account;
                    break;
                case Group group:
                    foreach (var member in directory.Expand(group).Recipients.OfType<Account>())
                        owners[member.Id] = member;
                    break;
            }
        }
        return [.. owners.Values.Where(a => a.MailboxEnabled)];
    }

    private static PropertyMessage Make(MailboxSession mailbox, Folder folder, MessageRow message, TimeProvider time)
    {
        var made = new PropertyMessage();
        var bag = made.Properties;
        bag.Set(PropertyValue.Of(PropertyTags.MessageClass, MessageClass));
        bag.Set(PropertyValue.Of(PropertyTags.SenderName, folder.Name));
        bag.Set(PropertyValue.Of(PropertyTags.SentRepresentingName, folder.Name));
        bag.Set(PropertyValue.Of(PropertyTags.OriginalSubject, message.Subject));
        bag.Set(PropertyValue.Of(PropertyTags.ConflictEntryId, StoreKeys.EntryIdOf(mailbox.Header, message.Folder, message.Mid)));
        bag.Set(PropertyValue.Of(PropertyTags.Subject, message.Subject));
        bag.Set(PropertyValue.Of(PropertyTags.ClientSubmitTime, FileTime.From(time.GetUtcNow())));
        return made;
    }
}
