// [MS-OXCSTOR] 3.2.1 per-user data table; 3.2.5.10 to 3.2.5.13.
using Rialto.Model;
using Rialto.Store;
using Rialto.Store.Backend;

namespace Rialto.Mapi.Objects;

/// <summary>What the owner of a mailbox has read in public folders, kept in the mailbox for when the folders are opened on another server: a row a folder.</summary>
internal static class PerUserInformation
{
    private const string Client = "mapi";
    private const string Collection = "peruser";

    /// <summary>Bytes of a replica's GUID before the set of change numbers.</summary>
    private const int Head = 16;

    /// <summary>The database and the serialised set of a folder; null where there is no row.</summary>
    public static async ValueTask<(Guid Database, ReadOnlyMemory<byte> Set)?> ReadAsync(MailboxSession mailbox, LongTermId folder, CancellationToken cancel) =>
        await mailbox.ReadClientStateAsync(KeyOf(folder), cancel) is { Length: >= Head } row ? (new Guid(row.Span[..Head]), row[Head..]) : null;

    public static ValueTask<StoreError> WriteAsync(MailboxSession mailbox, LongTermId folder, Guid database, ReadOnlySpan<byte> set, CancellationToken cancel)
    {
        var row = new byte[Head + set.Length];
        database.TryWriteBytes(row);
        set.CopyTo(row.AsSpan(Head));
        return mailbox.WriteClientStateAsync([(KeyOf(folder), row)], cancel);
    }

    /// <summary>The folders that have a row of the database.</summary>
    public static async ValueTask<List<LongTermId>> ListAsync(MailboxSession mailbox, Guid database, CancellationToken cancel)
    {
        var folders = new List<LongTermId>();
        foreach (var (key, row) in await mailbox.ReadClientStatesAsync(Client, Collection, cancel))
        {
            if (row.Length >= Head && new Guid(row.Span[..Head]) == database && key.Split('-') is [var replica, var counter]
                && Guid.TryParseExact(replica, "N", out var guid) && ulong.TryParse(counter, System.Globalization.CultureInfo.InvariantCulture, out var number))
            {
                folders.Add(new LongTermId(new GlobalId(guid, number)));
            }
        }
        return folders;
    }

    private static ClientStateKey KeyOf(LongTermId folder) =>
        new(Client, Collection, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{folder.Id.Replica:N}-{folder.Id.Counter}"));
}

/// <summary>Per-user information that a client sends in pieces. [MS-OXCSTOR] 3.2.5.13.1.</summary>
internal sealed class PerUserUpload(LongTermId folder)
{
    public LongTermId Folder { get; } = folder;

    public Guid Database { get; init; }

    public List<byte> Data { get; } = [];
}
