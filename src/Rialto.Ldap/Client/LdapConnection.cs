// RFC 4511 from the client's side: bind, search in pages (RFC 2696), referrals (4.1.10, 4.5.3), StartTLS; [MS-ADTS] 3.1.1.3.1.3.3 (values in ranges).
using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Rialto.Ldap.Search;
using Rialto.Ldap.Wire;

namespace Rialto.Ldap.Client;

/// <summary>An entry as another directory sent it.</summary>
internal sealed class RemoteEntry(string dn, Dictionary<string, byte[][]> attributes, Dictionary<string, int> ranges)
{
    public string Dn { get; } = dn;

    /// <summary>Attributes of which the server has sent a part, and from which value on the rest is to be asked for.</summary>
    public Dictionary<string, int> Ranges { get; } = ranges;

    /// <summary>Adds the next part of an attribute's values.</summary>
    public void Append(string name, byte[][] values) => attributes[name] = [.. Bytes(name), .. values];

    public byte[][] Bytes(string name) => attributes.GetValueOrDefault(name, []);

    public string? Text(string name) => Bytes(name) is [var first, ..] ? Encoding.UTF8.GetString(first) : null;

    public IEnumerable<string> Texts(string name) => Bytes(name).Select(Encoding.UTF8.GetString);
}

/// <summary>The other directory cannot be reached, or refused.</summary>
public sealed class LdapSourceException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>A connection to another directory. One operation at a time.</summary>
internal sealed class LdapConnection : IAsyncDisposable
{
    /// <summary>Bytes of one message: a photo and a group of tens of thousands.</summary>
    private const int MaxMessage = 64 * 1024 * 1024;

    private readonly TcpClient tcp = new() { NoDelay = true };
    private readonly TimeSpan timeout;
    private Stream stream = Stream.Null;
    private int lastId;

    private LdapConnection(LdapUrl url, TimeSpan timeout)
    {
        Url = url;
        this.timeout = timeout;
    }

    /// <summary>Where it leads.</summary>
    public LdapUrl Url { get; }

    /// <summary>URLs of continuation references that searches on this connection brought.</summary>
    public List<string> References { get; } = [];

