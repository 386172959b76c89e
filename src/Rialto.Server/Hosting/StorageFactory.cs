using Microsoft.Extensions.Logging;
using Rialto.Server.Commands;
using Rialto.Server.Configuration;
using Rialto.Store.Backend;
using Rialto.Store.Postgres;
using Rialto.Store.Sqlite;
using Spectre.Console;

namespace Rialto.Server.Hosting;

/// <summary>Opens the storage that the configuration names.</summary>
internal static class StorageFactory
{
    public static async ValueTask<OpenedStorage> OpenAsync(RialtoOptions options, TimeProvider time, ILoggerFactory loggers, CancellationToken cancel)
    {
        if (options.Storage == "sqlite")
        {
            try
            {
                var backend = SqliteStoreBackend.Open(new SqliteStoreOptions { Directory = options.Data }, time, loggers.CreateLogger<SqliteStoreBackend>());
                return new OpenedStorage(backend, backend.Directory, backend.Queue, null);
            }
            catch (DataDirectoryInUseException e)
            {
                throw new CommandException(e.Message);
            }
        }
        if (!options.Storage.Contains('=', StringComparison.Ordinal))
            throw new ConfigurationException($"storage: \"{options.Storage}\" is neither \"sqlite\" nor a PostgreSQL connection string such as \"Host=db.example.com;Database=rialto;Username=rialto\".");
        try
        {
            var storage = await PostgresStorage.OpenAsync(options.Storage, new PostgresOptions(), time, cancel);
            return new OpenedStorage(storage.Store, storage.Directory, storage.Queue, storage);
        }
        catch (ArgumentException e)
        {
            throw new ConfigurationException($"storage: the connection string cannot be read: {e.Message}");
        }
        catch (StorageUnavailableException e)
        {
            throw new CommandException($"The database cannot be reached: {e.Message} Check the connection string in storage, and that the server is up and lets this host in.");
        }
    }

    /// <summary>Makes a backup the data directory: what is there is moved aside first, never overwritten.</summary>
    public static async Task RestoreAsync(RialtoOptions options, string backup, bool force, CommandEnvironment environment, CancellationToken cancel)
    {
        if (options.Storage != "sqlite")
            throw new CommandException("Data in PostgreSQL is restored with PostgreSQL's own tools (pg_restore, or a base backup).");
        if (!System.IO.Directory.Exists(backup))
            throw new CommandException($"There is no backup {backup}.");
        if (File.Exists(RuntimePaths.Pid(options.Data)) && int.TryParse(await File.ReadAllTextAsync(RuntimePaths.Pid(options.Data), cancel), out var pid) && System.IO.Directory.Exists($"/proc/{pid}"))
            throw new CommandException($"The server runs on {options.Data} (process {pid}). Stop it first.");
        if (System.IO.Directory.Exists(options.Data) && System.IO.Directory.EnumerateFileSystemEntries(options.Data).Any())
        {
            if (!force)
                throw new CommandException($"{options.Data} is not empty. Repeat with --force to move what is there aside.");
            var aside = $"{options.Data.TrimEnd('/')}.before-restore-{TimeProvider.System.GetUtcNow():yyyyMMddHHmmss}";
            System.IO.Directory.Move(options.Data, aside);
            await environment.Console.Out.WriteLineAsync($"What was there is now in {aside}.");
        }
        await CopyAsync(backup, options.Data, environment, cancel);
        await environment.Console.Out.WriteLineAsync($"Restored to {options.Data}. `rialto check --data {options.Data}` verifies it; `rialto serve --data {options.Data}` starts on it.");
    }

    private static async Task CopyAsync(string from, string to, CommandEnvironment environment, CancellationToken cancel)
    {
        var files = System.IO.Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories).ToList();
        // Beside the target first and then renamed, so that a copy cut short is never taken for the data.
        var temporary = to.TrimEnd('/') + ".restoring";
        if (System.IO.Directory.Exists(temporary))
            System.IO.Directory.Delete(temporary, recursive: true);
        await environment.Ansi.Progress().AutoClear(false).Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn()).StartAsync(async progress =>
        {
            var task = progress.AddTask("Restoring", maxValue: Math.Max(1, files.Count));
            foreach (var file in files)
            {
                var target = Path.Combine(temporary, Path.GetRelativePath(from, file));
                System.IO.Directory.CreateDirectory(Path.GetDirectoryName(target)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                await using var source = File.OpenRead(file);
                await using var copy = new FileStream(target, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
                await source.CopyToAsync(copy, cancel);
                copy.Flush(flushToDisk: true);
                task.Increment(1);
            }
        });
        if (System.IO.Directory.Exists(to))
            System.IO.Directory.Delete(to);
        System.IO.Directory.Move(temporary, to);
    }
}
