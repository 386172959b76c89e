using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Rialto.Net.Dns;

namespace Rialto.Net.Tests;

/// <summary>Asking servers: ones that are right, wrong, short and silent.</summary>
public sealed class DnsResolverTests : IDisposable
{
    private readonly UdpClient _udp;
    private readonly TcpListener _tcp;
    private readonly CancellationTokenSource _stop = new();

    public DnsResolverTests()
    {
        // A port that is free for one protocol may be taken for the other.
        for (var tries = 1; ; tries++)
        {
            _udp = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
            _tcp = new TcpListener(IPAddress.Loopback, Port);
            try
            {
                _tcp.Start();
                return;
            }
            catch (SocketException) when (tries < 20)
            {
                _udp.Dispose();
            }
        }
    }

    private int Port => ((IPEndPoint)_udp.Client.LocalEndPoint!).Port;

    public void Dispose()
    {
        _stop.Cancel();
        _udp.Dispose();
        _tcp.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task An_answer_that_is_not_to_the_question_is_passed_over()
    {
        _ = ServeAsync(query => [Answer(query, 0x8180, change: a => a[0] ^= 1), Answer(query, 0x8180, change: a => a[13] ^= 1), [1, 2, 3], Answer(query, 0x8180, "c0000201")]);
        var answer = await Resolver().QueryAsync("Host.Example.", DnsRecordType.A);
        answer.Status.ShouldBe(DnsStatus.Found);
        answer.All<DnsAddress>().Single().Address.ShouldBe(IPAddress.Parse("192.0.2.1"));
    }

    [Fact]
    public async Task What_does_not_fit_is_asked_for_over_tcp()
    {
        _ = ServeAsync(query => [Answer(query, 0x8380)]);
        _ = ServeTcpAsync(query => Answer(query, 0x8180, "c0000202"));
        (await Resolver().QueryAsync("host.example", DnsRecordType.A)).All<DnsAddress>().Single().Address.ShouldBe(IPAddress.Parse("192.0.2.2"));
    }

    [Theory]
    [InlineData(0x8180, DnsStatus.NoRecords)]
    [InlineData(0x8183, DnsStatus.NoSuchName)]
    [InlineData(0x8182, DnsStatus.Failed)]
    [InlineData(0x8185, DnsStatus.Failed)]
    public async Task No_records_are_not_the_same_as_no_name_or_no_answer(int flags, DnsStatus expected)
    {
        _ = ServeAsync(query => [Answer(query, (ushort)flags)]);
        (await Resolver().QueryAsync("host.example", DnsRecordType.A)).Status.ShouldBe(expected);
    }

    [Fact]
    public async Task A_silent_server_is_left_for_the_next()
    {
        using var silent = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        _ = ServeAsync(query => [Answer(query, 0x8180, "c0000201")]);
        var resolver = new DnsResolver(new DnsOptions { Servers = [(IPEndPoint)silent.Client.LocalEndPoint!, new(IPAddress.Loopback, Port)], Timeout = TimeSpan.FromSeconds(3), Attempts = 1 });
        (await resolver.QueryAsync("host.example", DnsRecordType.A)).Status.ShouldBe(DnsStatus.Found);
        resolver = new DnsResolver(new DnsOptions { Servers = [(IPEndPoint)silent.Client.LocalEndPoint!], Timeout = TimeSpan.FromMilliseconds(50), Attempts = 2 });
        (await resolver.QueryAsync("host.example", DnsRecordType.A)).Status.ShouldBe(DnsStatus.Failed);
    }

    [Fact]
    public async Task Aliases_are_followed_across_answers_but_not_for_ever()
    {
        // Each name is an alias of itself with one x more; the server gives one step at a time.
        _ = ServeAsync(query => [Answer(query, 0x8180, type: 5, data: "01" + "78" + "c00c")]);
        var answer = await Resolver().QueryAsync("host.example", DnsRecordType.A);
        answer.Status.ShouldBe(DnsStatus.Failed);
        answer.Aliases[0].ShouldBe("x.host.example");
    }

    [Fact]
    public void The_systems_servers_are_read()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "# comment\nsearch example\nnameserver 192.0.2.53\nnameserver\t2001:db8::53\nnameserver nonsense\n");
            DnsResolver.SystemServers(file).ShouldBe([IPEndPoint.Parse("192.0.2.53:53"), IPEndPoint.Parse("[2001:db8::53]:53")]);
            DnsResolver.SystemServers(file + ".absent").ShouldBe([new(IPAddress.Loopback, 53)]);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private DnsResolver Resolver() => new(new DnsOptions { Servers = [new(IPAddress.Loopback, Port)], Attempts = 1 });

    private async Task ServeAsync(Func<byte[], IEnumerable<byte[]>> answer)
    {
        while (!_stop.IsCancellationRequested)
        {
            var query = await _udp.ReceiveAsync(_stop.Token);
            foreach (var datagram in answer(query.Buffer))
                await _udp.SendAsync(datagram, query.RemoteEndPoint, _stop.Token);
        }
    }

    private async Task ServeTcpAsync(Func<byte[], byte[]> answer)
    {
        using var client = await _tcp.AcceptTcpClientAsync(_stop.Token);
        var stream = client.GetStream();
        var length = new byte[2];
        await stream.ReadExactlyAsync(length, _stop.Token);
        var query = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
        await stream.ReadExactlyAsync(query, _stop.Token);
        var reply = answer(query);
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)reply.Length);
        await stream.WriteAsync((byte[])[.. length, .. reply], _stop.Token);
    }

    /// <summary>The query's question, and a record of it where there is data.</summary>
    private static byte[] Answer(byte[] query, ushort flags, string? data = null, ushort type = 1, Action<byte[]>? change = null)
    {
        var end = Array.IndexOf(query, (byte)0, 12) + 5;
        List<byte> answer = [query[0], query[1], (byte)(flags >> 8), (byte)flags, 0, 1, 0, (byte)(data is null ? 0 : 1), 0, 0, 0, 0, .. query[12..end]];
        if (data is not null)
        {
            var octets = Convert.FromHexString(data);
            answer.AddRange([0xC0, 0x0C, (byte)(type >> 8), (byte)type, 0, 1, 0, 0, 0, 60, 0, (byte)octets.Length, .. octets]);
        }
        var bytes = answer.ToArray();
        change?.Invoke(bytes);
        return bytes;
    }
}