    /// <exception cref="LdapSourceException">It cannot be reached, or its certificate is not good.</exception>
    public static async Task<LdapConnection> OpenAsync(LdapSourceOptions options, LdapUrl url, CancellationToken cancellationToken)
    {
        var connection = new LdapConnection(url, options.Timeout);
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(options.Timeout);
            await connection.tcp.ConnectAsync(url.Host.Trim('[', ']'), url.Port, limit.Token);
            connection.stream = connection.tcp.GetStream();
            if (!url.IsTls && options.StartTls)
            {
                var (code, message) = await connection.RequestAsync(Tags.ExtendedRequest, w => w.WriteText(Operations.ExtendedOperations.StartTls, 0x80), limit.Token);
                if (code != ResultCode.Success) throw new LdapSourceException($"{url.Host} refuses StartTLS: {code} {message}");
            }

            if (url.IsTls || options.StartTls) await connection.SecureAsync(url.Host, options, limit.Token);
            else if (!url.IsThisMachine && options.BindDn.Length > 0) throw new LdapSourceException("Passwords are not sent without TLS to another machine. Use ldaps://, or leave startTls on.");
            return connection;
        }
        catch (Exception e) when (e is SocketException or IOException or System.Security.Authentication.AuthenticationException or OperationCanceledException)
        {
            await connection.DisposeAsync();
            if (cancellationToken.IsCancellationRequested) throw;
            throw new LdapSourceException($"{url} cannot be reached: {(e is OperationCanceledException ? "no answer in time" : e.Message)}", e);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    public Task<(ResultCode Code, string Message)> BindAsync(string dn, string password, CancellationToken cancellationToken) =>
        GuardAsync(
            cancel => RequestAsync(
                Tags.BindRequest,
                w =>
                {
                    w.WriteInteger(3);
                    w.WriteText(dn);
                    w.WriteText(password, 0x80);
                },
                cancel),
            cancellationToken);

    /// <summary>All entries that match, in pages; those of a page are handed on when it is whole.</summary>
    /// <param name="baseDn">Below what.</param>
    /// <param name="scope">How far.</param>
    /// <param name="filter">Which.</param>
    /// <param name="attributes">What of them.</param>
    /// <param name="pageSize">Entries of a page; 0: not in pages.</param>
    /// <param name="found">Takes them.</param>
    /// <param name="control">A control without a value that the search is to have, critical; null: none.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="LdapSourceException">The server refused, or went away.</exception>
    public async Task SearchAsync(
        string baseDn, SearchScope scope, string filter, string[] attributes, int pageSize, Action<RemoteEntry> found, string? control, CancellationToken cancellationToken)
    {
        var compiled = FilterText.Encode(filter) ?? throw new LdapSourceException($"The filter cannot be read: {filter}");
        var page = new List<RemoteEntry>();
        byte[] cookie = [];
        do
        {
            page.Clear();
            cookie = await GuardAsync(cancel => PageAsync(baseDn, scope, compiled, attributes, pageSize, cookie, page.Add, control, cancel), cancellationToken);
            foreach (var entry in page)
            {
                await CompleteAsync(entry, cancellationToken);
                found(entry);
            }
        }
        while (cookie.Length > 0);
    }

    /// <inheritdoc cref="SearchAsync(string, SearchScope, string, string[], int, Action{RemoteEntry}, string?, CancellationToken)"/>
    public Task SearchAsync(string baseDn, SearchScope scope, string filter, string[] attributes, int pageSize, Action<RemoteEntry> found, CancellationToken cancellationToken) =>
        SearchAsync(baseDn, scope, filter, attributes, pageSize, found, null, cancellationToken);

    /// <summary>Active Directory sends some 1,500 values of an attribute at once; the others are asked for by their places.</summary>
    private async Task CompleteAsync(RemoteEntry entry, CancellationToken cancellationToken)
    {
        var everything = FilterText.Encode("(objectClass=*)")!;
        foreach (var (name, first) in entry.Ranges.ToArray())
        {
            for (var next = first; next > 0;)
            {
                var from = next;
                next = 0;
                await GuardAsync(
                    cancel => PageAsync(
                        entry.Dn, SearchScope.Base, everything, [string.Create(CultureInfo.InvariantCulture, $"{name};range={from}-*")], 0, [],
                        part =>
                        {
                            entry.Append(name, part.Bytes(name));
                            next = part.Bytes(name).Length == 0 ? 0 : part.Ranges.GetValueOrDefault(name);
                        },
                        null, cancel),
                    cancellationToken);
                if (next > 0 && next <= from) throw new LdapSourceException($"The other directory sends the values of {entry.Dn} in ranges that do not go on.");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync();
        tcp.Dispose();
    }

    private async Task<T> GuardAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            return await work(limit.Token);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new LdapSourceException($"The other directory does not answer: {(e is OperationCanceledException ? "timeout" : e.Message)}", e);
        }
    }

    private async Task SecureAsync(string host, LdapSourceOptions options, CancellationToken cancellationToken)
    {
        var tls = new SslStream(stream, leaveInnerStreamOpen: false);
        var settings = new SslClientAuthenticationOptions { TargetHost = host };
        if (options.CertificateAuthorities.Length > 0)
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(options.CertificateAuthorities);
            settings.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            settings.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        }

        await tls.AuthenticateAsClientAsync(settings, cancellationToken);
        stream = tls;
    }

    private async Task<(ResultCode Code, string Message)> RequestAsync(byte tag, Action<BerWriter> content, CancellationToken cancellationToken)
    {
        var id = await SendAsync(tag, content, null, cancellationToken);
        while (true)
        {
            var bytes = await ReceiveAsync(cancellationToken);
            if (Result(bytes, id, out _) is { } result) return result;
        }
    }

    private async Task<byte[]> PageAsync(string baseDn, SearchScope scope, byte[] filter, string[] attributes, int pageSize, byte[] cookie, Action<RemoteEntry> found, string? control, CancellationToken cancellationToken)
    {
        var id = await SendAsync(
            Tags.SearchRequest,
            w =>
            {
                w.WriteText(baseDn);
                w.WriteInteger((int)scope, Tags.Enumerated);
                w.WriteInteger(0, Tags.Enumerated);
                w.WriteInteger(0);
                w.WriteInteger(0);
                w.WriteBoolean(false);
                w.WriteRaw(filter);
                var list = w.Begin(Tags.Sequence);
                foreach (var attribute in attributes) w.WriteText(attribute);
                w.End(list);
            },
            pageSize == 0 && control is null ? null : w => WriteControls(w, pageSize, cookie, control),
            cancellationToken);
        while (true)
        {
            var bytes = await ReceiveAsync(cancellationToken);
            if (Entry(bytes, id) is { } entry)
            {
                found(entry);
            }
            else if (Result(bytes, id, out var controls) is { } result)
            {
                if (result.Code == ResultCode.Referral && References.Count > 0) return [];
                if (result.Code != ResultCode.Success) throw new LdapSourceException($"The search below {baseDn} was refused: {result.Code} {result.Message}");
                return RequestControls.Find(controls, RequestControls.Paged) is { } paged ? RequestControls.ReadPaged(paged.Value).Cookie : [];
            }
        }
    }

