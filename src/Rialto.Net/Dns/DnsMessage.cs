// RFC 1035 4.1; RFC 6891 6.1 (EDNS); RFC 4035 3.2.1, RFC 6840 5.7 (DO and AD).
using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Rialto.Net.Dns;

/// <summary>How an answer ended. RFC 1035 4.1.1.</summary>
public enum DnsResponseCode : byte
{
    NoError = 0,
    FormatError = 1,
    ServerFailure = 2,
    NameError = 3,
    NotImplemented = 4,
    Refused = 5,
}

/// <summary>
/// Queries and answers as bytes.
/// <code>
///     | id 2 | flags 2 | questions 2 | answers 2 | authorities 2 | additional 2 | sections …
/// </code>
/// </summary>
public sealed class DnsMessage
{
    private const int HeaderLength = 12;
    private const int MaximumName = 255;

    /// <summary>RFC 9715: an answer that is not fragmented on any usual path.</summary>
    private const ushort UdpPayload = 1232;

    private DnsMessage(ushort id, bool isTruncated, DnsResponseCode code, string name, DnsRecordType type, List<DnsRecord> answers, bool isAuthentic) =>
        (Id, IsTruncated, Code, Name, Type, Answers, IsAuthentic) = (id, isTruncated, code, name, type, answers, isAuthentic);

    public ushort Id { get; }

    /// <summary>It did not fit: to be asked for again over TCP.</summary>
    public bool IsTruncated { get; }

    /// <summary>The AD bit: the server says that it has validated the answer. Worth as much as the server and the way to it are.</summary>
    public bool IsAuthentic { get; }

    public DnsResponseCode Code { get; }

    /// <summary>The name that was asked for, in lower case.</summary>
    public string Name { get; }

    public DnsRecordType Type { get; }

    public IReadOnlyList<DnsRecord> Answers { get; }

