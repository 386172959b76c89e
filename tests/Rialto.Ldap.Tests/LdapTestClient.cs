using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Rialto.Ldap.Client;
using Rialto.Ldap.Search;
using Rialto.Ldap.Wire;

namespace Rialto.Ldap.Tests;

/// <summary>A client that speaks byte for byte what a test wants.</summary>
public sealed class LdapTestClient : IAsyncDisposable
{
    private readonly TcpClient tcp = new();
    private Stream stream = Stream.Null;
    private int lastId;

    internal sealed record Entry(string Dn, Dictionary<string, List<byte[]>> Attributes)
    {
        public string[] this[string name] => Attributes.TryGetValue(name, out var values) ? [.. values.Select(Encoding.UTF8.GetString)] : [];
    }

    internal sealed record Reply(ResultCode Code, string Message, string MatchedDn, List<Entry> Entries, LdapControl[] Controls, byte[] Rest)
    {
        public IEnumerable<string> Dns => Entries.Select(e => e.Dn);

        public LdapControl? Control(string oid) => RequestControls.Find(Controls, oid);
    }

    public static async Task<LdapTestClient> OpenAsync(int port)
    {
        var client = new LdapTestClient();
        await client.tcp.ConnectAsync(IPAddress.Loopback, port);
        client.stream = client.tcp.GetStream();
        return client;
    }

    public async Task SecureAsync(X509Certificate2? certificate = null)
    {
        var tls = new SslStream(stream, false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync("localhost", certificate is null ? null : [certificate], checkCertificateRevocation: false);
        stream = tls;
    }

    /// <summary>SASL with credentials in the request.</summary>
    internal Task<Reply> SaslAsync(string mechanism, string? credentials = null, Action<BerWriter>? controls = null) => RequestAsync(
        Tags.BindRequest,
        w =>
        {
            w.WriteInteger(3);
            w.WriteText("");
            var sasl = w.Begin(0xA3);
            w.WriteText(mechanism);
            if (credentials is not null) w.WriteText(credentials);
            w.End(sasl);
        },
        controls);

    public async Task<ResultCode> BindAsync(string name, string password) => (await RequestAsync(Tags.BindRequest, w =>
    {
        w.WriteInteger(3);
        w.WriteText(name);
        w.WriteText(password, 0x80);
    })).Code;

    internal Task<Reply> SearchAsync(string filter, string baseDn = "dc=example,dc=com", SearchScope scope = SearchScope.Sub, string[]? attributes = null, int size = 0, Action<BerWriter>? controls = null) =>
        RequestAsync(Tags.SearchRequest, w => WriteSearch(w, filter, baseDn, scope, attributes, size), controls);

    internal static void WriteSearch(BerWriter w, string filter, string baseDn = "dc=example,dc=com", SearchScope scope = SearchScope.Sub, string[]? attributes = null, int size = 0)
    {
        w.WriteText(baseDn);
        w.WriteInteger((int)scope, Tags.Enumerated);
        w.WriteInteger(0, Tags.Enumerated);
        w.WriteInteger(size);
        w.WriteInteger(0);
        w.WriteBoolean(false);
        w.WriteRaw(FilterText.Encode(filter) ?? throw new ArgumentException(filter));
        var list = w.Begin(Tags.Sequence);
        foreach (var attribute in attributes ?? []) w.WriteText(attribute);
        w.End(list);
    }

    internal Task<Reply> ModifyAsync(string dn, params (int Kind, string Attribute, string[] Values)[] changes) => ModifyAsync(dn, null, changes);

    internal Task<Reply> ModifyAsync(string dn, Action<BerWriter>? controls, params (int Kind, string Attribute, string[] Values)[] changes) =>
        ModifyAsync(dn, controls, [.. changes.Select(c => (c.Kind, c.Attribute, c.Values.Select(Encoding.UTF8.GetBytes).ToArray()))]);

    internal Task<Reply> ModifyAsync(string dn, Action<BerWriter>? controls, (int Kind, string Attribute, byte[][] Values)[] changes) => RequestAsync(
        Tags.ModifyRequest,
        w =>
        {
            w.WriteText(dn);
            var list = w.Begin(Tags.Sequence);
            foreach (var (kind, attribute, values) in changes)
            {
                var change = w.Begin(Tags.Sequence);
                w.WriteInteger(kind, Tags.Enumerated);
                WriteValues(w, attribute, values);
                w.End(change);
            }

            w.End(list);
        },
        controls);

    internal Task<Reply> AddAsync(string dn, params (string Attribute, string[] Values)[] attributes) => RequestAsync(Tags.AddRequest, w =>
    {
        w.WriteText(dn);
        var list = w.Begin(Tags.Sequence);
        foreach (var (attribute, values) in attributes) WriteValues(w, attribute, [.. values.Select(Encoding.UTF8.GetBytes)]);
        w.End(list);
    });

    internal Task<Reply> DeleteAsync(string dn) => RequestAsync(Tags.DeleteRequest, Encoding.UTF8.GetBytes(dn), null);

    internal Task<Reply> CompareAsync(string dn, string attribute, string value) => RequestAsync(Tags.CompareRequest, w =>
    {
        w.WriteText(dn);
        var assertion = w.Begin(Tags.Sequence);
        w.WriteText(attribute);
        w.WriteText(value);
        w.End(assertion);
    });

    internal Task<Reply> ExtendedAsync(string oid, byte[]? value = null) => RequestAsync(Tags.ExtendedRequest, w =>
    {
        w.WriteText(oid, 0x80);
        if (value is not null) w.WriteOctets(value, 0x81);
    });

    internal async Task<Reply> RequestAsync(byte tag, Action<BerWriter> content, Action<BerWriter>? controls = null)
    {
        using var writer = new BerWriter();
        content(writer);
        return await RequestAsync(tag, writer.Written.ToArray(), controls);
    }

    internal async Task<Reply> RequestAsync(byte tag, byte[] content, Action<BerWriter>? controls)
    {
        await SendAsync(Message(++lastId, tag, content, controls));
        return await ReceiveAsync() ?? throw new IOException("closed");
    }

    internal static byte[] Message(int id, byte tag, byte[] content, Action<BerWriter>? controls = null)
    {
        using var writer = new BerWriter();
        var frame = writer.Begin(Tags.Sequence);
        writer.WriteInteger(id);
        writer.WriteOctets(content, tag);
        if (controls is not null)
        {
            var list = writer.Begin(Tags.Controls);
            controls(writer);
            writer.End(list);
        }

        writer.End(frame);
        return writer.Written.ToArray();
    }

    public async Task SendAsync(byte[] bytes)
    {
        await stream.WriteAsync(bytes);
        await stream.FlushAsync();
    }

    /// <summary>The next result with the entries before it; null when the connection ended.</summary>
    internal async Task<Reply?> ReceiveAsync()
    {
        var entries = new List<Entry>();
        while (await ReadMessageAsync() is { } bytes)
        {
            LdapMessage.TryParse(bytes, 16, out var message).ShouldBeTrue();
            var content = new BerReader(message.Content);
            if (message.Operation == Tags.SearchResultEntry)
            {
                entries.Add(Read(ref content));
                continue;
            }

            var code = (ResultCode)content.ReadInteger(Tags.Enumerated);
            var matched = content.ReadText();
            var text = content.ReadText();
            content.Failed.ShouldBeFalse();
            return new(code, text, matched, entries, message.Controls, content.Rest.ToArray());
        }

        return null;
    }

    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync();
        tcp.Dispose();
    }

