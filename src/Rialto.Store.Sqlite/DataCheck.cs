using System.Runtime.CompilerServices;
using Rialto.Store.Backend;
using Rialto.Store.Sqlite.Databases;
using Rialto.Store.Sqlite.Mailboxes;
using Rialto.Store.Sqlite.Native;

namespace Rialto.Store.Sqlite;

/// <summary>
/// Verifies the data, read-only: each database by SQLite's own check, the counters against the rows, every reference against the content it leads to, and full-text indexes against their checksums.
/// </summary>
internal sealed class DataCheck(SqliteStoreBackend backend)
{
    public async IAsyncEnumerable<string> RunAsync(IProgress<BackendProgress>? progress, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (backend.Context.Log.HasFailed)
            yield return "The commit log cannot be written.";
        foreach (var database in backend.SingleDatabases.Append(backend.Registry))
        {
            foreach (var defect in Integrity(database))
                yield return defect;
        }
        var mailboxes = backend.Registry.Mailboxes.ToList();
        var verified = new HashSet<BlobRef>();
        for (var i = 0; i < mailboxes.Count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            progress?.Report(new BackendProgress("mailboxes", i, mailboxes.Count));
            foreach (var defect in Mailbox(mailboxes[i], verified))
                yield return defect;
            await Task.Yield();
        }
        progress?.Report(new BackendProgress("mailboxes", mailboxes.Count, mailboxes.Count));
    }

    private IEnumerable<string> Mailbox(MailboxDatabase mailbox, HashSet<BlobRef> verified)
    {
        if (mailbox.IsPristine)
            return [];
        var defects = new List<string>(Integrity(mailbox));
        try
        {
            defects.AddRange(mailbox.Query((mailbox, verified, backend), static (c, a) => Rows(c, a.mailbox, a.verified, a.backend)));
        }
        catch (Exception e) when (e is StorageUnavailableException or InvalidDataException)
        {
            defects.Add($"Mailbox {mailbox.Id}: {e.Message}");
        }
        // Derived data: nothing is lost with it.
        if (mailbox.Text.Check() is { } damage)
            defects.Add($"Mailbox {mailbox.Id}: the full-text index is made anew by the next search that finds it damaged: {damage}");
        return defects;
    }

    private static List<string> Integrity(JournaledDatabase database)
    {
        try
        {
            return [.. database.CheckIntegrity()];
        }
        catch (Exception e) when (e is SqliteException or StorageUnavailableException or InvalidDataException or IOException)
        {
            return [$"{Path.GetFileName(database.Path)}: {e.Message}"];
        }
    }

    private static List<string> Rows(SqliteConnection connection, MailboxDatabase mailbox, HashSet<BlobRef> verified, SqliteStoreBackend backend)
    {
        var defects = new List<string>();
        foreach (var (what, sql) in Invariants)
        {
            var count = connection.Scalar(sql);
            if (count > 0)
                defects.Add($"Mailbox {mailbox.Id}: {count} {what}.");
        }
        using var s = connection.Prepare("SELECT m.id, m.content, coalesce(m.content_length, s.size), m.rest FROM message m JOIN state s ON s.place=m.place");
        while (s.Step())
        {
            Verify(new BlobRef(s.Int64(1), s.Int64(2)), s.Int64(0));
            Verify(MessageTable.DerivedMime(s.Bytes(3)), s.Int64(0));
        }
        return defects;

        void Verify(BlobRef blob, long message)
        {
            if (!blob.IsNone && verified.Add(blob) && !backend.Context.Blobs.Verify(blob))
                defects.Add($"Mailbox {mailbox.Id}: the content of message {message} is missing or damaged.");
        }
    }

    private static readonly (string What, string Sql)[] Invariants =
    [
        ("messages without a place in a folder", "SELECT count(*) FROM message m LEFT JOIN state s ON s.place=m.place AND s.id=m.id WHERE s.place IS NULL"),
        ("places without a message", "SELECT count(*) FROM state s LEFT JOIN message m ON m.id=s.id AND m.place=s.place WHERE m.id IS NULL"),
        ("messages in folders that are not there", "SELECT count(*) FROM state s LEFT JOIN folder f ON f.slot=s.place>>32 WHERE f.slot IS NULL"),
        ("digests without a message", "SELECT count(*) FROM digest d LEFT JOIN state s ON s.place=d.place WHERE s.place IS NULL"),
        ("messages without a digest", "SELECT count(*) FROM state s LEFT JOIN digest d ON d.place=s.place WHERE d.place IS NULL"),
        ("folders without counters", "SELECT count(*) FROM folder f LEFT JOIN live l ON l.slot=f.slot WHERE l.slot IS NULL"),
        ("rows with a sequence above the mailbox's counter", "SELECT count(*) FROM state WHERE sequence>(SELECT a FROM live WHERE slot=0)"),
    ];
}
