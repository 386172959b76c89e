using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Rialto.Mapi.Http;
using Rialto.Mapi.Wire;
using Rialto.Wire;

namespace Rialto.Mapi.Remote;

/// <summary>A server that mail is taken from, and who asks it.</summary>
/// <param name="Address">https://host[:port].</param>
/// <param name="User">The owner of the mailbox, by address.</param>
/// <param name="Fingerprint">SHA-256 of the server's certificate, in hexadecimal, for one that nobody has vouched for; null to go by the system's authorities.</param>
public sealed record RemoteAccount(Uri Address, string User, string Password, string? Fingerprint);

/// <summary>The other server refused, or cannot be reached; the message says what to do.</summary>
public sealed class RemoteException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether the same may succeed a while later.</summary>
    public bool IsTransient { get; init; }
}

/// <summary>[MS-OXCMAPIHTTP] and [MS-OXDSCLI] from the client's side: requests to one server in one session.</summary>
internal sealed class RemoteServer : IDisposable
{
    private readonly HttpClient _http;
    private readonly RemoteAccount _account;
    private readonly Guid _id = Guid.NewGuid();
    private readonly Dictionary<string, string> _cookies = [];
    private string? _seen;
    private int _counter;

    public RemoteServer(RemoteAccount account)
    {
        _account = account;
        var handler = new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(20) };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
        {
            _seen = certificate is null ? null : Convert.ToHexString(SHA256.HashData(certificate.GetRawCertData()));
            return account.Fingerprint is { } wanted ? string.Equals(wanted.Replace(":", "", StringComparison.Ordinal), _seen, StringComparison.OrdinalIgnoreCase) : errors == SslPolicyErrors.None;
        };
        _http = new HttpClient(handler) { BaseAddress = account.Address, Timeout = TimeSpan.FromMinutes(5) };
        _http.DefaultRequestHeaders.UserAgent.ParseAdd("Rialto/1.0");
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{account.User}:{account.Password}")));
    }

    /// <summary>The legacy DN of the account, by Autodiscover.</summary>
    public async Task<string> DiscoverAsync(CancellationToken cancel)
    {
        const string schema = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a";
        XNamespace request = "http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006";
        var body = new XElement(request + "Autodiscover",
            new XElement(request + "Request", new XElement(request + "EMailAddress", _account.User), new XElement(request + "AcceptableResponseSchema", schema)));
        using var message = new HttpRequestMessage(HttpMethod.Post, "/autodiscover/autodiscover.xml") { Content = new StringContent(body.ToString(), Encoding.UTF8, "text/xml") };
        using var response = await SendAsync(message, cancel);
        await using var stream = await response.Content.ReadAsStreamAsync(cancel);
        try
        {
            using var reader = XmlReader.Create(stream, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, MaxCharactersInDocument = 1 << 20, Async = true });
            var answer = await XElement.LoadAsync(reader, LoadOptions.None, cancel);
            return answer.Descendants().FirstOrDefault(e => e.Name.LocalName == "LegacyDN")?.Value ?? throw new RemoteException($"{_account.Address} has no mailbox for {_account.User}.");
        }
        catch (XmlException e)
        {
            throw new RemoteException($"{_account.Address} does not answer Autodiscover.", e);
        }
    }

    public async Task ConnectAsync(string legacyDn, CancellationToken cancel)
    {
        _cookies.Clear();
        var answer = await PostAsync("Connect", WireCodec.ToArray(new ConnectRequest { UserDn = legacyDn, DefaultCodePage = 1252, LcidSort = 1033, LcidString = 1033, AuxiliaryBuffer = [] }), cancel);
        if (!WireCodec.TryRead<ConnectResponse>(answer.Span, out var connected) || connected.StatusCode != 0 || connected.ErrorCode != 0)
            throw new RemoteException($"{_account.Address} refuses the session: 0x{connected.ErrorCode:X8}.");
    }

    /// <summary>The extended buffers of the response.</summary>
    public async Task<ReadOnlyMemory<byte>> ExecuteAsync(byte[] ropBuffer, uint room, CancellationToken cancel)
    {
        var answer = await PostAsync("Execute", WireCodec.ToArray(new ExecuteRequest
        {
            Flags = ExecuteFlags.NoCompression | ExecuteFlags.NoXorMagic | ExecuteFlags.Chain, RopBuffer = ropBuffer, MaxRopOut = room, AuxiliaryBuffer = [],
        }), cancel);
        // StatusCode, ErrorCode, Flags and RopBufferSize. 2.2.4.2.2.
        var reader = new WireReader(answer.Span);
        var status = reader.ReadUInt32();
        var error = reader.ReadUInt32();
        reader.Skip(4);
        var size = reader.ReadCount(CountWidth.UInt32);
        var start = reader.Position;
        if (reader.Failed || status != 0 || answer.Length - start < size)
            throw new RemoteException($"{_account.Address} answers what is no response.") { IsTransient = true };
        if (error != 0)
            throw new RemoteException($"{_account.Address} failed: 0x{error:X8}.") { IsTransient = true };
        return answer.Slice(start, size);
    }

    public async Task DisconnectAsync(CancellationToken cancel)
    {
        if (_cookies.Count > 0)
            await PostAsync("Disconnect", new byte[4], cancel);
        _cookies.Clear();
    }

    /// <summary>The body behind the meta-tags and additional headers.</summary>
    private async Task<ReadOnlyMemory<byte>> PostAsync(string type, byte[] body, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/mapi/emsmdb/?MailboxId=copy") { Content = new ByteArrayContent(body) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", MapiHttpHeaders.ContentType);
        request.Headers.Add(MapiHttpHeaders.RequestType, type);
        request.Headers.Add(MapiHttpHeaders.RequestId, string.Create(CultureInfo.InvariantCulture, $"{{{_id}}}:{++_counter}"));
        request.Headers.Add(MapiHttpHeaders.ClientInfo, $"{{{_id}}}:1");
        request.Headers.Add(MapiHttpHeaders.ClientApplication, "Rialto/1.0");
        if (_cookies.Count > 0)
            request.Headers.Add("Cookie", string.Join("; ", _cookies.Select(c => $"{c.Key}={c.Value}")));
        using var response = await SendAsync(request, cancel);
        ReadOnlyMemory<byte> bytes;
        try
        {
            bytes = await response.Content.ReadAsByteArrayAsync(cancel);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new RemoteException($"{_account.Address} broke off: {e.Message}", e) { IsTransient = true };
        }
        if (!response.Headers.TryGetValues(MapiHttpHeaders.ResponseCode, out var codes))
            throw new RemoteException($"{_account.Address} does not speak MAPI over HTTP.");
        if (codes.First() != "0")
            throw new RemoteException($"{_account.Address} refuses {type}: X-ResponseCode {codes.First()}.") { IsTransient = true };
        TakeCookies(response);
        var done = bytes.Span.IndexOf("DONE\r\n"u8);
        var end = done < 0 ? -1 : bytes.Span[done..].IndexOf("\r\n\r\n"u8);
        return end >= 0 ? bytes[(done + end + 4)..] : throw new RemoteException($"{_account.Address} broke off.") { IsTransient = true };
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.SecureConnectionError && _seen is not null)
        {
            throw new RemoteException($"{_account.Address} has a certificate that is not trusted. If it is the right one: --fingerprint {_seen}", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is TaskCanceledException && !cancel.IsCancellationRequested))
        {
            throw new RemoteException($"{_account.Address} cannot be reached: {e.Message}", e) { IsTransient = true };
        }
        if (response.IsSuccessStatusCode)
            return response;
        var status = response.StatusCode;
        response.Dispose();
        throw status == System.Net.HttpStatusCode.Unauthorized
            ? new RemoteException($"{_account.Address} does not take that password for {_account.User}.")
            : new RemoteException($"{_account.Address} answers {(int)status} to {request.RequestUri}.") { IsTransient = (int)status >= 500 };
    }

    private void TakeCookies(HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Set-Cookie", out var set))
            return;
        foreach (var cookie in set)
        {
            var pair = cookie.Split(';')[0];
            if (pair.IndexOf('=', StringComparison.Ordinal) is > 0 and var equals)
                _cookies[pair[..equals]] = pair[(equals + 1)..];
        }
    }

    public void Dispose() => _http.Dispose();
}
