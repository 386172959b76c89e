using Rialto.Model;

namespace Rialto.Store;

/// <summary>Place and look of one special folder.</summary>
/// <param name="Parent">The folder itself for a root.</param>
public sealed record SpecialFolderPlace(SpecialFolder Folder, SpecialFolder Parent, string Name, string ContainerClass, FolderType Type = FolderType.Generic, bool Hidden = false);

public static partial class SpecialFolders
{
    /// <summary>A private mailbox, parents before children. [MS-OXOSFLD] 2.2.1; names and classes as clients know them.</summary>
    public static IReadOnlyList<SpecialFolderPlace> PrivateLayout { get; } =
    [
        new(SpecialFolder.MailboxRoot, SpecialFolder.MailboxRoot, "", "", FolderType.Root),
        new(SpecialFolder.DeferredAction, SpecialFolder.MailboxRoot, "Deferred Action", ""),
        new(SpecialFolder.SpoolerQueue, SpecialFolder.MailboxRoot, "Spooler Queue", ""),
        new(SpecialFolder.IpmSubtree, SpecialFolder.MailboxRoot, "Top of Information Store", ""),
        new(SpecialFolder.Inbox, SpecialFolder.IpmSubtree, "Inbox", "IPF.Note"),
        new(SpecialFolder.Outbox, SpecialFolder.IpmSubtree, "Outbox", "IPF.Note"),
        new(SpecialFolder.SentItems, SpecialFolder.IpmSubtree, "Sent Items", "IPF.Note"),
        new(SpecialFolder.DeletedItems, SpecialFolder.IpmSubtree, "Deleted Items", "IPF.Note"),
        new(SpecialFolder.CommonViews, SpecialFolder.MailboxRoot, "Common Views", ""),
        new(SpecialFolder.Schedule, SpecialFolder.MailboxRoot, "Schedule", ""),
        new(SpecialFolder.Finder, SpecialFolder.MailboxRoot, "Finder", ""),
        new(SpecialFolder.Views, SpecialFolder.MailboxRoot, "Views", ""),
        new(SpecialFolder.Shortcuts, SpecialFolder.MailboxRoot, "Shortcuts", ""),
        new(SpecialFolder.Calendar, SpecialFolder.IpmSubtree, "Calendar", "IPF.Appointment"),
        new(SpecialFolder.Contacts, SpecialFolder.IpmSubtree, "Contacts", "IPF.Contact"),
        new(SpecialFolder.Tasks, SpecialFolder.IpmSubtree, "Tasks", "IPF.Task"),
        new(SpecialFolder.Notes, SpecialFolder.IpmSubtree, "Notes", "IPF.StickyNote"),
        new(SpecialFolder.Journal, SpecialFolder.IpmSubtree, "Journal", "IPF.Journal"),
        new(SpecialFolder.Drafts, SpecialFolder.IpmSubtree, "Drafts", "IPF.Note"),
        new(SpecialFolder.JunkEmail, SpecialFolder.IpmSubtree, "Junk E-mail", "IPF.Note"),
        new(SpecialFolder.SyncIssues, SpecialFolder.IpmSubtree, "Sync Issues", "IPF.Note"),
        new(SpecialFolder.Conflicts, SpecialFolder.SyncIssues, "Conflicts", "IPF.Note"),
        new(SpecialFolder.LocalFailures, SpecialFolder.SyncIssues, "Local Failures", "IPF.Note"),
        new(SpecialFolder.ServerFailures, SpecialFolder.SyncIssues, "Server Failures", "IPF.Note"),
        new(SpecialFolder.RssFeeds, SpecialFolder.IpmSubtree, "RSS Feeds", "IPF.Note.OutlookHomepage"),
        new(SpecialFolder.ConversationActionSettings, SpecialFolder.IpmSubtree, "Conversation Action Settings", "IPF.Configuration", Hidden: true),
        new(SpecialFolder.QuickStepSettings, SpecialFolder.IpmSubtree, "Quick Step Settings", "IPF.Configuration", Hidden: true),
        new(SpecialFolder.SuggestedContacts, SpecialFolder.IpmSubtree, "Suggested Contacts", "IPF.Contact"),
        new(SpecialFolder.QuickContacts, SpecialFolder.Contacts, "Quick Contacts", "IPF.Contact.MOC.QuickContacts", Hidden: true),
        new(SpecialFolder.ImContactList, SpecialFolder.Contacts, "IM Contact List", "IPF.Contact.MOC.ImContactList", Hidden: true),
        new(SpecialFolder.Reminders, SpecialFolder.MailboxRoot, "Reminders", "Outlook.Reminder", FolderType.Search),
        new(SpecialFolder.ToDo, SpecialFolder.MailboxRoot, "To-Do Search", "IPF.Task", FolderType.Search),
        new(SpecialFolder.TrackedMailProcessing, SpecialFolder.MailboxRoot, "Tracked Mail Processing", "IPF.Note", FolderType.Search),
        new(SpecialFolder.ContactsSearch, SpecialFolder.Finder, "Contacts Search", "IPF.Contact", FolderType.Search),
        new(SpecialFolder.FreeBusyData, SpecialFolder.MailboxRoot, "Freebusy Data", ""),
        new(SpecialFolder.RecoverableItems, SpecialFolder.MailboxRoot, "Recoverable Items", ""),
        new(SpecialFolder.RecoverableItemsDeletions, SpecialFolder.RecoverableItems, "Deletions", ""),
        new(SpecialFolder.RecoverableItemsVersions, SpecialFolder.RecoverableItems, "Versions", ""),
        new(SpecialFolder.RecoverableItemsPurges, SpecialFolder.RecoverableItems, "Purges", ""),
    ];

    /// <summary>A public folder store, in the order of a logon's response. The site's folders get the organisation's own names. [MS-OXCSTOR] 2.2.1.1.4.</summary>
    public static IReadOnlyList<SpecialFolderPlace> PublicLayout { get; } =
    [
        new(SpecialFolder.PublicRoot, SpecialFolder.PublicRoot, "", "", FolderType.Root),
        new(SpecialFolder.PublicIpmSubtree, SpecialFolder.PublicRoot, "IPM_SUBTREE", ""),
        new(SpecialFolder.PublicNonIpmSubtree, SpecialFolder.PublicRoot, "NON_IPM_SUBTREE", ""),
        new(SpecialFolder.EFormsRegistry, SpecialFolder.PublicNonIpmSubtree, "EFORMS REGISTRY", ""),
        new(SpecialFolder.PublicFreeBusy, SpecialFolder.PublicNonIpmSubtree, "SCHEDULE+ FREE BUSY", ""),
        new(SpecialFolder.OfflineAddressBook, SpecialFolder.PublicNonIpmSubtree, "OFFLINE ADDRESS BOOK", ""),
        new(SpecialFolder.EFormsRegistryOfLocale, SpecialFolder.EFormsRegistry, "Organization Forms", ""),
        new(SpecialFolder.SiteFreeBusy, SpecialFolder.PublicFreeBusy, "EX:", ""),
        new(SpecialFolder.SiteOfflineAddressBook, SpecialFolder.OfflineAddressBook, "EX:", ""),
        new(SpecialFolder.NntpArticleIndex, SpecialFolder.PublicNonIpmSubtree, "NNTP Article Index", "", Hidden: true),
    ];
}
