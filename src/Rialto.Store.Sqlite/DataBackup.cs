using Rialto.Store.Backend;
using Rialto.Store.Sqlite.Databases;
using Rialto.Store.Sqlite.Mailboxes;
using Rialto.Store.Sqlite.Native;

namespace Rialto.Store.Sqlite;

/// <summary>
/// A copy of everything beside readers and writers, into an empty directory that then opens as a data directory.
/// The order makes it consistent: the queue first, so that mail on its way is in the copy at least once (mailboxes remember what was delivered);
/// then the directory, the list of mailboxes and each mailbox at a moment of its own; the contents last, since they are only ever added.
/// </summary>
internal sealed class DataBackup(SqliteStoreBackend backend)
{
    public async ValueTask RunAsync(string directory, IProgress<BackendProgress>? progress, CancellationToken cancel)
    {
        if (System.IO.Directory.Exists(directory) && System.IO.Directory.EnumerateFileSystemEntries(directory).Any())
            throw new IOException($"{directory} is not empty: a backup needs a directory of its own.");
        DataFiles.CreateDirectory(directory);
        // While a sweep may replace packs there is no consistent set of them.
        await backend.Context.Blobs.Housekeeping.WaitAsync(cancel);
        try
        {
            foreach (var database in backend.SingleDatabases)
            {
                cancel.ThrowIfCancellationRequested();
                database.CopyTo(Path.Combine(directory, Path.GetFileName(database.Path)));
            }
            var list = Path.Combine(directory, Path.GetFileName(backend.Registry.Path));
            backend.Registry.CopyTo(list);
            await CopyMailboxesAsync(directory, list, progress, cancel);
            await backend.Context.Blobs.CopyToAsync(Path.Combine(directory, "blobs"), progress, cancel);
            backend.Context.Files.SyncDirectory(directory);
        }
        catch (Exception e) when (e is SqliteException or IOException)
        {
            throw new StorageUnavailableException("The backup did not finish.", e);
        }
        finally
        {
            backend.Context.Blobs.Housekeeping.Release();
        }
    }

    private async ValueTask CopyMailboxesAsync(string directory, string list, IProgress<BackendProgress>? progress, CancellationToken cancel)
    {
        using var copy = SqliteConnection.Open(list, SqliteApi.OpenReadWrite);
        var ids = new List<Guid>();
        using (var s = copy.Prepare("SELECT id FROM mailbox"))
        {
            while (s.Step())
                ids.Add(s.Guid(0));
        }
        var root = Path.Combine(directory, "mailboxes");
        DataFiles.CreateDirectory(root);
        copy.Begin();
        for (var i = 0; i < ids.Count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            progress?.Report(new BackendProgress("mailboxes", i, ids.Count));
            if (!backend.Registry.TryGet(ids[i], out var mailbox))
            {
                // Deleted since the list was copied.
                copy.Prepare("DELETE FROM mailbox WHERE id=?1").Bind(1, ids[i]).Execute();
                continue;
            }
            if (mailbox.IsPristine)
                continue;
            var path = MailboxRegistry.PathOf(root, ids[i]);
            DataFiles.CreateDirectory(Path.GetDirectoryName(path)!);
            mailbox.CopyTo(path);
            backend.Context.Files.SyncDirectory(Path.GetDirectoryName(path)!);
            copy.Prepare("UPDATE mailbox SET has_file=1 WHERE id=?1").Bind(1, ids[i]).Execute();
            await Task.Yield();
        }
        copy.Commit();
        copy.Checkpoint(SqliteApi.CheckpointTruncate, out _);
        progress?.Report(new BackendProgress("mailboxes", ids.Count, ids.Count));
    }
}
