// RFC 5321 4.1.1.1; RFC 1870, 2852, 2920, 3030, 3207, 3461, 4954, 6152, 6531, 8689, 9422.
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

    public bool DeliverBy { get; private init; }

    /// <summary>Seconds at least that it takes to deliver mail or return it; 0: not said. RFC 2852 3.</summary>
    public long MinimumByTime { get; private init; }

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

        // RFC 9422 3.7: where one is no limit-name-value, none was said.
        var limits = words.GetValueOrDefault("LIMITS") ?? [];
        if (!Array.TrueForAll(limits, IsLimit)) limits = [];
        return new()
        {
            Pipelining = words.ContainsKey("PIPELINING"),
            EightBitMime = words.ContainsKey("8BITMIME"),
            SmtpUtf8 = words.ContainsKey("SMTPUTF8"),
            Chunking = words.ContainsKey("CHUNKING"),
            BinaryMime = words.ContainsKey("BINARYMIME"),
            Dsn = words.ContainsKey("DSN"),
            RequireTls = words.ContainsKey("REQUIRETLS"),
            DeliverBy = words.ContainsKey("DELIVERBY"),
            MinimumByTime = words.GetValueOrDefault("DELIVERBY") is [var option, ..] && long.TryParse(option.Split(',')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? seconds : 0,
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
            if (!limit.StartsWith(name, StringComparison.OrdinalIgnoreCase)) continue;

            // 4.1 to 4.3: six digits at most, the first of them not 0; any other value is none.
            var digits = limit.AsSpan(name.Length);
            return digits.Length is > 0 and <= 6 && digits[0] != '0' && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : 0;
        }

        return 0;
    }

    // limit-name ["=" limit-value]; limit-name = 1*(ALPHA / DIGIT / "-" / "_"); limit-value = 1*(any VCHAR but ";").
    private static bool IsLimit(string limit)
    {
        var equals = limit.IndexOf('=', StringComparison.Ordinal);
        var name = equals < 0 ? limit : limit[..equals];
        return name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') && (equals < 0 || (equals < limit.Length - 1 && limit[(equals + 1)..].All(c => c is > ' ' and <= '~' and not ';')));
    }
}
