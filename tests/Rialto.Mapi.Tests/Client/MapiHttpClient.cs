// [MS-OXCMAPIHTTP] from the client's side.
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Rialto.Mapi.Http;
using Rialto.Mapi.Wire;
using Rialto.Wire;

namespace Rialto.Mapi.Tests.Client;

/// <summary>A response of the endpoint as it came: headers, meta-tags, body.</summary>
public sealed record MapiHttpReply(ResponseCode Code, HttpResponseMessage Message, IReadOnlyList<string> MetaTags, IReadOnlyDictionary<string, string> AdditionalHeaders, byte[] Body);

/// <summary>Speaks MAPI over HTTP over real HTTPS: one session, its cookies and its sequence.</summary>
public sealed class MapiHttpClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly Guid _id = Guid.NewGuid();
    private int _counter;

    /// <param name="server">The server's address, without path.</param>
    /// <param name="user">Log-in name.</param>
    /// <param name="password">Its password.</param>
    public MapiHttpClient(Uri server, string user, string password)
    {
        // The server's certificate is its own; cookies are kept here, so that tests can change them.
        var handler = new SocketsHttpHandler { UseCookies = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, _, _, _) => true;
        _http = new HttpClient(handler) { BaseAddress = server, Timeout = TimeSpan.FromMinutes(10) };
        _http.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
    }

    /// <summary>Cookies to send, as the server set them last.</summary>
    public Dictionary<string, string> Cookies { get; } = [];

    public string Path { get; set; } = "/mapi/emsmdb/?MailboxId=test";

    /// <summary>Headers that go with every request.</summary>
    public Dictionary<string, string> Headers { get; } = new() { [MapiHttpHeaders.ClientApplication] = "Outlook/16.0.0000.0000" };

    /// <summary>Uninterpreted: any body, any type.</summary>
    public async Task<MapiHttpReply> SendAsync(string requestType, ReadOnlyMemory<byte> body, bool takeCookies = true, CancellationToken cancel = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new ReadOnlyMemoryContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", MapiHttpHeaders.ContentType);
        request.Headers.Add(MapiHttpHeaders.RequestType, requestType);
        request.Headers.Add(MapiHttpHeaders.RequestId, string.Create(CultureInfo.InvariantCulture, $"{{{_id}}}:{++_counter}"));
        request.Headers.Add(MapiHttpHeaders.ClientInfo, $"{{{_id}}}:1");
        foreach (var (name, value) in Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        if (Cookies.Count > 0)
            request.Headers.Add("Cookie", string.Join("; ", Cookies.Select(c => $"{c.Key}={c.Value}")));
        var response = await _http.SendAsync(request, cancel);
        var reply = await ReadAsync(response, cancel);
        if (takeCookies)
            TakeCookies(response);
        return reply;
    }

    public async Task<HttpResponseMessage> GetAsync() => await _http.GetAsync(new Uri(Path, UriKind.Relative));

    public async Task<ConnectResponse> ConnectAsync(string userDn, uint codePage = 1252)
    {
        var reply = await SendAsync("Connect", WireCodec.ToArray(new ConnectRequest { UserDn = userDn, DefaultCodePage = codePage, LcidSort = 1033, LcidString = 1033 }));
        return Structure<ConnectResponse>(reply);
    }

    public async Task<ExecuteResponse> ExecuteAsync(byte[] ropBuffer, ExecuteFlags flags = ExecuteFlags.NoCompression | ExecuteFlags.NoXorMagic, uint maxRopOut = 0x10008)
    {
        var reply = await SendAsync("Execute", WireCodec.ToArray(new ExecuteRequest { Flags = flags, RopBuffer = ropBuffer, MaxRopOut = maxRopOut }));
        return Structure<ExecuteResponse>(reply);
    }

    public async Task<NotificationWaitResponse> NotificationWaitAsync(CancellationToken cancel = default) =>
        Structure<NotificationWaitResponse>(await SendAsync("NotificationWait", WireCodec.ToArray(default(NotificationWaitRequest)), takeCookies: false, cancel));

    public async Task<DisconnectResponse> DisconnectAsync() =>
        Structure<DisconnectResponse>(await SendAsync("Disconnect", WireCodec.ToArray(default(DisconnectRequest))));

    public void Dispose() => _http.Dispose();

    private static T Structure<T>(MapiHttpReply reply)
        where T : IWireStructure<T>
    {
        if (reply.Code != ResponseCode.Success)
            throw new InvalidOperationException($"The endpoint answered {reply.Code}.");
        return WireCodec.TryRead<T>(reply.Body, out var value) ? value : throw new InvalidDataException($"The body is no {typeof(T).Name}.");
    }

    private static async Task<MapiHttpReply> ReadAsync(HttpResponseMessage response, CancellationToken cancel)
    {
        var bytes = await response.Content.ReadAsByteArrayAsync(cancel);
        if (!response.Headers.TryGetValues(MapiHttpHeaders.ResponseCode, out var codes))
            return new MapiHttpReply((ResponseCode)(-1), response, [], new Dictionary<string, string>(), bytes);
        var code = (ResponseCode)int.Parse(codes.Single(), CultureInfo.InvariantCulture);
        if (code != ResponseCode.Success)
            return new MapiHttpReply(code, response, [], new Dictionary<string, string>(), bytes);
        var at = 0;
        var tags = new List<string>();
        while (tags.LastOrDefault() != "DONE")
            tags.Add(Line(bytes, ref at));
        var additional = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (var line = Line(bytes, ref at); line.Length > 0; line = Line(bytes, ref at))
            additional[line[..line.IndexOf(':')]] = line[(line.IndexOf(':') + 1)..].Trim();
        return new MapiHttpReply(code, response, tags, additional, bytes[at..]);
    }

    private static string Line(byte[] bytes, ref int at)
    {
        var length = bytes.AsSpan(at).IndexOf("\r\n"u8);
        if (length < 0)
            throw new InvalidDataException("The body ends among its meta-tags.");
        var line = Encoding.ASCII.GetString(bytes, at, length);
        at += length + 2;
        return line;
    }

    private void TakeCookies(HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Set-Cookie", out var set))
            return;
        foreach (var cookie in set)
        {
            var pair = cookie.Split(';')[0];
            var equals = pair.IndexOf('=');
            Cookies[pair[..equals]] = pair[(equals + 1)..];
        }
    }
}
