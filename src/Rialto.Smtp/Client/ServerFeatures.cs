// RFC 5321 4.1.1.1; RFC 1870, 2920, 3030, 3207, 3461, 4954, 6152, 6531, 8689, 9422.
using System.Globalization;

namespace Rialto.Smtp.Client;

/// <summary>What a server said that it can do.</summary>
internal sealed class ServerFeatures
{
    public static readonly ServerFeatures None = new();

    public bool Pipelining { get; private init; }

    public bool EightBitMime { get; private init; }

    public bool SmtpUtf8 { get; private init; }

    public bool Chunking { get; private init; }

    public bool BinaryMime { get; private init; }

    public bool Dsn { get; private init; }

    public bool RequireTls { get; private init; }

    public bool StartTls { get; private init; }

    public bool Size { get; private init; }

    /// <summary>Octets of a message at most; 0: not said.</summary>
    public long MaximumSize { get; private init; }

    /// <summary>Recipients of a transaction at most; 0: not said.</summary>
    public int MaximumRecipients { get; private init; }

    /// <summary>Transactions over one connection at most; 0: not said.</summary>
    public int MaximumTransactions { get; private init; }

    /// <summary>Domains of recipients over one connection at most; 0: not said.</summary>
    public int MaximumDomains { get; private init; }

    /// <summary>SASL mechanisms, in upper case.</summary>
    public IReadOnlyList<string> Mechanisms { get; private init; } = [];

    /// <summary>Reads the lines after the first of a reply to EHLO.</summary>
    public static ServerFeatures Read(ClientReply reply)
    {
        var words = new Dictionary<string, string[]>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in reply.Lines.Skip(1))
        {
            // "AUTH=LOGIN" is what some old servers say besides.
            var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (parts.Length > 0) words.TryAdd(parts[0], parts[1..]);
        }

        var limits = words.GetValueOrDefault("LIMITS") ?? [];
        return new()
        {
            Pipelining = words.ContainsKey("PIPELINING"),
            EightBitMime = words.ContainsKey("8BITMIME"),
            SmtpUtf8 = words.ContainsKey("SMTPUTF8"),
            Chunking = words.ContainsKey("CHUNKING"),
            BinaryMime = words.ContainsKey("BINARYMIME"),
            Dsn = words.ContainsKey("DSN"),
            RequireTls = words.ContainsKey("REQUIRETLS"),
            StartTls = words.ContainsKey("STARTTLS"),
            Size = words.ContainsKey("SIZE"),
            MaximumSize = words.GetValueOrDefault("SIZE") is [var size, ..] && long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var octets) ? octets : 0,
            MaximumRecipients = Limit(limits, "RCPTMAX="),
            MaximumTransactions = Limit(limits, "MAILMAX="),
            MaximumDomains = Limit(limits, "RCPTDOMAINMAX="),
            Mechanisms = [.. (words.GetValueOrDefault("AUTH") ?? []).Select(m => m.ToUpperInvariant())],
        };
    }

    private static int Limit(string[] limits, string name)
    {
        foreach (var limit in limits)
        {
            if (limit.StartsWith(name, StringComparison.OrdinalIgnoreCase) && int.TryParse(limit.AsSpan(name.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var value)) return value;
        }

        return 0;
    }
}
