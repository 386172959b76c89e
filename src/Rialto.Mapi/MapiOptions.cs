namespace Rialto.Mapi;

/// <summary>Limits and periods of MAPI over HTTP.</summary>
public sealed class MapiOptions
{
    /// <summary>How long a session lives without a request. Exchange's own value; clients read it from X-ExpirationInfo and send PING in time.</summary>
    public TimeSpan SessionIdle { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>How often a waiting client hears PENDING. [MS-OXCMAPIHTTP] 2.2.3.3.5: 30 seconds by default.</summary>
    public TimeSpan PendingPeriod { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long NotificationWait waits when nothing happens. [MS-OXCMAPIHTTP] 3.2.2: 5 minutes.</summary>
    public TimeSpan NotificationWait { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Sessions of one account; the one idle longest gives way. Outlook keeps about three a mailbox and process.</summary>
    public int MaximumSessionsPerAccount { get; set; } = 64;

    /// <summary>Server objects open at a time in one session: each holds memory. Exchange allows 250 to 500 of each kind.</summary>
    public int MaximumObjectsPerSession { get; set; } = 5_000;

    /// <summary>
    /// Execute requests that work on one mailbox at the same time, of all its sessions: a further one gets RopBackoff. Every session has one at a time, and a busy shared
    /// mailbox or public store some dozens; beyond that they wait for each other while other mailboxes' requests wait for them.
    /// </summary>
    public int MaximumRequestsPerMailbox { get; set; } = 256;

    /// <summary>How long a client waits that got RopBackoff: many times what a request takes.</summary>
    public TimeSpan RequestBackoff { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Bytes of a request's body: the largest ROP buffer ([MS-OXCRPC] 3.1.4.2: 0x40000) and an auxiliary buffer.</summary>
    public int MaximumRequestBody { get; set; } = 0x40000 + 0x2000;

    /// <summary>Bytes of all responses of one Execute. [MS-OXCRPC] 3.1.4.2.1.2.2: no more than 32 KB.</summary>
    public int MaximumRopPayload { get; set; } = 0x7FFF;

    /// <summary>Bytes of all extended buffers of one response. [MS-OXCRPC] 3.1.4.2: at most 0x100000.</summary>
    public int MaximumRopOut { get; set; } = 0x100000;

    /// <summary>Rows of one QueryRows, whatever the client asks for: bounds what is read for one response.</summary>
    public int MaximumQueryRows { get; set; } = 1_000;

    /// <summary>Messages that one QueryRows opens for columns that their summary does not have: the row's other cells are then told as "too large".</summary>
    public int MaximumOpenedRows { get; set; } = 100;

    /// <summary>Rows of a table that is loaded as soon as a client looks, so that its first event tells rows; a larger one is loaded when it must be.</summary>
    public int MaximumRowsLoadedToWatch { get; set; } = 4_096;

    /// <summary>Row events that one table tells at a time; more are one event that says to read the table again, which costs the client less.</summary>
    public int MaximumRowEvents { get; set; } = 100;

    /// <summary>Bytes of a row in an event: many must fit one response; the client reads a larger one from the table.</summary>
    public int MaximumEventRow { get; set; } = 0x2000;

    /// <summary>Bytes of a collapse state: what its 16-bit size can say, less a little. Categories beyond it are restored as they begin.</summary>
    public int MaximumCollapseState { get; set; } = 0xF000;

    /// <summary>Keys of one sort order: clients name two or three.</summary>
    public int MaximumSortKeys { get; set; } = 16;

    /// <summary>Objects to work on from which an operation goes on behind its request where the client wants that: fewer are done before it could ask again.</summary>
    public int AsynchronousFrom { get; set; } = 2_000;

    /// <summary>Notifications kept for a client that does not fetch them; beyond it they are merged into "table changed".</summary>
    public int MaximumPendingNotifications { get; set; } = 256;

    /// <summary>Bytes of a request to the address book: an explicit table of 100,000 numbers ([MS-OXNSPI] 3.1.4.1.8) and what comes with it.</summary>
    public int MaximumAddressBookRequest { get; set; } = 0x80000;

    /// <summary>Rows of one answer of the address book's tables: the client reads on from where it was left.</summary>
    public int MaximumAddressBookRows { get; set; } = 2_000;

    /// <summary>Rows of one GetMatches with columns: it cannot be read on.</summary>
    public int MaximumAddressBookMatches { get; set; } = 10_000;

    /// <summary>Columns of the address book's rows: there are about a hundred properties.</summary>
    public int MaximumAddressBookColumns { get; set; } = 500;

    /// <summary>Rows that SeekEntries gives where the client wants some: a screen or two.</summary>
    public int AddressBookPage { get; set; } = 50;

    /// <summary>Nesting of a restriction on the address book; Outlook's have three levels.</summary>
    public int MaximumAddressBookDepth { get; set; } = 32;

    /// <summary>Terms of a restriction times entries of the list: a few seconds of one core at worst.</summary>
    public long MaximumAddressBookComparisons { get; set; } = 20_000_000;

    /// <summary>Names of one ResolveNames.</summary>
    public int MaximumNames { get; set; } = 1_000;

    /// <summary>Bookmarks of one table.</summary>
    public int MaximumBookmarks { get; set; } = 100;

    /// <summary>Bytes of one stream, and so of one property. [MS-OXCPRPT] allows 2^31; a message cannot be larger than the store takes.</summary>
    public int MaximumStreamSize { get; set; } = 150 * 1024 * 1024;

    /// <summary>Bytes that the streams of one session hold while they are written: what a client can take of the server's memory.</summary>
    public long MaximumStreamBytesPerSession { get; set; } = 512L * 1024 * 1024;

    /// <summary>How long a client waits before it asks for more of a download that storage could not go on with.</summary>
    public TimeSpan TransferBackoff { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Bytes of a download's stream that are made ahead of their turn, on other processors and while the client takes what it was given: 96 KB are some messages of a few KB,
    /// and keep a download below 256 KB. 0 makes everything in its turn: two processors, which the client may share, win a tenth by it.
    /// </summary>
    public int DownloadAhead { get; set; }

    /// <summary>Bytes of one state property that a synchronising client brings. Ids of a million messages, every other of them gone, take 4 MB.</summary>
    public int MaximumSyncStateSize { get; set; } = 16 * 1024 * 1024;

    /// <summary>Locked regions of streams, of all sessions together: each is looked at by whoever reads or writes the same stream.</summary>
    public int MaximumStreamLocks { get; set; } = 10_000;
    /// <summary>Attachments of one message. Exchange's own bound is 1,024 for what Outlook shows.</summary>
    public int MaximumAttachments { get; set; } = 2_000;

    /// <summary>Recipients of one message: all are held in memory and written with it.</summary>
    public int MaximumRecipients { get; set; } = 10_000;

    /// <summary>Messages within messages: below what the stored form takes, so that what was opened can be saved.</summary>
    public int MaximumEmbeddedDepth { get; set; } = 24;

    /// <summary>Versions that one message holds of conflicts nobody resolved; each is an attachment. With more the last writer wins.</summary>
    public int MaximumConflictVersions { get; set; } = 20;

    /// <summary>Ids that one request sets aside for a client. [MS-OXCFXICS] 3.3.5.8.12: clients ask for up to 0x10000.</summary>
    public int MaximumReservedIds { get; set; } = 0x10000;

    /// <summary>Bytes of the properties that clients set on a folder or a store: they are written whole and kept in memory.</summary>
    public int MaximumFolderPropertyBytes { get; set; } = 1024 * 1024;

    /// <summary>Bytes of properties kept beside a message's content; with more the content is written anew. They are read with every row.</summary>
    public int MaximumOverlayBytes { get; set; } = 16 * 1024;

    /// <summary>
    /// Answers what servers since Exchange 2010 or 2013 have given up, and their clients do without: RopGetStoreState; setting a store's comment and its wish to delete after
    /// submission; the folders of free and busy times, of the offline address book and of news articles in the response of a logon to public folders, which are there either way.
    /// </summary>
    public bool AnswersGivenUp { get; set; }

    /// <summary>What the server calls itself in X-ServerApplication; clients read features from the version.</summary>
    public string ServerApplication { get; set; } = "Exchange/15.01.2507.000";

    /// <summary>Where transcripts of sessions are written; none when null. They hold people's mail.</summary>
    public string? TranscriptDirectory { get; set; }

    /// <summary>Takes passwords without TLS from loopback addresses: demo servers, or a proxy on the same host that ends TLS.</summary>
    public bool AllowPlainTextOnLoopback { get; set; }
}
