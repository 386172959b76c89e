// [MS-OXCFOLD] 2.2.2.2, [MS-OXOSFLD] 2.2.3-2.2.6, [MS-OXPROPS].
using System.Buffers.Binary;
using Rialto.Model;
using Rialto.Store.Backend;

namespace Rialto.Store;

/// <summary>A folder as properties: hierarchy tables and folder objects.</summary>
public static class FolderProperties
{
    private const int FolderObject = 3;

    /// <summary>
    /// The property's value; false where the folder has none. Values come in the property's own type. <paramref name="rights"/> is what the asking principal may do
    /// there (PidTagRights), <paramref name="unread"/> what it has not read, in a public store. The folder's own property bag answers for what is not computed, and for the special folders' EntryIDs where a client has set them.
    /// </summary>
    public static bool TryGet(Folder folder, FolderTree tree, MailboxHeader mailbox, PropertyTag tag, out PropertyValue value, FolderRights? rights = null, int? unread = null)
    {
        value = default;
        switch (tag.Id)
        {
            case PropertyIds.DisplayName:
                value = PropertyValue.Of(PropertyTags.DisplayName, folder.Name);
                return true;
            case PropertyIds.FolderId:
                value = StoreKeys.Id(folder.Id.Value).ToProperty(PropertyTags.FolderId);
                return true;
            case PropertyIds.ParentFolderId:
                value = StoreKeys.Id(folder.Parent.Value).ToProperty(PropertyTags.ParentFolderId);
                return true;
            case PropertyIds.EntryId or PropertyIds.RecordKey:
                value = PropertyValue.Of(tag.WithType(PropertyType.Binary), StoreKeys.EntryIdOf(mailbox, folder.Id));
                return true;
            case PropertyIds.ParentEntryId:
                value = PropertyValue.Of(PropertyTags.ParentEntryId, StoreKeys.EntryIdOf(mailbox, folder.Parent));
                return true;
            case PropertyIds.SourceKey:
                value = PropertyValue.Of(PropertyTags.SourceKey, StoreKeys.SourceKeyOf(mailbox, folder));
                return true;
            case PropertyIds.ParentSourceKey:
                if (!tree.TryGet(folder.Parent, out var parent))
                    return false;
                value = PropertyValue.Of(PropertyTags.ParentSourceKey, StoreKeys.SourceKeyOf(mailbox, parent));
                return true;
            case PropertyIds.ChangeKey:
                value = PropertyValue.Of(PropertyTags.ChangeKey, StoreKeys.ChangeKeyOf(mailbox, folder.ChangeKey, folder.Cn));
                return true;
            case PropertyIds.PredecessorChangeList:
                value = PropertyValue.Of(PropertyTags.PredecessorChangeList, StoreKeys.PredecessorsOf(mailbox, folder.PredecessorChangeList, folder.ChangeKey, folder.Cn));
                return true;
            case PropertyIds.ChangeNumber:
                value = StoreKeys.Id(folder.Cn).ToProperty(PropertyTags.ChangeNumber);
                return true;
            case PropertyIds.ObjectType:
                value = PropertyValue.Of(PropertyTags.ObjectType, FolderObject);
                return true;
            case PropertyIds.FolderType:
                value = PropertyValue.Of(PropertyTags.FolderType, (int)folder.Type);
                return true;
            case PropertyIds.ContentCount:
                value = PropertyValue.Of(PropertyTags.ContentCount, folder.Counters.Count);
                return true;
            case PropertyIds.ContentUnreadCount:
                value = PropertyValue.Of(PropertyTags.ContentUnreadCount, unread ?? folder.Counters.Unread);
                return true;
            case PropertyIds.AssociatedContentCount:
                value = PropertyValue.Of(PropertyTags.AssociatedContentCount, folder.Counters.AssociatedCount);
                return true;
            case PropertyIds.DeletedCountTotal:
                // Every message gets a UID and none gets one twice: what is missing went.
                value = PropertyValue.Of(PropertyTags.DeletedCountTotal, (int)Math.Clamp((long)folder.Counters.UidNext - 1 - folder.Counters.Count - folder.Counters.AssociatedCount, 0, int.MaxValue));
                return true;
            case PropertyIds.MessageSize:
                value = tag.Type == PropertyType.Integer64
                    ? PropertyValue.Of(PropertyTags.MessageSizeExtended, folder.Counters.Size)
                    : PropertyValue.Of(PropertyTags.MessageSize, (int)Math.Min(folder.Counters.Size, int.MaxValue));
                return true;
            case PropertyIds.Subfolders:
                value = PropertyValue.Of(PropertyTags.Subfolders, tree.HasChildren(folder.Id));
                return true;
            case PropertyIds.FolderChildCount:
                value = PropertyValue.Of(PropertyTags.FolderChildCount, tree.Children(folder.Id).Count);
                return true;
            case PropertyIds.ContainerClass:
                value = PropertyValue.Of(PropertyTags.ContainerClass, folder.ContainerClass);
                return folder.ContainerClass.Length > 0;
            case PropertyIds.Comment:
                value = PropertyValue.Of(PropertyTags.Comment, folder.Comment);
                return true;
            case PropertyIds.AttributeHidden:
                value = PropertyValue.Of(PropertyTags.AttributeHidden, folder.Hidden);
                return true;
            case PropertyIds.CreationTime:
                value = PropertyValue.Of(PropertyTags.CreationTime, folder.Created);
                return true;
            case PropertyIds.LastModificationTime or PropertyIds.LocalCommitTime:
                value = PropertyValue.Of(tag.WithType(PropertyType.Time), folder.Modified);
                return true;
            case PropertyIds.LocalCommitTimeMax:
                value = PropertyValue.Of(PropertyTags.LocalCommitTimeMax, folder.Counters.NewestChange > folder.Modified ? folder.Counters.NewestChange : folder.Modified);
                return true;
            case PropertyIds.Rights when rights is { } own:
                // [MS-OXCFOLD] 2.2.2.2.2.8: free/busy rights do not apply.
                value = PropertyValue.Of(PropertyTags.Rights, (int)(own & FolderRights.All));
                return true;
            case PropertyIds.HierarchyChangeNumber:
                value = folder.Properties is { } bag && PropertyBagCodec.TryFind(bag, tag.Id, out var counted) && counted.Type == PropertyType.Integer32
                    ? counted
                    : PropertyValue.Of(PropertyTags.HierarchyChangeNumber, 0);
                return true;
            case PropertyIds.FolderFlags:
                value = PropertyValue.Of(PropertyTags.FolderFlags, FlagsOf(folder, tree));
                return true;
            case PropertyIds.HasRules:
                value = PropertyValue.Of(PropertyTags.HasRules, HasRules(folder));
                return true;
            default:
                if (folder.Properties is not null && PropertyBagCodec.TryFind(folder.Properties, tag.Id, out value))
                    return true;
                return !mailbox.IsPublic && folder.Special is SpecialFolder.Inbox or SpecialFolder.MailboxRoot && TryGetSpecial(folder, tree, mailbox, tag, out value);
        }
    }

