using System.Buffers;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Rialto.Delivery;
using Rialto.Delivery.Tests;
using Rialto.Directory;
using Rialto.Directory.AddressBook;
using Rialto.Mapi.Http;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Model;
using Rialto.Net;
using Rialto.Store;
using Rialto.Store.Backend;
using Rialto.Store.Conformance;
using Rialto.Testing;

namespace Rialto.Mapi.Tests.Fixtures;

/// <summary>A whole server for MAPI over HTTPS on a free port: Kestrel, directory, engine over a backend in memory, three users.</summary>
public sealed class MapiServer : IAsyncDisposable
{
    public static readonly FolderId Inbox = SpecialFolders.IdOf(SpecialFolder.Inbox);

    private readonly WebApplication _application;

    private readonly TlsCertificates _certificates;
    private readonly TempDirectory _files;

    private MapiServer(WebApplication application, TlsCertificates certificates, TempDirectory files, TestDirectory directory, StoreEngine store, MemoryBackend backend, MapiService service)
    {
        _application = application;
        _certificates = certificates;
        _files = files;
        Directory = directory;
        Store = store;
        Backend = backend;
        Service = service;
        Address = new Uri(application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
    }

    /// <summary>The server's own, for tests that look at mail as properties.</summary>
    public static IContentConverter MailConverter => new Server.Hosting.StoreContentConverter();

    public Uri Address { get; }

    public TestDirectory Directory { get; }

    public StoreEngine Store { get; }

    public MemoryBackend Backend { get; }

    public MapiService Service { get; }

    public MemoryMailQueue Queue { get; private init; } = null!;

    /// <summary>Delivers what is submitted when <see cref="MailQueue.DrainAsync"/> is called: tests decide when.</summary>
    public MailQueue Delivery { get; private init; } = null!;

    /// <param name="configure">Changes the options.</param>
    /// <param name="converter">Between MIME and properties; one for plain text where nothing else is needed.</param>
    /// <param name="storage">Where mailboxes are kept; in memory where nothing else is needed.</param>
    /// <param name="time">The clock of sessions; everything else goes by the system's.</param>
    /// <param name="storeTime">The clock of mailboxes.</param>
    public static async Task<MapiServer> StartAsync(
        Action<MapiOptions>? configure = null, IContentConverter? converter = null, IStoreBackend? storage = null, TimeProvider? time = null, TimeProvider? storeTime = null)
    {
        var directory = await TestDirectory.CreateAsync(3);
        var backend = new MemoryBackend();
        var store = new StoreEngine(storage ?? backend, converter ?? new PlainConverter(), new StoreOptions(), storeTime ?? TimeProvider.System);
        foreach (var user in directory.Current.Recipients.OfType<Account>())
            await store.CreateMailboxAsync(user.MailboxGuid, user.Id, null, CancellationToken.None);
        var options = new MapiOptions();
        configure?.Invoke(options);
        var queue = new MemoryMailQueue(TimeProvider.System);
        var deliveryOptions = new DeliveryOptions { HostName = "mail.example.com", SubmissionHold = TimeSpan.Zero };
        var delivery = new MailQueue(queue, store, directory.Service, deliveryOptions);
        var receipts = new MailReceipts(store, directory.Service, queue, deliveryOptions, TimeProvider.System, NullLogger<MailReceipts>.Instance);
        var service = new MapiService(store, directory.Service, new AddressBookService(directory.Service), directory.Authenticator, options, time ?? TimeProvider.System, NullLoggerFactory.Instance)
        {
            Submission = new MailSubmission(store, directory.Service, queue, deliveryOptions, TimeProvider.System, NullLogger<MailSubmission>.Instance),
            SendReadReceipt = (due, cancel) => receipts.SendAsync(due.Mailbox, due.Message, due.IsRead, cancel),
        };

        var files = new TempDirectory();
        var certificates = TlsCertificates.Open(new TlsOptions { Names = ["localhost"] }, files.Path, TimeProvider.System, NullLoggerFactory.Instance);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(
            IPAddress.Loopback, 0, certificates.Secure));
        var application = builder.Build();
        application.UseRouting();
        application.MapMapiHttp(service);
        await application.StartAsync();
        return new MapiServer(application, certificates, files, directory, store, backend, service) { Queue = queue, Delivery = delivery };
    }

    public Account User(int number) => Directory.Account($"user{number}@example.com");