    /// <summary>A query with recursion desired; null for a name that is none (empty labels, more than 63 octets in one, 255 in all).</summary>
    /// <param name="id">Its id.</param>
    /// <param name="name">What is asked for.</param>
    /// <param name="type">Of which kind.</param>
    /// <param name="dnssec">Asks to be told whether the answer was validated: AD, and DO for servers that say so only to who asked with it.</param>
    public static byte[]? WriteQuery(ushort id, string name, DnsRecordType type, bool dnssec = false)
    {
        Span<byte> buffer = stackalloc byte[HeaderLength + MaximumName + 1 + 4 + 11];
        buffer.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(buffer, id);
        buffer[2] = 1;
        if (dnssec) buffer[3] = 0x20;
        buffer[5] = 1;
        buffer[11] = 1;
        var at = HeaderLength;
        foreach (var range in name.AsSpan().Split('.'))
        {
            var label = name.AsSpan(range);
            if (label.Length is 0 or > 63 || at - HeaderLength + label.Length + 2 > MaximumName || !Ascii.IsValid(label))
                return null;
            buffer[at++] = (byte)label.Length;
            at += Encoding.ASCII.GetBytes(label, buffer[at..]);
        }
        at++;
        BinaryPrimitives.WriteUInt16BigEndian(buffer[at..], (ushort)type);
        buffer[at + 3] = 1;
        at += 4;
        // OPT: root, type, our payload; no extended code, no options.
        BinaryPrimitives.WriteUInt16BigEndian(buffer[(at + 1)..], (ushort)DnsRecordType.Opt);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[(at + 3)..], UdpPayload);
        if (dnssec) buffer[at + 7] = 0x80;
        return buffer[..(at + 11)].ToArray();
    }

    /// <summary>An answer; null when the bytes are none. A record that is broken ends the list without an error: nothing after it can be found.</summary>
    public static DnsMessage? Read(ReadOnlySpan<byte> message)
    {
        if (message.Length < HeaderLength || (message[2] & 0x80) == 0 || BinaryPrimitives.ReadUInt16BigEndian(message[4..]) != 1)
            return null;
        var at = HeaderLength;
        if (ReadName(message, ref at) is not { } name || at + 4 > message.Length)
            return null;
        var type = (DnsRecordType)BinaryPrimitives.ReadUInt16BigEndian(message[at..]);
        at += 4;
        var answers = new List<DnsRecord>();
        for (var left = BinaryPrimitives.ReadUInt16BigEndian(message[6..]); left > 0; left--)
        {
            if (ReadName(message, ref at) is not { } owner || at + 10 > message.Length)
                break;
            var kind = (DnsRecordType)BinaryPrimitives.ReadUInt16BigEndian(message[at..]);
            var ttl = BinaryPrimitives.ReadUInt32BigEndian(message[(at + 4)..]);
            var length = BinaryPrimitives.ReadUInt16BigEndian(message[(at + 8)..]);
            at += 10;
            if (at + length > message.Length)
                break;
            if (ReadData(message, at, length, kind) is { } data)
                answers.Add(new(owner, kind, ttl, data));
            at += length;
        }
        return new(BinaryPrimitives.ReadUInt16BigEndian(message), (message[2] & 2) != 0, (DnsResponseCode)(message[3] & 15), name, type, answers, (message[3] & 0x20) != 0);
    }

    /// <summary>A name in lower case with dots between its labels; null when there is none. Pointers lead only backwards, so that every one ends.</summary>
    private static string? ReadName(ReadOnlySpan<byte> message, ref int at)
    {
        var name = new StringBuilder();
        var position = at;
        var limit = at;
        var jumped = false;
        while (position < message.Length)
        {
            var length = message[position];
            switch (length >> 6)
            {
                case 0 when length == 0:
                    if (!jumped)
                        at = position + 1;
                    return name.ToString();
                case 0:
                    if (position + 1 + length > message.Length || name.Length + length + 1 > MaximumName)
                        return null;
                    if (name.Length > 0)
                        name.Append('.');
                    foreach (var b in message.Slice(position + 1, length))
                        name.Append(b is >= (byte)'A' and <= (byte)'Z' ? (char)(b | 0x20) : b is > 0x20 and < 0x7F and not (byte)'.' and not (byte)'\\' ? (char)b : '\ufffd');
                    position += 1 + length;
                    break;
                case 3:
                    if (position + 2 > message.Length)
                        return null;
                    var target = (length & 0x3F) << 8 | message[position + 1];
                    if (target >= limit)
                        return null;
                    if (!jumped)
                        at = position + 2;
                    jumped = true;
                    position = limit = target;
                    break;
                default:
                    return null;
            }
        }
        return null;
    }

    private static DnsData? ReadData(ReadOnlySpan<byte> message, int at, int length, DnsRecordType type)
    {
        var data = message.Slice(at, length);
        var end = at + length;
        switch (type)
        {
            case DnsRecordType.A when length == 4:
            case DnsRecordType.Aaaa when length == 16:
                return new DnsAddress(new IPAddress(data));
            case DnsRecordType.Cname or DnsRecordType.Ns or DnsRecordType.Ptr:
                return ReadName(message, ref at) is { } name && at <= end ? new DnsTarget(name) : null;
            case DnsRecordType.Mx when length > 2:
                at += 2;
                return ReadName(message, ref at) is { } host && at <= end ? new DnsMx(BinaryPrimitives.ReadUInt16BigEndian(data), host) : null;
            case DnsRecordType.Srv when length > 6:
                at += 6;
                return ReadName(message, ref at) is { } server && at <= end
                    ? new DnsSrv(BinaryPrimitives.ReadUInt16BigEndian(data), BinaryPrimitives.ReadUInt16BigEndian(data[2..]), BinaryPrimitives.ReadUInt16BigEndian(data[4..]), server)
                    : null;
            case DnsRecordType.Txt:
                return ReadText(data);
            case DnsRecordType.Tlsa when length > 3:
                return new DnsTlsa(data[0], data[1], data[2], Convert.ToHexStringLower(data[3..]));
            case DnsRecordType.Caa when length > 2 && data[1] > 0 && 2 + data[1] <= length:
                return new DnsCaa(data[0], Encoding.Latin1.GetString(data.Slice(2, data[1])).ToLowerInvariant(), Encoding.UTF8.GetString(data[(2 + data[1])..]));
            case DnsRecordType.A or DnsRecordType.Aaaa or DnsRecordType.Mx or DnsRecordType.Srv or DnsRecordType.Tlsa or DnsRecordType.Caa:
                return null;
            default:
                return new DnsOther(data.ToArray());
        }
    }

    private static DnsText? ReadText(ReadOnlySpan<byte> data)
    {
        var octets = new List<byte>(data.Length);
        while (!data.IsEmpty)
        {
            if (1 + data[0] > data.Length)
                return null;
            octets.AddRange(data.Slice(1, data[0]));
            data = data[(1 + data[0])..];
        }
        return new DnsText(Encoding.UTF8.GetString([.. octets]));
    }
}