    /// <summary>PidTagFolderFlags. [MS-OXCFOLD] 2.2.2.2.1.5.</summary>
    private static int FlagsOf(Folder folder, FolderTree tree)
    {
        const int ipm = 1, search = 2, normal = 4, rules = 8;
        var top = tree.Special(SpecialFolder.IpmSubtree) ?? tree.Special(SpecialFolder.PublicIpmSubtree);
        return (top is not null && tree.IsSelfOrAncestor(top.Id, folder.Id) ? ipm : 0) | (folder.Type == FolderType.Search ? search : normal) | (HasRules(folder) ? rules : 0);
    }

    /// <summary>Whether a rules table has rows: kept with the folder by whoever changes its rules. [MS-OXORULE] 2.2.8.1.</summary>
    public static bool HasRules(Folder folder) =>
        folder.Properties is { } stored && PropertyBagCodec.TryFind(stored, PropertyIds.HasRules, out var value) && value.Type == PropertyType.Boolean && value.AsBoolean();

    /// <summary>Where the special folders are, said on the Inbox and on the root alike: what a client has set on one of them holds for both. [MS-OXOSFLD] 2.2.3-2.2.6.</summary>
    private static bool TryGetSpecial(Folder folder, FolderTree tree, MailboxHeader mailbox, PropertyTag tag, out PropertyValue value)
    {
        if (!TryGetSpecial(mailbox, tag, out value))
            return false;
        var other = tree.Special(folder.Special == SpecialFolder.Inbox ? SpecialFolder.MailboxRoot : SpecialFolder.Inbox);
        if (other?.Properties is { } stored && PropertyBagCodec.TryFind(stored, tag.Id, out var set))
            value = set;
        return true;
    }