    /// <summary>An entry that stands in a control's value.</summary>
    internal static Entry ReadEntry(byte[] value)
    {
        var content = new BerReader(new BerReader(value).Read(Tags.SearchResultEntry));
        return Read(ref content);
    }

    private static Entry Read(ref BerReader content)
    {
        var entry = new Entry(content.ReadText(), []);
        var list = content.ReadConstructed(Tags.Sequence);
        while (!list.AtEnd)
        {
            var values = LdapValues.Read(ref list).ShouldNotBeNull();
            entry.Attributes.Add(values.Attribute, [.. values.Values]);
        }

        list.Failed.ShouldBeFalse();
        return entry;
    }

    private static void WriteValues(BerWriter w, string attribute, byte[][] values)
    {
        var pair = w.Begin(Tags.Sequence);
        w.WriteText(attribute);
        var set = w.Begin(Tags.Set);
        foreach (var value in values) w.WriteOctets(value);
        w.End(set);
        w.End(pair);
    }

    private async Task<byte[]?> ReadMessageAsync()
    {
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var head = new byte[6];
        try
        {
            await stream.ReadExactlyAsync(head.AsMemory(0, 2), timeout.Token);
            var have = 2;
            var length = (int)head[1];
            if (length >= 0x80)
            {
                var size = length & 0x7F;
                await stream.ReadExactlyAsync(head.AsMemory(2, size), timeout.Token);
                have += size;
                length = 0;
                for (var i = 0; i < size; i++) length = length << 8 | head[2 + i];
            }

            var message = new byte[have + length];
            head.AsSpan(0, have).CopyTo(message);
            await stream.ReadExactlyAsync(message.AsMemory(have), timeout.Token);
            return message;
        }
        catch (Exception e) when (e is EndOfStreamException or IOException)
        {
            return null;
        }
    }
}
