namespace Rialto.Model;

/// <summary>
/// The folders that a mailbox is born with. The first thirteen are what RopLogon returns, in its order ([MS-OXCSTOR] 2.2.1.1.3);
/// the others are found through properties ([MS-OXOSFLD] 2.2). The numbers are on disk: add, never change.
/// </summary>
public enum SpecialFolder : byte
{
    MailboxRoot = 0,
    DeferredAction = 1,
    SpoolerQueue = 2,
    IpmSubtree = 3,
    Inbox = 4,
    Outbox = 5,
    SentItems = 6,
    DeletedItems = 7,
    CommonViews = 8,
    Schedule = 9,
    Finder = 10,
    Views = 11,
    Shortcuts = 12,

    Calendar = 13,
    Contacts = 14,
    Tasks = 15,
    Notes = 16,
    Journal = 17,
    Drafts = 18,
    JunkEmail = 19,
    SyncIssues = 20,
    Conflicts = 21,
    LocalFailures = 22,
    ServerFailures = 23,
    RssFeeds = 24,
    ConversationActionSettings = 25,
    QuickStepSettings = 26,
    SuggestedContacts = 27,
    QuickContacts = 28,
    ImContactList = 29,

    Reminders = 30,
    ToDo = 31,
    TrackedMailProcessing = 32,
    ContactsSearch = 33,
    FreeBusyData = 34,

    RecoverableItems = 40,
    RecoverableItemsDeletions = 41,
    RecoverableItemsVersions = 42,
    RecoverableItemsPurges = 43,

    PublicRoot = 64,
    PublicIpmSubtree = 65,
    PublicNonIpmSubtree = 66,
    EFormsRegistry = 67,
    PublicFreeBusy = 68,
    OfflineAddressBook = 69,
    EFormsRegistryOfLocale = 70,
    SiteFreeBusy = 71,
    SiteOfflineAddressBook = 72,
    NntpArticleIndex = 73,

    None = 255,
}
