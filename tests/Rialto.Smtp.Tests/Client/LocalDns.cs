using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Rialto.Net.Dns;

namespace Rialto.Smtp.Tests.Client;

/// <summary>A resolver on loopback with the records that it is given; it says of all of them that it validated them.</summary>
public sealed class LocalDns : IDisposable
{
    private readonly UdpClient socket = new(new IPEndPoint(IPAddress.Loopback, 0));

    public LocalDns() => _ = ServeAsync();

    public string Address => socket.Client.LocalEndPoint!.ToString()!;

    public ConcurrentDictionary<(string Name, DnsRecordType Type), byte[][]> Records { get; } = [];

    /// <summary>Names that the server fails over.</summary>
    public ConcurrentDictionary<string, bool> Broken { get; } = [];

    public bool Authentic { get; set; } = true;

    public void Mx(string domain, params (int Preference, string Host)[] hosts) =>
        Records[(domain, DnsRecordType.Mx)] = [.. hosts.Select(h => (byte[])[(byte)(h.Preference >> 8), (byte)h.Preference, .. Name(h.Host)])];

    public void A(string host, params string[] addresses) => Records[(host, DnsRecordType.A)] = [.. addresses.Select(a => IPAddress.Parse(a).GetAddressBytes())];

    public void Txt(string name, string text) => Records[(name, DnsRecordType.Txt)] = [[(byte)text.Length, .. Encoding.ASCII.GetBytes(text)]];

    public void Tlsa(string name, byte usage, byte selector, byte matching, byte[] data) => Records[(name, DnsRecordType.Tlsa)] = [[usage, selector, matching, .. data]];

    public void Dispose() => socket.Dispose();

    private static byte[] Name(string name) => [.. name.Split('.', StringSplitOptions.RemoveEmptyEntries).SelectMany(l => (byte[])[(byte)l.Length, .. Encoding.ASCII.GetBytes(l)]), 0];

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var query = await socket.ReceiveAsync();
                await socket.SendAsync(Answer(query.Buffer), query.RemoteEndPoint);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Over.
        }
    }

    private byte[] Answer(byte[] query)
    {
        var labels = new List<string>();
        var at = 12;
        for (; query[at] != 0; at += query[at] + 1) labels.Add(Encoding.ASCII.GetString(query, at + 1, query[at]).ToLowerInvariant());
        var name = string.Join('.', labels);
        var type = (DnsRecordType)BinaryPrimitives.ReadUInt16BigEndian(query.AsSpan(at + 1));
        var question = query[12..(at + 5)];
        var found = Records.GetValueOrDefault((name, type)) ?? [];
        var exists = found.Length > 0 || Records.Keys.Any(k => k.Name == name);
        var code = Broken.ContainsKey(name) ? 2 : exists ? 0 : 3;
        var answer = new List<byte> { query[0], query[1], 0x81, (byte)((Authentic ? 0x20 : 0) | 0x80 | code), 0, 1, 0, (byte)found.Length, 0, 0, 0, 0 };
        answer.AddRange(question);
        foreach (var data in found)
        {
            answer.AddRange([0xC0, 12, (byte)((int)type >> 8), (byte)type, 0, 1, 0, 0, 0, 60, (byte)(data.Length >> 8), (byte)data.Length]);
            answer.AddRange(data);
        }

        return [.. answer];
    }
}