    private static void WriteControls(BerWriter writer, int pageSize, byte[] cookie, string? control)
    {
        if (control is not null)
        {
            var critical = writer.Begin(Tags.Sequence);
            writer.WriteText(control);
            writer.WriteBoolean(true);
            writer.End(critical);
        }

        if (pageSize == 0) return;
        RequestControls.Write(writer, RequestControls.Paged, v =>
        {
            var value = v.Begin(Tags.Sequence);
            v.WriteInteger(pageSize);
            v.WriteOctets(cookie);
            v.End(value);
        });
    }

    private async Task<int> SendAsync(byte tag, Action<BerWriter> content, Action<BerWriter>? controls, CancellationToken cancellationToken)
    {
        using var writer = new BerWriter();
        var frame = writer.Begin(Tags.Sequence);
        writer.WriteInteger(++lastId);
        var operation = writer.Begin(tag);
        content(writer);
        writer.End(operation);
        if (controls is not null)
        {
            var list = writer.Begin(Tags.Controls);
            controls(writer);
            writer.End(list);
        }

        writer.End(frame);
        await stream.WriteAsync(writer.Written.ToArray(), cancellationToken);
        await stream.FlushAsync(cancellationToken);
        return lastId;
    }

    private async Task<byte[]> ReceiveAsync(CancellationToken cancellationToken)
    {
        var head = new byte[6];
        await stream.ReadExactlyAsync(head.AsMemory(0, 2), cancellationToken);
        var have = 2;
        long length = head[1];
        if (head[1] >= 0x80)
        {
            var size = head[1] & 0x7F;
            if (size is 0 or > 4) throw new LdapSourceException("The other directory does not speak LDAP.");
            await stream.ReadExactlyAsync(head.AsMemory(2, size), cancellationToken);
            have += size;
            length = 0;
            for (var i = 0; i < size; i++) length = length << 8 | head[2 + i];
        }

        if (head[0] != Tags.Sequence || length > MaxMessage) throw new LdapSourceException("The other directory does not speak LDAP, or sends too much.");
        var message = new byte[have + length];
        head.AsSpan(0, have).CopyTo(message);
        await stream.ReadExactlyAsync(message.AsMemory(have), cancellationToken);
        return message;
    }

    private static RemoteEntry? Entry(byte[] bytes, int id)
    {
        if (!LdapMessage.TryParse(bytes, 16, out var message) || message.Id != id || message.Operation != Tags.SearchResultEntry) return null;
        var content = new BerReader(message.Content);
        var dn = content.ReadText();
        var list = content.ReadConstructed(Tags.Sequence);
        var attributes = new Dictionary<string, byte[][]>(StringComparer.OrdinalIgnoreCase);
        var ranges = new Dictionary<string, int>(StringComparer.OrdinalIgnoreCase);
        while (!list.AtEnd)
        {
            if (LdapValues.Read(ref list) is not { } values) break;
            var options = values.Attribute.Split(';');
            if (options.Length == 1 || options[1].Equals("binary", StringComparison.OrdinalIgnoreCase))
            {
                attributes[options[0]] = values.Values;
            }
            else if (options[1].StartsWith("range=", StringComparison.OrdinalIgnoreCase))
            {
                attributes[options[0]] = values.Values;
                var last = options[1][(options[1].IndexOf('-', StringComparison.Ordinal) + 1)..];
                if (int.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var place) && place < int.MaxValue) ranges[options[0]] = place + 1;
            }

            // Values in a language are not those without one.
        }

        return new(dn, attributes, ranges);
    }

    private void Note(ref BerReader list)
    {
        while (!list.AtEnd && !list.Failed && References.Count < 64) References.Add(list.ReadText());
    }

    private (ResultCode Code, string Message)? Result(byte[] bytes, int id, out LdapControl[] controls)
    {
        controls = [];
        if (!LdapMessage.TryParse(bytes, 16, out var message)) throw new LdapSourceException("The other directory sent a malformed message.");
        if (message.Id != id && message.Id != 0) return null;
        var content = new BerReader(message.Content);
        if (message.Operation == Tags.SearchResultReference) Note(ref content);
        if (message.Operation is Tags.SearchResultReference or Tags.SearchResultEntry or 0x79) return null;
        var code = (ResultCode)content.ReadInteger(Tags.Enumerated);
        content.ReadText();
        var text = content.ReadText();
        if (content.Failed) throw new LdapSourceException("The other directory sent a malformed message.");
        if (message.Id == 0) throw new LdapSourceException($"The other directory closed the connection: {text}");
        if (code == ResultCode.Referral && content.Peek == 0xA3)
        {
            var list = content.ReadConstructed(0xA3);
            Note(ref list);
            if (text.Length == 0) text = string.Join(' ', References);
        }

        controls = message.Controls;
        return (code, text);
    }
}
