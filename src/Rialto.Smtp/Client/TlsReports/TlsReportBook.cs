// RFC 8460 4.1 (a report covers a UTC day), 4.4 (its counts).
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;

namespace Rialto.Smtp.Client;

/// <summary>Counts how sessions with other domains' servers were protected, by UTC day; written to a file a day every few minutes, so that a crash loses only those.</summary>
internal sealed class TlsReportBook
{
    /// <summary>Domains of a day; more are not counted.</summary>
    private const int MaximumDomains = 10_000;

    /// <summary>Kinds of failures of one policy; RFC 8460 leaves it open, and a report is for people in the end.</summary>
    private const int MaximumFailures = 100;

    private readonly string? directory;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, DayCounts> days = new(StringComparer.Ordinal);

    /// <param name="directory">Where the files are; null: in memory alone.</param>
    public TlsReportBook(string? directory, TimeProvider time, ILogger logger)
    {
        this.directory = directory;
        this.time = time;
        this.logger = logger;
        Load();
    }

    public static string DayOf(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>Counts a session.</summary>
    /// <param name="failure">Why TLS, or what the policy asks of it, was not to be had; null for a good session.</param>
    /// <param name="reason">For people; may be empty.</param>
    /// <param name="from">This side's address.</param>
    public void Note(string domain, TlsPolicyFact policy, string host, IPAddress? address, string? failure, string reason, IPAddress? from = null)
    {
        lock (gate)
        {
            var day = DayOf(time.GetUtcNow());
            if (!days.TryGetValue(day, out var counts)) days.Add(day, counts = new());
            if (!counts.Domains.TryGetValue(domain, out var policies))
            {
                if (counts.Domains.Count >= MaximumDomains) return;
                counts.Domains.Add(domain, policies = []);
            }

            counts.IsChanged = true;
            var entry = policies.Find(p => p.Type == policy.Type && p.Lines.SequenceEqual(policy.Lines));
            if (entry is null) policies.Add(entry = new() { Type = policy.Type, Lines = [.. policy.Lines], Hosts = [.. policy.Hosts] });
            if (failure is null)
            {
                entry.Good++;
                return;
            }

            entry.Bad++;
            var remote = address?.ToString() ?? "";
            var own = from?.ToString() ?? "";
            var known = entry.Failures.Find(f => f.Type == failure && f.Host == host && f.Address == remote && f.From == own);
            if (known is null && entry.Failures.Count < MaximumFailures) entry.Failures.Add(known = new() { Type = failure, Host = host, Address = remote, From = own, Reason = reason });
            if (known is not null) known.Count++;
        }
    }

    /// <summary>Days that are over, with the domains that no report of went out yet.</summary>
    public IReadOnlyList<(string Day, string Domain, IReadOnlyList<PolicyCounts> Policies)> Due()
    {
        lock (gate)
        {
            var today = DayOf(time.GetUtcNow());
            return [.. days.Where(d => string.CompareOrdinal(d.Key, today) < 0).SelectMany(d => d.Value.Domains.Select(p => (d.Key, p.Key, (IReadOnlyList<PolicyCounts>)p.Value)))];
        }
    }

    /// <summary>The report went out, or nobody wants it.</summary>
    public void Forget(string day, string domain)
    {
        lock (gate)
        {
            if (!days.TryGetValue(day, out var counts)) return;
            counts.Domains.Remove(domain);
            counts.IsChanged = true;
        }
    }

    /// <summary>Writes what changed; days without anything left go.</summary>
    public void Save()
    {
        if (directory is null) return;
        List<(string Day, byte[]? Text)> changed = [];
        lock (gate)
        {
            var today = DayOf(time.GetUtcNow());
            foreach (var (day, counts) in days)
            {
                if (!counts.IsChanged) continue;
                counts.IsChanged = false;
                changed.Add((day, counts.Domains.Count == 0 ? null : JsonSerializer.SerializeToUtf8Bytes(counts, TlsReportContext.Default.DayCounts)));
            }

            foreach (var day in days.Where(d => d.Value.Domains.Count == 0 && d.Key != today).Select(d => d.Key).ToList()) days.Remove(day);
        }

        try
        {
            System.IO.Directory.CreateDirectory(directory);
            foreach (var (day, text) in changed)
            {
                var file = Path.Combine(directory, day + ".json");
                if (text is null)
                {
                    File.Delete(file);
                    continue;
                }

                File.WriteAllBytes(file + ".new", text);
                File.Move(file + ".new", file, overwrite: true);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            ClientLog.ReportsUnavailable(logger, e);
        }
    }

    private void Load()
    {
        if (directory is null || !System.IO.Directory.Exists(directory)) return;
        var oldest = DayOf(time.GetUtcNow().AddDays(-TlsReporting.DaysTried));
        foreach (var file in System.IO.Directory.EnumerateFiles(directory, "????-??-??.json"))
        {
            var day = Path.GetFileNameWithoutExtension(file);
            try
            {
                if (string.CompareOrdinal(day, oldest) < 0) File.Delete(file);
                else if (JsonSerializer.Deserialize(File.ReadAllBytes(file), TlsReportContext.Default.DayCounts) is { } counts) days[day] = counts;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
            {
                ClientLog.ReportsUnavailable(logger, e);
            }
        }
    }
}

/// <summary>A day. Stored: names never change.</summary>
internal sealed class DayCounts
{
    public SortedDictionary<string, List<PolicyCounts>> Domains { get; set; } = new(StringComparer.Ordinal);

    [JsonIgnore]
    public bool IsChanged { get; set; }
}

/// <summary>Sessions under one policy.</summary>
internal sealed class PolicyCounts
{
    public string Type { get; set; } = "";

    public List<string> Lines { get; set; } = [];

    public List<string> Hosts { get; set; } = [];

    public long Good { get; set; }

    public long Bad { get; set; }

    public List<FailureCounts> Failures { get; set; } = [];
}

/// <summary>Sessions that failed in one way.</summary>
internal sealed class FailureCounts
{
    public string Type { get; set; } = "";

    public string Host { get; set; } = "";

    public string Address { get; set; } = "";

    public string From { get; set; } = "";

    public string Reason { get; set; } = "";

    public long Count { get; set; }
}

[JsonSerializable(typeof(DayCounts))]
internal sealed partial class TlsReportContext : JsonSerializerContext;
