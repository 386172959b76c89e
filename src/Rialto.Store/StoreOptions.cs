namespace Rialto.Store;

/// <summary>Limits and periods of the mailbox engine.</summary>
public sealed class StoreOptions
{
    /// <summary>Largest message in bytes, by any way in. 150 MB is what Exchange allows at most by default of its receive connectors' upper range.</summary>
    public long MaximumMessageSize { get; set; } = 150L * 1024 * 1024;

    /// <summary>Deepest folder under the mailbox root: bounds path lengths and recursion.</summary>
    public int MaximumFolderDepth { get; set; } = 100;

    /// <summary>Most folders of a mailbox: the hierarchy is kept in memory.</summary>
    public int MaximumFolders { get; set; } = 100_000;

    /// <summary>Longest folder name, in characters ([MS-OXCFOLD] 2.2.2.2.2.2 clients assume 255).</summary>
    public int MaximumFolderNameLength { get; set; } = 255;

    /// <summary>Named properties of a mailbox: ids 0x8001 to 0xFFFE.</summary>
    public int MaximumNamedProperties { get; set; } = 0x7FFF;

    /// <summary>
    /// Ranges of ids given to clients and not used yet, in a mailbox. A replica uses its ids in order: one range a folder and client. A set that is
    /// scattered further than this is somebody's play, and is written with every import.
    /// </summary>
    public int MaximumReservedRanges { get; set; } = 20_000;

    /// <summary>Mailbox quota in bytes where the account has none of its own; 0: none.</summary>
    public long DefaultQuota { get; set; }

    /// <summary>How long deletions and moves can be replayed to clients that were away.</summary>
    public TimeSpan ChangeLogPeriod { get; set; } = TimeSpan.FromDays(60);

    /// <summary>How long soft-deleted messages can be recovered: Exchange's default. Never longer than <see cref="ChangeLogPeriod"/>, which tells what was deleted when.</summary>
    public TimeSpan DeletedItemRetention { get; set; } = TimeSpan.FromDays(14);

    /// <summary>How long a folder's view outlives its last user.</summary>
    public TimeSpan ViewIdle { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a mailbox outlives its last user in memory.</summary>
    public TimeSpan MailboxIdle { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Characters of a message that are searched, of its header and of its body each: what goes into the full-text index.</summary>
    public int MaximumIndexedText { get; set; } = 200_000;

    /// <summary>Bytes of one searched text (subjects, senders, …) that a folder's view keeps in memory after the first search: enough for half a million messages.</summary>
    public int MaximumTextColumn { get; set; } = 32 * 1024 * 1024;
}
