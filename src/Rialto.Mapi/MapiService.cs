using Microsoft.Extensions.Logging;
using Rialto.Delivery;
using Rialto.Directory;
using Rialto.Directory.AddressBook;
using Rialto.Mapi.AddressBook;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Sessions;
using Rialto.Net;
using Rialto.Store;

namespace Rialto.Mapi;

/// <summary>MAPI of one server: its sessions over the mailboxes of a store and the accounts of a directory. One for the process; thread-safe.</summary>
public sealed class MapiService : IDisposable
{
    /// <param name="store">The mailboxes.</param>
    /// <param name="directory">Whose they are.</param>
    /// <param name="addressBook">The address book over the directory.</param>
    /// <param name="authenticator">Who may log in.</param>
    /// <param name="options">Limits and periods.</param>
    /// <param name="time">The clock.</param>
    /// <param name="loggers">Where it logs.</param>
    /// <param name="authentication">How; null: Basic, over the authenticator.</param>
    public MapiService(StoreEngine store, DirectoryService directory, AddressBookService addressBook, Authenticator authenticator, MapiOptions options, TimeProvider time, ILoggerFactory loggers,
        AuthenticationService? authentication = null)
    {
        Store = store;
        Directory = directory;
        Options = options;
        Time = time;
        Authentication = new HttpAuthentication(authentication ?? new AuthenticationService(authenticator), new HttpAuthenticationOptions("mapi", AllowPlainTextOnLoopback: options.AllowPlainTextOnLoopback));
        Logger = loggers.CreateLogger("Rialto.Mapi");
        Sessions = new SessionTable<MapiSession>(options, time);
        AddressBookSessions = new SessionTable<NspiSession>(options, time);
        AddressBook = addressBook;
        Work = new MailboxWork(options);
        StreamLocks = new StreamLocks(time, options.MaximumStreamLocks);
    }

    public StoreEngine Store { get; }

    public DirectoryService Directory { get; }

    public MapiOptions Options { get; }

    public TimeProvider Time { get; }

    /// <summary>
    /// Sends a read receipt: whether it was taken for delivery. Null while there is no transport: receipts stay owed then. [MS-OXOMSG] 3.2.4.5.
    /// </summary>
    public Func<ReadReceiptDue, CancellationToken, ValueTask<bool>>? SendReadReceipt { get; set; }

    /// <summary>Sends messages; null on a server without transport, where submitting is not supported.</summary>
    public MailSubmission? Submission { get; set; }

    /// <summary>Runs rules over posts to public folders; null where nothing delivers.</summary>
    public PostRules? PostRules { get; set; }

    /// <summary>Bounds of rules: those that delivery has.</summary>
    public Delivery.RuleLimits RuleLimits { get; init; } = new();

    /// <summary>Whose conversations are recorded, and where; null for nobody's.</summary>
    public TranscriptRecorder? Transcripts { get; init; }

    /// <summary>Where a user's session is written down; null where it is not.</summary>
    internal string? TranscriptFolder(string user) => Transcripts?.Wants(user) == true ? Transcripts.Folder : Options.TranscriptDirectory;

    /// <summary>Sessions open now.</summary>
    public int SessionCount => Sessions.Count;

    /// <summary>The server's name in entry ids: they identify a store only together with the mailbox's DN, so that one name serves all servers.</summary>
    internal string ServerShortName => "rialto";

    internal HttpAuthentication Authentication { get; }

    internal ILogger Logger { get; }

    internal SessionTable<MapiSession> Sessions { get; }

    internal SessionTable<NspiSession> AddressBookSessions { get; }

    /// <summary>The address book: its numbers hold for as long as this process.</summary>
    internal AddressBookService AddressBook { get; }

    internal SpoolerLocks SpoolerLocks { get; } = new();

    internal StreamLocks StreamLocks { get; }

    internal MailboxWork Work { get; }

    /// <summary>Mail that a client's own transport brought into a mailbox. [MS-OXCROPS] 2.2.7.7.</summary>
    internal event Action<Guid, MessageRow>? NewMailTold;

    internal void TellNewMail(Guid mailbox, MessageRow message) => NewMailTold?.Invoke(mailbox, message);

    /// <summary>What the server tells of itself when a client connects: the auxiliary buffer of Connect.</summary>
    internal byte[] Topology { get; } = ServerTopology.Write();

    /// <summary>Ends every session.</summary>
    public void Dispose()
    {
        Sessions.Dispose();
        AddressBookSessions.Dispose();
    }
}
