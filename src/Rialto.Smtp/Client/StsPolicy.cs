// RFC 8461 3.1 (the record), 3.2 (the policy), 4.1 (which hosts it names).
using System.Globalization;
using System.Text;

namespace Rialto.Smtp.Client;

/// <summary>What a domain asks of those who send to it.</summary>
internal enum StsMode
{
    None,
    Testing,
    Enforce,
}

/// <summary>A domain's MTA-STS policy.</summary>
internal sealed record StsPolicy(string Id, StsMode Mode, IReadOnlyList<string> Hosts, TimeSpan MaximumAge)
{
    /// <summary>Octets of a policy: RFC 8461 3.3 suggests 64 KB.</summary>
    public const int MaximumLength = 64 * 1024;

    /// <summary>RFC 8461 3.2: about a year.</summary>
    private const int LongestAge = 31_557_600;

    /// <summary>The id in a domain's record; null when there is no record, or not exactly one.</summary>
    public static string? IdOf(IEnumerable<string> records)
    {
        var mine = records.Where(r => r.StartsWith("v=STSv1", StringComparison.Ordinal) && (r.Length == 7 || r[7] is ';' or ' ')).ToList();
        if (mine.Count != 1) return null;
        foreach (var field in mine[0].Split(';'))
        {
            var pair = field.Split('=', 2);
            if (pair is [var name, var value] && name.Trim() == "id" && value.Trim() is { Length: > 0 and <= 32 } id && id.All(char.IsAsciiLetterOrDigit)) return id;
        }

        return null;
    }

    /// <summary>Reads a policy; null when it is none.</summary>
    public static StsPolicy? Read(string id, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaximumLength || !System.Text.Unicode.Utf8.IsValid(bytes)) return null;
        string? version = null, mode = null, age = null;
        var hosts = new List<string>();
        foreach (var line in Encoding.UTF8.GetString(bytes).AsSpan().EnumerateLines())
        {
            var colon = line.IndexOf(':');
            if (colon <= 0) continue;
            var value = line[(colon + 1)..].Trim().ToString();
            switch (line[..colon].Trim())
            {
                case "version":
                    version ??= value;
                    break;
                case "mode":
                    mode ??= value;
                    break;
                case "max_age":
                    age ??= value;
                    break;
                case "mx" when value.Length is > 0 and < 256 && hosts.Count < 1_000:
                    hosts.Add(value.TrimEnd('.').ToLowerInvariant());
                    break;
            }
        }

        if (version != "STSv1" || !int.TryParse(age, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)) return null;
        StsMode? known = mode switch { "enforce" => StsMode.Enforce, "testing" => StsMode.Testing, "none" => StsMode.None, _ => null };
        if (known is not { } kind || (kind != StsMode.None && hosts.Count == 0)) return null;
        return new(id, kind, hosts, TimeSpan.FromSeconds(Math.Min(seconds, LongestAge)));
    }

    /// <summary>Whether mail may go to the host: a wildcard stands for one label.</summary>
    public bool Names(string host)
    {
        host = host.TrimEnd('.').ToLowerInvariant();
        foreach (var pattern in Hosts)
        {
            if (pattern == host) return true;
            if (!pattern.StartsWith("*.", StringComparison.Ordinal)) continue;
            var dot = host.IndexOf('.', StringComparison.Ordinal);
            if (dot > 0 && host.AsSpan(dot).SequenceEqual(pattern.AsSpan(1))) return true;
        }

        return false;
    }

    public string Write() => $"id: {Id}\r\nversion: STSv1\r\nmode: {Mode.ToString().ToLowerInvariant()}\r\n{string.Concat(Hosts.Select(h => $"mx: {h}\r\n"))}max_age: {((long)MaximumAge.TotalSeconds).ToString(CultureInfo.InvariantCulture)}\r\n";
}
