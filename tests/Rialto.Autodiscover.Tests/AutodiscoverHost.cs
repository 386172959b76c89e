using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Rialto.Directory;
using Rialto.Net;
using Rialto.Testing;

namespace Rialto.Autodiscover.Tests;

/// <summary>The endpoints on real listeners, with and without TLS, over a directory with admin@, user1@, user2@ and user3@example.com (alias example.net).</summary>
public sealed class AutodiscoverHost : IAsyncDisposable
{
    private readonly TempDirectory _files = new();
    private readonly TlsCertificates _certificates;
    private readonly WebApplication _application;
    private readonly List<HttpClient> _clients = [];

    private AutodiscoverHost(TestDirectory directory, Func<AutodiscoverServices, AutodiscoverServices> change)
    {
        Directory = directory;
        _certificates = TlsCertificates.Open(new TlsOptions { Names = ["mail.example.com"] }, _files.Path, TimeProvider.System, NullLoggerFactory.Instance);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(IPAddress.Loopback, 0, _certificates.Secure);
        });
        _application = builder.Build();
        Services = change(new AutodiscoverServices
        {
            Directory = directory.Service,
            Authenticator = directory.Authenticator,
            Options = new AutodiscoverOptions { HostName = "mail.example.com", AllowPlainTextOnLoopback = true },
            MailServices = () => [new(MailServiceKind.Imap, 993, TlsMode.Implicit), new(MailServiceKind.Imap, 143, TlsMode.StartTls), new(MailServiceKind.Submission, 465, TlsMode.Implicit), new(MailServiceKind.Submission, 587, TlsMode.StartTls)],
            SecurePort = () => SecurePort,
            Certificate = () => _certificates.CurrentWithChain,
        });
        _application.MapAutodiscover(Services);
    }

    public TestDirectory Directory { get; }

    public AutodiscoverServices Services { get; }

    public int Port { get; private set; }

    public int SecurePort { get; private set; }

    /// <summary>Over TLS.</summary>
    public HttpClient Http { get; private set; } = null!;

    /// <summary>Without TLS.</summary>
    public HttpClient Plain { get; private set; } = null!;

    public static async Task<AutodiscoverHost> StartAsync(Func<AutodiscoverServices, AutodiscoverServices>? change = null)
    {
        var host = new AutodiscoverHost(await TestDirectory.CreateAsync(3), change ?? (s => s));
        await host._application.StartAsync();
        var urls = host._application.Urls.Select(u => new Uri(u)).ToList();
        host.Port = urls.Single(u => u.Scheme == "http").Port;
        host.SecurePort = urls.Single(u => u.Scheme == "https").Port;
        host.Http = host.Client($"https://127.0.0.1:{host.SecurePort}");
        host.Plain = host.Client($"http://127.0.0.1:{host.Port}");
        return host;
    }

    public static HttpRequestMessage Authorized(HttpRequestMessage message, string user = "user1@example.com")
    {
        message.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{TestDirectory.Password}")));
        return message;
    }

    public async Task<HttpResponseMessage> GetAsync(string path, string? user = null, HttpClient? client = null)
    {
        using var message = new HttpRequestMessage(HttpMethod.Get, path);
        if (user is not null)
            Authorized(message, user);
        return await (client ?? Http).SendAsync(message);
    }

    /// <summary>POSTs a request to autodiscover.xml and reads the answer.</summary>
    public async Task<XDocument> PoxAsync(string body, string user = "user1@example.com", string? capability = "1", string? canHandle = null, string path = "/autodiscover/autodiscover.xml")
    {
        using var message = Authorized(new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "text/xml") }, user);
        if (capability is not null)
            message.Headers.Add("X-MapiHttpCapability", capability);
        if (canHandle is not null)
            message.Headers.Add("X-ClientCanHandle", canHandle);
        using var response = await Http.SendAsync(message);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/xml");
        return XDocument.Parse(await response.Content.ReadAsStringAsync());
    }

    /// <summary>POSTs an operation to autodiscover.svc; the status and the answer.</summary>
    public async Task<(HttpStatusCode Status, XDocument Answer)> SoapAsync(string body, string user = "user1@example.com")
    {
        using var message = Authorized(new HttpRequestMessage(HttpMethod.Post, "/autodiscover/autodiscover.svc") { Content = new StringContent(body, Encoding.UTF8, "text/xml") }, user);
        using var response = await Http.SendAsync(message);
        return (response.StatusCode, XDocument.Parse(await response.Content.ReadAsStringAsync()));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            client.Dispose();
        await _application.DisposeAsync();
        _certificates.Dispose();
        await Directory.DisposeAsync();
        _files.Dispose();
    }

    private HttpClient Client(string address)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate?.GetCertHashString() == _certificates.Current.GetCertHashString();
        var client = new HttpClient(handler) { BaseAddress = new Uri(address) };
        _clients.Add(client);
        return client;
    }
}

/// <summary>A host for the tests of a class.</summary>
public abstract class AutodiscoverTest : IAsyncLifetime
{
    protected const string Outlook = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a";
    protected const string Mobile = "http://schemas.microsoft.com/exchange/autodiscover/mobilesync/responseschema/2006";
    protected static readonly XNamespace Root = "http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006";
    protected internal static readonly XNamespace OutlookNames = Outlook;
    protected static readonly XNamespace MobileNames = Mobile;

    protected AutodiscoverHost Host { get; private set; } = null!;

    public async Task InitializeAsync() => Host = await AutodiscoverHost.StartAsync(Configure);

    public async Task DisposeAsync() => await Host.DisposeAsync();

    protected virtual AutodiscoverServices Configure(AutodiscoverServices services) => services;

    /// <summary>The error's code; null when the answer is none.</summary>
    protected static string? Code(XDocument answer) => answer.Root!.Elements().Single().Elements().FirstOrDefault(e => e.Name.LocalName == "Error")?.Elements().First(e => e.Name.LocalName == "ErrorCode").Value;

    protected internal static string Request(string address, params string[] schemas) => $"""
        <?xml version="1.0" encoding="utf-8"?>
        <Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006">
          <Request><EMailAddress>{address}</EMailAddress>{Schemas(schemas.Length > 0 ? schemas : [Outlook])}</Request>
        </Autodiscover>
        """;

    protected static string MobileRequest(string address) => $"""
        <?xml version="1.0" encoding="utf-8"?>
        <Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/mobilesync/requestschema/2006">
          <Request><EMailAddress>{address}</EMailAddress>{Schemas([Mobile])}</Request>
        </Autodiscover>
        """;

    protected Task<SharedMailbox> AddSharedAsync(string name, Func<SharedMailbox, SharedMailbox>? change = null)
    {
        var mailbox = new SharedMailbox { PrimaryAddress = $"{name}@example.com", DisplayName = name };
        return Host.Directory.Service.AddAsync(change?.Invoke(mailbox) ?? mailbox);
    }

    private static string Schemas(string[] schemas) => string.Concat(schemas.Select(s => $"<AcceptableResponseSchema>{s}</AcceptableResponseSchema>"));
}