    private static bool TryGetSpecial(MailboxHeader mailbox, PropertyTag tag, out PropertyValue value)
    {
        SpecialFolder? single = tag.Id switch
        {
            PropertyIds.IpmAppointmentEntryId => SpecialFolder.Calendar,
            PropertyIds.IpmContactEntryId => SpecialFolder.Contacts,
            PropertyIds.IpmJournalEntryId => SpecialFolder.Journal,
            PropertyIds.IpmNoteEntryId => SpecialFolder.Notes,
            PropertyIds.IpmTaskEntryId => SpecialFolder.Tasks,
            PropertyIds.RemindersOnlineEntryId => SpecialFolder.Reminders,
            PropertyIds.IpmDraftsEntryId => SpecialFolder.Drafts,
            _ => null,
        };
        if (single is { } special)
        {
            value = PropertyValue.Of(tag.WithType(PropertyType.Binary), IdOf(special));
            return true;
        }
        switch (tag.Id)
        {
            case PropertyIds.AdditionalRenEntryIds:
                // 2.2.4: by position.
                value = PropertyValue.OfArray(PropertyTags.AdditionalRenEntryIds, new[]
                {
                    IdOf(SpecialFolder.Conflicts), IdOf(SpecialFolder.SyncIssues), IdOf(SpecialFolder.LocalFailures), IdOf(SpecialFolder.ServerFailures),
                    IdOf(SpecialFolder.JunkEmail),
                });
                return true;
            case PropertyIds.AdditionalRenEntryIdsEx:
                value = PropertyValue.Of(PropertyTags.AdditionalRenEntryIdsEx, PersistDataOf(mailbox));
                return true;
            case PropertyIds.FreeBusyEntryIds:
                // 2.2.6: null, the delegate information object (made by clients), the free/busy message (public folders), the folder.
                value = PropertyValue.OfArray(PropertyTags.FreeBusyEntryIds, new[] { [], [], [], IdOf(SpecialFolder.FreeBusyData) });
                return true;
            default:
                value = default;
                return false;
        }

        byte[] IdOf(SpecialFolder which) => StoreKeys.EntryIdOf(mailbox, SpecialFolders.IdOf(which));
    }

    /// <summary>
    /// [MS-OXOSFLD] 2.2.5: PersistData blocks of a 16-bit id and the size of their elements; an element is an id (1: an EntryID), a size and the data.
    /// </summary>
    private static byte[] PersistDataOf(MailboxHeader mailbox)
    {
        const ushort elementEntryId = 0x0001;
        ReadOnlySpan<(ushort Id, SpecialFolder Folder)> blocks =
        [
            (0x8001, SpecialFolder.RssFeeds), (0x8002, SpecialFolder.TrackedMailProcessing), (0x8004, SpecialFolder.ToDo),
            (0x8006, SpecialFolder.ConversationActionSettings), (0x8007, SpecialFolder.QuickStepSettings), (0x8008, SpecialFolder.SuggestedContacts),
            (0x8009, SpecialFolder.ContactsSearch), (0x800A, SpecialFolder.ImContactList), (0x800B, SpecialFolder.QuickContacts),
        ];
        const int block = 4 + 4 + FolderEntryId.Size;
        var bytes = new byte[blocks.Length * block + 4];
        var at = bytes.AsSpan();
        foreach (var (id, folder) in blocks)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(at, id);
            BinaryPrimitives.WriteUInt16LittleEndian(at[2..], block - 4);
            BinaryPrimitives.WriteUInt16LittleEndian(at[4..], elementEntryId);
            BinaryPrimitives.WriteUInt16LittleEndian(at[6..], FolderEntryId.Size);
            StoreKeys.EntryIdOf(mailbox, SpecialFolders.IdOf(folder)).CopyTo(at[8..]);
            at = at[block..];
        }
        // PERSIST_SENTINEL: four zero bytes stand there already.
        return bytes;
    }
}
