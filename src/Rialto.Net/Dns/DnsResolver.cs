// RFC 1035 7 (resolvers), RFC 5452 (what an answer must match), RFC 7766 (TCP).
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Rialto.Net.Dns;

/// <summary>What became of a question.</summary>
public enum DnsStatus
{
    /// <summary>There are records.</summary>
    Found,

    /// <summary>The name is there, but has none of this type.</summary>
    NoRecords,

    /// <summary>There is no such name.</summary>
    NoSuchName,

    /// <summary>No server answered, or none that could; it may go better later.</summary>
    Failed,
}

/// <summary>An answer.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Records">Records of the type, aliases followed.</param>
/// <param name="Aliases">The names that led there, in order; empty where the name is none.</param>
public sealed record DnsAnswer(DnsStatus Status, IReadOnlyList<DnsRecord> Records, IReadOnlyList<string> Aliases)
{
    /// <summary>Every part of the answer was validated, by a server that is trusted to do so (<see cref="DnsOptions.TrustsValidation"/>).</summary>
    public bool IsAuthentic { get; init; }

    /// <summary>How long it may be kept: the shortest time of its records.</summary>
    public TimeSpan Ttl => Records.Count == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(Records.Min(r => r.Ttl & int.MaxValue));

    /// <summary>What the records say, of one kind.</summary>
    public IEnumerable<T> All<T>()
        where T : DnsData => Records.Select(r => r.Data).OfType<T>();
}

/// <summary>Limits of look-ups, with their reasons.</summary>
public sealed class DnsOptions
{
    /// <summary>Servers to ask, in turn; empty: those of /etc/resolv.conf.</summary>
    public IReadOnlyList<IPEndPoint> Servers { get; set; } = [];

    /// <summary>
    /// Whether servers are asked, and believed, whether they validated an answer (DNSSEC). Null: those on this machine alone, since between it and others anybody could set the bit.
    /// </summary>
    public bool? TrustsValidation { get; set; }

    /// <summary>How long a server has for one answer: recursion to far places takes a second or two.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Times that all servers are asked.</summary>
    public int Attempts { get; set; } = 2;

    /// <summary>Aliases that are followed: longer chains are mistakes.</summary>
    public int MaximumAliases { get; set; } = 8;
}

/// <summary>Asks DNS servers that recurse: over UDP, over TCP what does not fit.</summary>
public sealed class DnsResolver(DnsOptions? options = null)
{
    private const int MaximumAnswer = 64 * 1024;

    private readonly DnsOptions _options = options ?? new();

    private IReadOnlyList<IPEndPoint> Servers => _options.Servers.Count > 0 ? _options.Servers : SystemServers();

    private bool TrustsValidation => _options.TrustsValidation ?? Servers.All(s => IPAddress.IsLoopback(s.Address));

    /// <summary>Records of a type at a name, which is in A-labels; a dot at its end is taken off.</summary>
    public async ValueTask<DnsAnswer> QueryAsync(string name, DnsRecordType type, CancellationToken cancel = default)
    {
        var aliases = new List<string>();
        var at = name.TrimEnd('.').ToLowerInvariant();
        var authentic = true;
        while (true)
        {
            if (await AskAsync(at, type, cancel) is not { } message || message.Code is not (DnsResponseCode.NoError or DnsResponseCode.NameError))
                return new(DnsStatus.Failed, [], aliases);
            authentic &= message.IsAuthentic && TrustsValidation;
            // A server that recurses gives the whole chain; one that does not, what it has of it.
            var asked = aliases.Count;
            while (true)
            {
                var records = message.Answers.Where(r => r.Type == type && r.Name == at).ToList();
                if (records.Count > 0)
                    return new(DnsStatus.Found, records, aliases) { IsAuthentic = authentic };
                if (type == DnsRecordType.Cname || message.Answers.FirstOrDefault(r => r.Type == DnsRecordType.Cname && r.Name == at)?.Data is not DnsTarget alias || aliases.Count > _options.MaximumAliases)
                    break;
                at = alias.Name;
                aliases.Add(at);
            }
            if (aliases.Count > _options.MaximumAliases)
                return new(DnsStatus.Failed, [], aliases);
            if (aliases.Count == asked || message.Code == DnsResponseCode.NameError)
                return new(message.Code == DnsResponseCode.NameError ? DnsStatus.NoSuchName : DnsStatus.NoRecords, [], aliases) { IsAuthentic = authentic };
        }
    }

    /// <summary>The servers that the system uses; the one on this machine where it names none.</summary>
    public static IReadOnlyList<IPEndPoint> SystemServers(string file = "/etc/resolv.conf")
    {
        var servers = new List<IPEndPoint>();
        try
        {
            foreach (var line in File.ReadLines(file).Take(100))
            {
                var words = line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
                if (words is ["nameserver", var text, ..] && IPAddress.TryParse(text, out var address))
                    servers.Add(new(address, 53));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // As with none in it.
        }
        return servers.Count > 0 ? servers : [new(IPAddress.Loopback, 53)];
    }

    private async ValueTask<DnsMessage?> AskAsync(string name, DnsRecordType type, CancellationToken cancel)
    {
        var servers = Servers;
        var dnssec = _options.TrustsValidation ?? servers.All(s => IPAddress.IsLoopback(s.Address));
        DnsMessage? unhelpful = null;
        for (var attempt = 0; attempt < _options.Attempts; attempt++)
        {
            foreach (var server in servers)
            {
                var id = (ushort)RandomNumberGenerator.GetInt32(1 << 16);
                if (DnsMessage.WriteQuery(id, name, type, dnssec) is not { } query)
                    return null;
                using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
                patience.CancelAfter(_options.Timeout);
                try
                {
                    var answer = await UdpAsync(server, query, id, name, type, patience.Token);
                    if (answer.IsTruncated && await TcpAsync(server, query, patience.Token) is { } whole && Matches(whole, id, name, type))
                        answer = whole;
                    if (answer.Code is DnsResponseCode.NoError or DnsResponseCode.NameError)
                        return answer;
                    unhelpful = answer;
                }
                catch (Exception e) when (e is SocketException or IOException or OperationCanceledException && !cancel.IsCancellationRequested)
                {
                    // The next one.
                }
            }
        }
        return unhelpful;
    }

    /// <summary>A socket of its own for each question: its random port is part of what an answer must match.</summary>
    private static async Task<DnsMessage> UdpAsync(IPEndPoint server, byte[] query, ushort id, string name, DnsRecordType type, CancellationToken cancel)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server, cancel);
        await socket.SendAsync(query, cancel);
        var buffer = new byte[MaximumAnswer];
        while (true)
        {
            var length = await socket.ReceiveAsync(buffer, cancel);
            if (DnsMessage.Read(buffer.AsSpan(0, length)) is { } answer && Matches(answer, id, name, type))
                return answer;
        }
    }

    private static async Task<DnsMessage?> TcpAsync(IPEndPoint server, byte[] query, CancellationToken cancel)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server, cancel);
        await using var stream = new NetworkStream(socket);
        var framed = new byte[2 + query.Length];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)query.Length);
        query.CopyTo(framed, 2);
        await stream.WriteAsync(framed, cancel);
        await stream.ReadExactlyAsync(framed.AsMemory(0, 2), cancel);
        var answer = new byte[BinaryPrimitives.ReadUInt16BigEndian(framed)];
        await stream.ReadExactlyAsync(answer, cancel);
        return DnsMessage.Read(answer);
    }

    private static bool Matches(DnsMessage answer, ushort id, string name, DnsRecordType type) => answer.Id == id && answer.Type == type && answer.Name == name;
}
