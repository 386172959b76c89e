// RFC 6647 (greylisting): by network, sender and recipient (4.2), temporary replies at RCPT (4.1), passed networks (5).
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Rialto.Smtp;

/// <summary>
/// Who has come again. Kept in memory and in a file that is only appended to: an ended process forgets nothing, a lost machine at most what its system had not written yet, and then some
/// sender comes once more. With several servers each has its own.
/// </summary>
public sealed class Greylist : IDisposable
{
    /// <summary>A key of 16 octets, when it was first seen, when it last passed (0: never), how often.</summary>
    private const int RecordLength = 34;

    private readonly GreylistOptions options;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly string? path;
    private readonly Lock gate = new();
    private readonly Dictionary<UInt128, Entry> entries = [];
    private readonly IPNetwork[] exempt;
    private FileStream? file;
    private long written;

    /// <param name="options">Its options.</param>
    /// <param name="path">The file; null: in memory alone.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">For what goes wrong with the file.</param>
    /// <exception cref="FormatException">An exempt network is none.</exception>
    public Greylist(GreylistOptions options, string? path, TimeProvider time, ILogger? logger = null)
    {
        this.options = options;
        this.path = path;
        this.time = time;
        this.logger = logger ?? NullLogger.Instance;
        exempt = [.. options.Exempt.Select(Parse)];
        if (path is null) return;
        Load(path);
        Compact();
    }

    private record struct Entry(long First, long Passed, ushort Count);

    /// <summary>Triples and networks that are remembered.</summary>
    public int Count
    {
        get
        {
            lock (gate) return entries.Count;
        }
    }

    /// <summary>Whether mail may pass now; false: the client is to come again.</summary>
    public bool Passes(IPAddress client, string sender, string recipient)
    {
        if (client.IsIPv4MappedToIPv6) client = client.MapToIPv4();
        if ((options.ExemptsThisMachine && IPAddress.IsLoopback(client)) || Array.Exists(exempt, n => n.Contains(client))) return true;
        Span<byte> network = stackalloc byte[17];
        var length = NetworkOf(client, network);
        var now = time.GetUtcNow().UtcTicks;
        var known = KeyOf(network[..length], "", "");
        var triple = KeyOf(network[..length], WithoutNumbers(sender), recipient);
        lock (gate)
        {
            if (options.KnownAfter > 0 && entries.TryGetValue(known, out var passed) && passed.Count >= options.KnownAfter && now - passed.Passed < options.Remembered.Ticks)
            {
                Touch(known, passed, now);
                return true;
            }

            if (!entries.TryGetValue(triple, out var entry) || IsOver(entry, now))
            {
                Set(triple, new(now, 0, 0));
                return false;
            }

            if (entry.Passed != 0)
            {
                Touch(triple, entry, now);
                return true;
            }

            if (now - entry.First < options.Delay.Ticks) return false;
            Set(triple, entry with { Passed = now, Count = 1 });
            if (options.KnownAfter > 0)
            {
                var counted = entries.TryGetValue(known, out var before) && !IsOver(before, now) ? before : new(now, 0, 0);
                Set(known, counted with { Passed = now, Count = (ushort)Math.Min(counted.Count + 1, ushort.MaxValue) });
            }

            return true;
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            file?.Dispose();
            file = null;
        }
    }

    private static IPNetwork Parse(string text)
    {
        if (IPNetwork.TryParse(text, out var network)) return network;
        return IPAddress.TryParse(text, out var address)
            ? new(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128)
            : throw new FormatException($"smtp.greylist.exempt: \"{text}\" is neither ADDRESS nor ADDRESS/BITS.");
    }

    /// <summary>A farm of servers shares a network: 24 bits of IPv4, 64 of IPv6.</summary>
    private static int NetworkOf(IPAddress client, Span<byte> network)
    {
        client.TryWriteBytes(network[1..], out var written);
        network[0] = (byte)written;
        return written == 4 ? 4 : 9;
    }

    /// <summary>Mailing lists give every message a sender of its own, by a number.</summary>
    private static string WithoutNumbers(string sender)
    {
        var text = new StringBuilder(sender.Length);
        foreach (var c in sender)
        {
            if (!char.IsAsciiDigit(c)) text.Append(char.ToLowerInvariant(c));
            else if (text.Length == 0 || text[^1] != '#') text.Append('#');
        }

        return text.ToString();
    }