    public MapiHttpClient Client(int user = 1) => new(Address, $"user{user}@example.com", TestDirectory.Password);

    /// <summary>A client that is connected and has logged on to its own mailbox.</summary>
    public async Task<(RopSession Session, RopLogon.Response Logon, uint Handle)> LogonAsync(int user = 1)
    {
        var client = Client(user);
        var connected = await client.ConnectAsync(User(user).LegacyExchangeDn);
        connected.ErrorCode.ShouldBe(0u);
        var session = new RopSession(client);
        var (response, handle) = await session.LogonAsync(User(user).LegacyExchangeDn);
        return (session, response, handle);
    }

    /// <summary>The same without a network between: for tests that make very many requests.</summary>
    public async Task<(RopSession Session, RopLogon.Response Logon, uint Handle)> DirectLogonAsync(int user = 1, bool isPublic = false)
    {
        var connection = new DirectClient(Service, Authenticator.PrincipalOf(Directory.Current, User(user)));
        var session = new RopSession(connection.ExecuteAsync, connection);
        var (response, handle) = isPublic ? await session.PublicLogonAsync() : await session.LogonAsync(User(user).LegacyExchangeDn);
        return (session, response, handle);
    }

    /// <summary>Gives the organisation public folders.</summary>
    public async Task<PublicStore> AddPublicFoldersAsync()
    {
        var store = await Directory.Service.AddAsync(new PublicStore { PrimaryAddress = "public@example.com", DisplayName = "Public Folders", HiddenFromAddressLists = true });
        await Store.CreatePublicStoreAsync(store.MailboxGuid, SpecialFolders.SiteNames(LegacyDn.Base(Directory.Current.Organisation!.Name)), CancellationToken.None);
        return store;
    }

    /// <summary>A client that is connected and has logged on to public folders.</summary>
    public async Task<(RopSession Session, RopLogon.Response Logon, uint Handle)> PublicLogonAsync(int user = 1)
    {
        var client = Client(user);
        (await client.ConnectAsync(User(user).LegacyExchangeDn)).ErrorCode.ShouldBe(0u);
        var session = new RopSession(client);
        var (response, handle) = await session.PublicLogonAsync();
        return (session, response, handle);
    }

    /// <summary>The public store, opened by the server itself.</summary>
    public async Task<MailboxSession> OpenPublicAsync(Principal? principal = null) =>
        (await Store.OpenAsync(Directory.Current.PublicStore!.MailboxGuid, principal ?? Principal.System, CancellationToken.None)).Value;

    public async Task<MailboxSession> OpenMailboxAsync(int user = 1) =>
        (await Store.OpenAsync(User(user).MailboxGuid, Authenticator.PrincipalOf(Directory.Current, User(user)), CancellationToken.None)).Value;

    /// <summary>Delivers a message of headers and text to a user, into the Inbox where nothing else is said.</summary>
    public async Task<AppendedMessage> DeliverAsync(string subject, string from = "a@example.com", string body = "text", int user = 1, DateTimeOffset? received = null, FolderId? folder = null)
    {
        var mime = new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes($"Subject: {subject}\r\nFrom: {from}\r\nTo: user1@example.com\r\n\r\n{body}"));
        var prepared = await Store.PrepareMimeAsync(mime, CancellationToken.None);
        var target = new DeliveryTarget(
            User(user).MailboxGuid, folder ?? Inbox, AppendOptions.Default.State, FileTime.From(received ?? TimeProvider.System.GetUtcNow()), Guid.NewGuid(), false);
        return (await Store.DeliverAsync(prepared, [target], CancellationToken.None))[0].Value;
    }

    /// <summary>Puts a message of properties into the Inbox of a user.</summary>
    public async Task<AppendedMessage> PutAsync(PropertyMessage message, int user = 1)
    {
        using var mailbox = await OpenMailboxAsync(user);
        var prepared = await Store.PreparePropertiesAsync(message, CancellationToken.None);
        return (await mailbox.AppendAsync(Inbox, prepared, AppendOptions.Default, CancellationToken.None)).Value;
    }

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
        Service.Dispose();
        await Delivery.DisposeAsync();
        await Store.DisposeAsync();
        await Backend.DisposeAsync();
        await Directory.DisposeAsync();
        _certificates.Dispose();
        _files.Dispose();
    }
}
