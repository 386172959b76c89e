using Microsoft.Extensions.Logging;
using Rialto.Delivery;
using Rialto.Directory;
using Rialto.Directory.AddressBook;
using Rialto.Model;
using Rialto.Oab.Build;
using Rialto.Oab.PublicFolder;
using Rialto.Server.Configuration;
using Rialto.Server.Operations;
using Rialto.Store;
using Rialto.Store.Backend;

namespace Rialto.Server.Hosting;

/// <summary>The parts that commands and listeners work on: one set for the process that holds the data directory.</summary>
public sealed class RialtoServices : IAsyncDisposable
{
    private readonly OpenedStorage _storage;

    private RialtoServices(RialtoOptions options, OpenedStorage storage, StoreEngine engine, DirectoryService directory, TimeProvider time, ILoggerFactory loggers)
    {
        Options = options;
        _storage = storage;
        Engine = engine;
        Directory = directory;
        Passwords = new PasswordBook(directory, options.Authentication);
        Time = time;
        AddressBook = new AddressBookService(directory);
        var root = options.Oab.Directory.Length > 0 ? Path.GetFullPath(options.Oab.Directory, options.Data) : Path.Combine(options.Data, "oab");
        Oab = new OabService(root, directory, AddressBook, options.Oab, time, loggers.CreateLogger<OabService>())
        {
            Languages = new OfflineTemplateFiles(directory).Languages,
            Published = new OabPosts(engine, directory, options.Oab, time, loggers.CreateLogger<OabPosts>()).PostAsync,
        };
    }

    public RialtoOptions Options { get; }

    public IStoreBackend Backend => _storage.Store;

    public StoreEngine Engine { get; }

    public DirectoryService Directory { get; }

    /// <summary>The address book over the directory.</summary>
    public AddressBookService AddressBook { get; }

    /// <summary>The offline address books.</summary>
    public OabService Oab { get; }

    /// <summary>Sets passwords and app passwords.</summary>
    public PasswordBook Passwords { get; }

    public IMailQueueStorage Queue => _storage.Queue;

    /// <summary>What sends mail to other servers; null while nothing does.</summary>
    public Rialto.Smtp.Client.OutboundRelay? Outbound { get; set; }

    /// <summary>The mail filter; null while there is none.</summary>
    public Rspamd? Filter { get; set; }

    public TimeProvider Time { get; }

    /// <summary>The server that these are the parts of; null where a command opened the data itself.</summary>
    public RunningServer? Running { get; set; }

    /// <summary>Opens the data that the configuration names. With SQLite it fails, saying so, while another process holds the data directory.</summary>
    public static async Task<RialtoServices> OpenAsync(RialtoOptions options, TimeProvider time, ILoggerFactory loggers, CancellationToken cancel)
    {
        var storage = await StorageFactory.OpenAsync(options, time, loggers, cancel);
        if (options.Directory.WellKnownPasswords.Length > 0)
            options.Directory.WellKnownPasswords = Path.GetFullPath(options.Directory.WellKnownPasswords, options.Data);
        try
        {
            var directory = await DirectoryService.OpenAsync(storage.Directory, options.Directory, time, cancel);
            directory.Key = OpenKey(options);
            var engine = new StoreEngine(storage.Store, new StoreContentConverter(directory), options.Store, time);
            return new RialtoServices(options, storage, engine, directory, time, loggers);
        }
        catch
        {
            await storage.DisposeAsync();
            throw;
        }
    }

    private static SecretKey OpenKey(RialtoOptions options)
    {
        var path = options.SecretKeyFile.Length > 0 ? Path.GetFullPath(options.SecretKeyFile, options.Data) : Path.Combine(options.Data, SecretKey.FileName);
        try
        {
            System.IO.Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            return SecretKey.OpenOrCreate(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new ConfigurationException($"secretKeyFile: {path} cannot be used: {e.Message}");
        }
    }

    /// <summary>The mailbox of an address, opened for the server's own work; null when the address has none.</summary>
    public async ValueTask<MailboxSession?> OpenMailboxAsync(MailboxRecipient recipient, CancellationToken cancel) =>
        (await Engine.OpenAsync(recipient.MailboxGuid, Principal.System, cancel)).TryGet(out var session) ? session : null;

    public async ValueTask DisposeAsync()
    {
        Filter?.Dispose();
        await Oab.DisposeAsync();
        AddressBook.Dispose();
        await Engine.DisposeAsync();
        await Directory.DisposeAsync();
        await _storage.DisposeAsync();
    }
}

/// <summary>The storage of one engine, opened.</summary>
internal sealed record OpenedStorage(IStoreBackend Store, IDirectoryStorage Directory, IMailQueueStorage Queue, IAsyncDisposable? Owner) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        await Queue.DisposeAsync();
        await Store.DisposeAsync();
        if (Owner is not null)
            await Owner.DisposeAsync();
    }
}
