// [MS-OXOSFLD] 2.2.3 identification properties, 2.2.4 PidTagAdditionalRenEntryIds, 2.2.5 PidTagAdditionalRenEntryIdsEx.
using System.Buffers.Binary;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Properties;

/// <summary>The properties of the root and the Inbox by which clients find the special folders that RopLogon does not name.</summary>
internal static class SpecialFolderValues
{
    private static readonly SpecialFolder[] s_additional =
        [SpecialFolder.Conflicts, SpecialFolder.SyncIssues, SpecialFolder.LocalFailures, SpecialFolder.ServerFailures, SpecialFolder.JunkEmail];

    /// <summary>PersistID of each further folder. 2.2.5.1.</summary>
    private static readonly (ushort PersistId, SpecialFolder Folder)[] s_persisted =
    [
        (0x8001, SpecialFolder.RssFeeds), (0x8002, SpecialFolder.TrackedMailProcessing), (0x8004, SpecialFolder.ToDo),
        (0x8006, SpecialFolder.ConversationActionSettings), (0x8007, SpecialFolder.QuickStepSettings), (0x8008, SpecialFolder.SuggestedContacts),
        (0x8009, SpecialFolder.ContactsSearch), (0x800A, SpecialFolder.ImContactList), (0x800B, SpecialFolder.QuickContacts),
    ];

    public static PropertyValue Find(MailboxSession mailbox, ushort id) => id switch
    {
        PropertyIds.IpmAppointmentEntryId => Of(mailbox, id, SpecialFolder.Calendar),
        PropertyIds.IpmContactEntryId => Of(mailbox, id, SpecialFolder.Contacts),
        PropertyIds.IpmJournalEntryId => Of(mailbox, id, SpecialFolder.Journal),
        PropertyIds.IpmNoteEntryId => Of(mailbox, id, SpecialFolder.Notes),
        PropertyIds.IpmTaskEntryId => Of(mailbox, id, SpecialFolder.Tasks),
        PropertyIds.RemindersOnlineEntryId => Of(mailbox, id, SpecialFolder.Reminders),
        PropertyIds.IpmDraftsEntryId => Of(mailbox, id, SpecialFolder.Drafts),
        PropertyIds.AdditionalRenEntryIds => PropertyValue.OfArray(
            PropertyTags.AdditionalRenEntryIds, s_additional.Select(f => EntryIdOf(mailbox, f) ?? []).ToArray()),
        PropertyIds.AdditionalRenEntryIdsEx => PropertyValue.Of(PropertyTags.AdditionalRenEntryIdsEx, Persisted(mailbox)),
        _ => default,
    };

    private static PropertyValue Of(MailboxSession mailbox, ushort id, SpecialFolder folder) =>
        EntryIdOf(mailbox, folder) is { } entryId ? PropertyValue.Of(new PropertyTag(id, PropertyType.Binary), entryId) : default;

    private static byte[]? EntryIdOf(MailboxSession mailbox, SpecialFolder folder) =>
        mailbox.Folders.Special(folder) is { } found ? ObjectEntryIds.OfFolder(mailbox.Header, found.Id) : null;

    /// <summary>PersistData blocks: PersistID, size, then one element (ElementID 1: an EntryID) with its size; a block of zeros ends them.</summary>
    private static byte[] Persisted(MailboxSession mailbox)
    {
        using var bytes = new MemoryStream();
        Span<byte> head = stackalloc byte[8];
        foreach (var (persistId, folder) in s_persisted)
        {
            if (EntryIdOf(mailbox, folder) is not { } entryId)
                continue;
            BinaryPrimitives.WriteUInt16LittleEndian(head, persistId);
            BinaryPrimitives.WriteUInt16LittleEndian(head[2..], (ushort)(4 + entryId.Length));
            BinaryPrimitives.WriteUInt16LittleEndian(head[4..], 0x0001);
            BinaryPrimitives.WriteUInt16LittleEndian(head[6..], (ushort)entryId.Length);
            bytes.Write(head);
            bytes.Write(entryId);
        }
        head.Clear();
        bytes.Write(head[..4]);
        return bytes.ToArray();
    }
}
