// rspamd.com/doc/developers/protocol.html.
using System.Net;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Rialto.Delivery;

/// <summary>What the filter is told of a message.</summary>
/// <param name="Id">Its id in the queue.</param>
/// <param name="Submitter">Who logged in; empty for mail from outside.</param>
/// <param name="Address">Where it came from; null for this server itself.</param>
public sealed record FilterRequest(Guid Id, string Sender, IReadOnlyList<string> Recipients, string Submitter, IPAddress? Address, string Hello);

/// <summary>Asks rspamd over HTTP.</summary>
public sealed class Rspamd : IDisposable
{
    private const int MaximumReply = 1024 * 1024;

    /// <summary>Recipients that are named; a mailing to thousands is judged the same.</summary>
    private const int MaximumRecipients = 100;

    private readonly RspamdOptions options;
    private readonly ILogger logger;
    private readonly HttpClient http;
    private readonly string? password;

    public Rspamd(RspamdOptions options, ILogger logger)
    {
        this.options = options;
        this.logger = logger;
        http = new HttpClient(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(5) })
        {
            BaseAddress = new Uri(options.Url.TrimEnd('/') + "/"), Timeout = options.Timeout, MaxResponseContentBufferSize = MaximumReply,
        };
        if (options.PasswordFile.Length > 0) password = File.ReadAllText(options.PasswordFile).TrimEnd('\r', '\n');
    }

    public RspamdOptions Options => options;

    /// <summary>Its verdict; when it cannot be had, what is configured for that.</summary>
    public async ValueTask<FilterVerdict> JudgeAsync(FilterRequest request, ReadOnlyMemory<byte> message, CancellationToken cancel)
    {
        if (message.Length > options.MaximumSize) return FilterVerdict.Unjudged;
        try
        {
            using var post = new HttpRequestMessage(HttpMethod.Post, "checkv2") { Content = new ReadOnlyMemoryContent(message) };
            Add(post, "Queue-Id", request.Id.ToString("N"));
            Add(post, "From", request.Sender);
            foreach (var recipient in request.Recipients.Take(MaximumRecipients)) Add(post, "Rcpt", recipient);
            if (request.Submitter.Length > 0) Add(post, "User", request.Submitter);
            if (request.Address is { } address) Add(post, "IP", (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString());
            if (request.Hello.Length > 0) Add(post, "Helo", request.Hello);
            if (password is not null) Add(post, "Password", password);
            using var response = await http.SendAsync(post, cancel);
            var reply = await response.Content.ReadAsByteArrayAsync(cancel);
            if (response.StatusCode == HttpStatusCode.OK && FilterVerdict.Read(reply) is { } verdict) return verdict;
            DeliveryLog.FilterAway(logger, request.Id, $"it answered {(int)response.StatusCode}", options.FailOpen);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            DeliveryLog.FilterAway(logger, request.Id, e is OperationCanceledException ? "it did not answer in time" : e.Message, options.FailOpen);
        }

        return options.FailOpen ? FilterVerdict.Unjudged : new(FilterAction.Defer, null, "", "The mail filter is not available, try again later");
    }

    public void Dispose() => http.Dispose();

    /// <summary>Addresses beyond ASCII, and nothing that would end a field.</summary>
    private static void Add(HttpRequestMessage post, string name, string value) =>
        post.Headers.TryAddWithoutValidation(name, Ascii.IsValid(value) && !value.AsSpan().ContainsAnyInRange('\0', '\u001f') ? value : Uri.EscapeDataString(value));
}
