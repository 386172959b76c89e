using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;

namespace Rialto.Delivery.Trace;

/// <summary>What is looked for in the message trace; empty members match everything.</summary>
public sealed record TraceQuery
{
    /// <summary>Not before.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>Before.</summary>
    public DateTimeOffset Until { get; init; } = DateTimeOffset.MaxValue;

    /// <summary>Part of the sender's address, ignoring case.</summary>
    public string From { get; init; } = "";

    /// <summary>Part of a recipient's address, ignoring case.</summary>
    public string To { get; init; } = "";

    /// <summary>Part of the queue's id or of the Message-ID.</summary>
    public string Id { get; init; } = "";

    /// <summary>Part of the subject, ignoring case.</summary>
    public string Subject { get; init; } = "";

    /// <summary>The step that the message has to have come to; null for any.</summary>
    public TraceStep? Step { get; init; }

    /// <summary>Messages found at most.</summary>
    public int Limit { get; init; } = 100;
}

/// <summary>A message and its hops, in the order in which they happened.</summary>
public sealed record TracedMessage(Guid Id, IReadOnlyList<TraceEvent> Hops)
{
    public string Sender => Hops.Select(h => h.Sender).FirstOrDefault(s => s.Length > 0) ?? "";

    public string MessageId => Hops.Select(h => h.MessageId).FirstOrDefault(s => s.Length > 0) ?? "";

    public string Subject => Hops.Select(h => h.Subject).FirstOrDefault(s => s.Length > 0) ?? "";

    public long Size => Hops.Max(h => h.Size);
}

/// <summary>
/// Looks messages up in the trace files of the days in question. A file is read from the first line of the time asked for, in runs, once for what matches and once for the other
/// hops of the messages found.
/// </summary>
public sealed class TraceSearch(string folder)
{
    private const int Run = 1 << 20;

    /// <summary>The last messages that match, oldest first. A message matches when each criterion is met at one of its hops.</summary>
    public async Task<IReadOnlyList<TracedMessage>> FindAsync(TraceQuery query, CancellationToken cancel)
    {
        var asked = Asked(query);
        var found = new Dictionary<Guid, Criteria>();
        var order = new List<Guid>();
        await foreach (var hop in ReadAsync(query, cancel))
        {
            var met = Met(query, hop);
            if (!found.TryGetValue(hop.Id, out var before))
            {
                // Only what meets something is remembered, however many others pass by.
                if (asked != Criteria.None && met == Criteria.None) continue;
                order.Add(hop.Id);
                if (asked == Criteria.None && order.Count > 2 * query.Limit)
                {
                    foreach (var id in order.Take(query.Limit)) found.Remove(id);
                    order.RemoveRange(0, query.Limit);
                }
            }

            found[hop.Id] = before | met;
        }

        var wanted = order.Where(id => found[id] == asked).TakeLast(query.Limit).ToHashSet();
        var hops = wanted.ToDictionary(id => id, _ => new List<TraceEvent>());
        if (wanted.Count > 0)
        {
            // Later hops count too, whenever they were: the question is what became of it.
            await foreach (var hop in ReadAsync(query with { Until = DateTimeOffset.MaxValue }, cancel))
            {
                if (hops.TryGetValue(hop.Id, out var list)) list.Add(hop);
            }
        }

        return [.. order.Where(wanted.Contains).Select(id => new TracedMessage(id, hops[id]))];
    }

    /// <summary>Every hop since a moment, in order; a line that is being written is left for the next time.</summary>
    public IAsyncEnumerable<TraceEvent> ReadAsync(TraceQuery query, CancellationToken cancel) => ReadFilesAsync(query.Since.UtcTicks, query.Until.UtcTicks, cancel);

    private async IAsyncEnumerable<TraceEvent> ReadFilesAsync(long since, long until, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (!System.IO.Directory.Exists(folder)) yield break;
        var first = new DateTime(since, DateTimeKind.Utc).Date;
        var files = System.IO.Directory.GetFiles(folder, "mail-*.jsonl").Where(f => MessageTrace.DayOf(f) is { } day && day >= first && day.Ticks < until).Order(StringComparer.Ordinal).ToList();
        foreach (var file in files)
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
            stream.Position = await SeekAsync(stream, since, cancel);
            var buffer = ArrayPool<byte>.Shared.Rent(Run);
            try
            {
                var held = 0;
                int read;
                while ((read = await stream.ReadAsync(buffer.AsMemory(held), cancel)) > 0)
                {
                    held += read;
                    var at = 0;
                    int end;
                    while ((end = buffer.AsSpan(at, held - at).IndexOf((byte)'\n')) >= 0)
                    {
                        if (TraceLine.TryRead(buffer.AsSpan(at, end), out var hop) && hop.TimeUtcTicks >= since && hop.TimeUtcTicks < until) yield return hop;
                        at += end + 1;
                    }

                    held -= at;
                    buffer.AsSpan(at, held).CopyTo(buffer);
                    // A line longer than a run is none of ours.
                    if (held == buffer.Length) held = 0;
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    /// <summary>Where to begin: times rise through a file, but for the moment in which two threads note theirs.</summary>
    private static async Task<long> SeekAsync(FileStream stream, long since, CancellationToken cancel)
    {
        since -= TimeSpan.TicksPerMinute;
        var (low, high) = (0L, stream.Length);
        var buffer = new byte[64 * 1024];
        while (high - low > buffer.Length)
        {
            var middle = low + ((high - low) / 2);
            stream.Position = middle;
            var read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel);
            if (TimeIn(buffer.AsSpan(0, read)) is not { } time || time >= since) high = middle;
            else low = middle;
        }

        return low == 0 ? 0 : await AfterLineAsync(stream, low, buffer, cancel);
    }

    private static async Task<long> AfterLineAsync(FileStream stream, long position, byte[] buffer, CancellationToken cancel)
    {
        stream.Position = position;
        var read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancel);
        return position + buffer.AsSpan(0, read).IndexOf((byte)'\n') + 1;
    }

    private static long? TimeIn(ReadOnlySpan<byte> bytes)
    {
        for (int end; (end = bytes.IndexOf((byte)'\n')) >= 0; bytes = bytes[(end + 1)..])
        {
            if (TraceLine.TryRead(bytes[..end], out var hop)) return hop.TimeUtcTicks;
        }

        return null;
    }

    [Flags]
    private enum Criteria
    {
        None = 0,
        From = 1,
        To = 2,
        Id = 4,
        Subject = 8,
        Step = 16,
    }

    private static Criteria Asked(TraceQuery query) =>
        (query.From.Length > 0 ? Criteria.From : 0) | (query.To.Length > 0 ? Criteria.To : 0) | (query.Id.Length > 0 ? Criteria.Id : 0)
        | (query.Subject.Length > 0 ? Criteria.Subject : 0) | (query.Step is not null ? Criteria.Step : 0);

    private static Criteria Met(TraceQuery query, in TraceEvent hop)
    {
        var met = Criteria.None;
        if (Has(hop.Sender, query.From)) met |= Criteria.From;
        if (query.To.Length > 0 && hop.Recipients.Any(r => Has(r, query.To))) met |= Criteria.To;
        if (Has(hop.MessageId, query.Id) || (query.Id.Length > 0 && Has(hop.Id.ToString(), query.Id))) met |= Criteria.Id;
        if (Has(hop.Subject, query.Subject)) met |= Criteria.Subject;
        if (hop.Step == query.Step) met |= Criteria.Step;
        return met;
    }

    private static bool Has(string text, string part) => part.Length > 0 && text.Contains(part, StringComparison.OrdinalIgnoreCase);
}
