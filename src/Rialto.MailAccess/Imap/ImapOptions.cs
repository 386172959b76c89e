using Rialto.Model;

namespace Rialto.MailAccess.Imap;

/// <summary>Limits and choices of the IMAP server, each with its reason.</summary>
public sealed class ImapOptions
{
    /// <summary>
    /// Bytes of one command line. RFC 7162 4 wants at least 8,192 from a server that takes long message sets; clients that synchronise name
    /// thousands of scattered UIDs in one set.
    /// </summary>
    public int MaximumLine { get; set; } = 64 * 1024;

    /// <summary>Bytes of all literals of one command other than APPEND's message: names, search texts, credentials.</summary>
    public int MaximumLiterals { get; set; } = 64 * 1024;

    /// <summary>
    /// Bytes of a line or its literals before anyone has logged in: a stranger's memory is bounded by this. Holds the largest ID (RFC 2971 3.3: 30 fields of 30 and 1,024 bytes).
    /// </summary>
    public int MaximumUnauthenticatedCommand { get; set; } = 34 * 1024;

    /// <summary>Bytes of a message literal up to which it is taken from the receive buffer at once; larger ones stream into the blob store.</summary>
    public int BufferedAppend { get; set; } = 256 * 1024;

    /// <summary>A refused literal that the client sends unasked ({n+}) is skipped up to this many bytes; beyond, the connection is closed.</summary>
    public long MaximumSkippedLiteral { get; set; } = 1L << 30;

    /// <summary>Ranges in one message set: what a line of <see cref="MaximumLine"/> can hold, so that the line is the limit that clients meet.</summary>
    public int MaximumSetRanges { get; set; } = 32 * 1024;

    /// <summary>Keywords in one STORE or APPEND, and characters of a keyword: the store keeps sets of them for ever.</summary>
    public int MaximumKeywords { get; set; } = 64;

    /// <summary>Longest keyword, in bytes: longer ones are no labels that people made.</summary>
    public int MaximumKeywordLength { get; set; } = 128;

    /// <summary>Keywords that FLAGS names: more than any client shows, and a response that fits a buffer.</summary>
    public int MaximumToldKeywords { get; set; } = 1000;

    /// <summary>Keys of one SEARCH, nested ones included: each may cost a pass over the folder.</summary>
    public int MaximumSearchKeys { get; set; } = 200;

    /// <summary>Searches of one connection that are followed (RFC 5267): each is run again after every change of the mailbox.</summary>
    public int MaximumSearchContexts { get; set; } = 4;

    /// <summary>Mailboxes that one event group of NOTIFY names: each is compared with every change.</summary>
    public int MaximumNotifiedMailboxes { get; set; } = 200;

    /// <summary>URLs in one GENURLAUTH or URLFETCH, each of which may open a mailbox.</summary>
    public int MaximumUrls { get; set; } = 64;

    /// <summary>Characters of one URL: a mailbox name of every level in percent-encoding, and what stands around it.</summary>
    public int MaximumUrl { get; set; } = 8 * 1024;

    /// <summary>
    /// Addresses of the accounts that other submission servers log in as: they may fetch URLs that are for submission (RFC 4467 3, "submit+"), and are trusted to have checked for whom.
    /// Rialto's own submission needs none.
    /// </summary>
    public HashSet<string> SubmissionAccounts { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Changes of subscriptions and annotations that wait for a client to be told: one that does not read for so long fetches them anew.</summary>
    public int MaximumAnnotationNews { get; set; } = 500;

    /// <summary>Criteria of one SORT: each costs a key a message.</summary>
    public int MaximumSortCriteria { get; set; } = 16;

    /// <summary>
    /// Bytes of headers of one folder that are kept while it is open, for SORT, THREAD and SEARCH by address: some 60 to 150 a message and kind, 400,000 messages. A folder that needs
    /// more is read anew for each command.
    /// </summary>
    public long MaximumFolderColumns { get; set; } = 128L << 20;

    /// <summary>Nesting of parentheses, NOT and OR in a SEARCH: the evaluation recurses once a level.</summary>
    public int MaximumSearchDepth { get; set; } = 32;

    /// <summary>Data items in one FETCH, and header names in one section.</summary>
    public int MaximumFetchItems { get; set; } = 100;

    /// <summary>Levels of a part number in a section: no deeper than the MIME reader nests.</summary>
    public int MaximumPartDepth { get; set; } = 100;

    /// <summary>Annotations of one mailbox, and of one command (RFC 5464): clients keep a handful.</summary>
    public int MaximumMetadataEntries { get; set; } = 100;

    /// <summary>Bytes of one annotation: settings of clients, not files.</summary>
    public int MaximumMetadataValue { get; set; } = 16 * 1024;

    /// <summary>Patterns in one extended LIST. RFC 5258 3.</summary>
    public int MaximumListPatterns { get; set; } = 64;

    /// <summary>Messages in one APPEND (RFC 3502): they become one batch of the mailbox.</summary>
    public int MaximumAppendMessages { get; set; } = 1000;

    /// <summary>Commands answered BAD in a row before the connection is closed: a client that does not speak IMAP gains nothing by going on.</summary>
    public int MaximumConsecutiveErrors { get; set; } = 20;

    /// <summary>Bytes written before they are handed to the connection: large enough for few system calls, small enough for bounded memory.</summary>
    public int FlushSize { get; set; } = 48 * 1024;

    /// <summary>How long a connection may take to log in: strangers hold no connections.</summary>
    public TimeSpan LoginTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Silence after which a logged-in connection is closed. RFC 3501 5.4: at least 30 minutes; IDLE clients renew after 29 (RFC 2177 3).</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(31);

    /// <summary>Mailboxes of others that one connection has open: each holds its folders in memory.</summary>
    public int MaximumOtherMailboxes { get; set; } = 50;

    /// <summary>Whether clients of IMAP4rev1 hear which messages are \Recent; otherwise none ever is. It costs a small write when the last session of a mailbox ends.</summary>
    public bool TellsRecent { get; set; } = true;

    /// <summary>Whether calendars, contacts and other folders that hold no mail are listed too.</summary>
    public bool ShowAllFolders { get; set; }

    /// <summary>Mail folders that are other clients' own business and not listed: Outlook's logs of its synchronisation, its outbox, feeds.</summary>
    public HashSet<SpecialFolder> HiddenFolders { get; } =
    [
        SpecialFolder.Outbox, SpecialFolder.SyncIssues, SpecialFolder.Conflicts, SpecialFolder.LocalFailures, SpecialFolder.ServerFailures, SpecialFolder.RssFeeds,
        SpecialFolder.ConversationActionSettings, SpecialFolder.QuickStepSettings,
    ];
}