    private static UInt128 KeyOf(ReadOnlySpan<byte> network, string sender, string recipient)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(network);
        hash.AppendData([0]);
        hash.AppendData(Encoding.UTF8.GetBytes(sender));
        hash.AppendData([0]);
        hash.AppendData(Encoding.UTF8.GetBytes(recipient.ToLowerInvariant()));
        return BinaryPrimitives.ReadUInt128BigEndian(hash.GetHashAndReset());
    }

    private bool IsOver(Entry entry, long now) =>
        entry.Passed == 0 ? now - entry.First > options.Patience.Ticks : now - entry.Passed > options.Remembered.Ticks;

    /// <summary>Not written at every message: once a day is often enough for what counts weeks.</summary>
    private void Touch(UInt128 key, Entry entry, long now)
    {
        if (now - entry.Passed > TimeSpan.TicksPerDay) Set(key, entry with { Passed = now });
    }

    private void Set(UInt128 key, Entry entry)
    {
        if (entries.Count >= options.MaximumEntries && !entries.ContainsKey(key)) MakeRoom();
        entries[key] = entry;
        if (path is null) return;
        Span<byte> record = stackalloc byte[RecordLength];
        Write(record, key, entry);
        try
        {
            file ??= Open(path);
            file.Write(record);
            file.Flush();
            if (++written > 2L * options.MaximumEntries) Compact();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It counts in memory all the same; mail does not wait for a full disk.
            SmtpLog.GreylistUnavailable(logger, e);
        }
    }

    /// <summary>What is over goes, and then who was seen first and never came again: a flood of strangers pushes out strangers.</summary>
    private void MakeRoom()
    {
        var now = time.GetUtcNow().UtcTicks;
        foreach (var (key, entry) in entries)
        {
            if (IsOver(entry, now)) entries.Remove(key);
        }

        var spare = entries.Count - (options.MaximumEntries * 9 / 10);
        if (spare <= 0) return;
        foreach (var key in entries.OrderBy(e => e.Value.Passed == 0 ? 0 : 1).ThenBy(e => Math.Max(e.Value.First, e.Value.Passed)).Take(spare).Select(e => e.Key).ToList()) entries.Remove(key);
    }

    private void Load(string from)
    {
        try
        {
            if (!File.Exists(from)) return;
            var now = time.GetUtcNow().UtcTicks;
            using var input = new BufferedStream(File.OpenRead(from), 64 * 1024);
            var record = new byte[RecordLength];
            // A record that was cut is the last one.
            while (input.ReadAtLeast(record, RecordLength, throwOnEndOfStream: false) == RecordLength)
            {
                var key = BinaryPrimitives.ReadUInt128BigEndian(record);
                var entry = new Entry(BinaryPrimitives.ReadInt64BigEndian(record.AsSpan(16)), BinaryPrimitives.ReadInt64BigEndian(record.AsSpan(24)), BinaryPrimitives.ReadUInt16BigEndian(record.AsSpan(32)));
                if (IsOver(entry, now)) entries.Remove(key);
                else if (entries.Count < options.MaximumEntries || entries.ContainsKey(key)) entries[key] = entry;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            SmtpLog.GreylistUnavailable(logger, e);
        }
    }

    /// <summary>Writes the file anew with what counts.</summary>
    private void Compact()
    {
        try
        {
            file?.Dispose();
            file = null;
            var beside = path + ".new";
            using (var output = new BufferedStream(new FileStream(beside, FileMode.Create, FileAccess.Write, FileShare.None, 1), 64 * 1024))
            {
                Span<byte> record = stackalloc byte[RecordLength];
                foreach (var (key, entry) in entries)
                {
                    Write(record, key, entry);
                    output.Write(record);
                }
            }

            File.Move(beside, path!, overwrite: true);
            written = entries.Count;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            SmtpLog.GreylistUnavailable(logger, e);
        }
    }

    private static FileStream Open(string path) => new(path, FileMode.Append, FileAccess.Write, FileShare.Read, 1);

    private static void Write(Span<byte> record, UInt128 key, Entry entry)
    {
        BinaryPrimitives.WriteUInt128BigEndian(record, key);
        BinaryPrimitives.WriteInt64BigEndian(record[16..], entry.First);
        BinaryPrimitives.WriteInt64BigEndian(record[24..], entry.Passed);
        BinaryPrimitives.WriteUInt16BigEndian(record[32..], entry.Count);
    }
}
