// RFC 7208 4.5 (one SPF record), RFC 7489 6.6.3 (one DMARC record), RFC 8659 3 (CAA of the nearest name), RFC 8461 3.1 and RFC 8460 3 (one record each).
using Rialto.Net.Dns;

namespace Rialto.Server.Records;

/// <summary>How a record stands.</summary>
internal enum RecordState
{
    Ok,

    /// <summary>There is none.</summary>
    Missing,

    /// <summary>There is one that says something else.</summary>
    Wrong,

    /// <summary>No server answered.</summary>
    Unknown,
}

/// <summary>What DNS says about a record.</summary>
/// <param name="Record">The record that is needed.</param>
/// <param name="State">How it stands.</param>
/// <param name="Found">What is there; empty for nothing.</param>
internal sealed record CheckedRecord(DomainRecord Record, RecordState State, string Found)
{
    /// <summary>Whether something is to be done: what is optional may be absent, but not wrong.</summary>
    public bool IsDefect => State is RecordState.Wrong or RecordState.Unknown || State == RecordState.Missing && Record.Need != RecordNeed.Optional;
}

/// <summary>Compares what a domain needs with what DNS has. What serves as well as the record proposed is fine.</summary>
internal sealed class RecordCheck(DnsResolver resolver, string hostName)
{
    private readonly string _host = hostName.ToLowerInvariant();

    public async Task<CheckedRecord> CheckAsync(DomainRecord record, CancellationToken cancel)
    {
        switch (record.Data)
        {
            case DnsTarget when record.Type == DnsRecordType.Cname:
                return await CheckAliasAsync(record, cancel);
            case null:
                return await CheckHostAsync(record, cancel);
        }
        var answer = await resolver.QueryAsync(record.Name, record.Type, cancel);
        if (answer.Status == DnsStatus.Failed)
            return new(record, RecordState.Unknown, "no answer");
        var found = answer.Records.Select(r => r.Data).ToList();
        if (record.Data is DnsText wanted)
            found = [.. found.OfType<DnsText>().Where(t => t.Text.StartsWith(VersionOf(wanted.Text), StringComparison.OrdinalIgnoreCase))];
        if (record.Data is DnsCaa)
            found = [.. found.OfType<DnsCaa>().Where(c => c.Tag is "issue")];
        if (found.Count == 0)
            return new(record, RecordState.Missing, "");
        return new(record, IsGood(record, found) ? RecordState.Ok : RecordState.Wrong, string.Join(", ", found));
    }

    private bool IsGood(DomainRecord record, List<DnsData> found) => record.Data switch
    {
        DnsMx => found.OfType<DnsMx>().Any(m => m.Host == _host),
        DnsSrv srv => found.OfType<DnsSrv>().Any(s => s.Host == _host && s.Port == srv.Port),
        // Two are none: receivers refuse to choose. Whatever one says, it has to let this server send.
        DnsText { Text: var text } when text.StartsWith("v=spf1", StringComparison.Ordinal) => found is [DnsText spf] && LetsSend(spf.Text),
        DnsText { Text: var text } when text.StartsWith("v=STSv1", StringComparison.Ordinal) => found is [DnsText sts] && MtaStsPolicy.IsRecord(sts.Text),
        DnsText { Text: var text } when text.StartsWith("v=TLSRPTv1", StringComparison.Ordinal) => found is [DnsText reports] && reports.Text.Contains("rua=", StringComparison.Ordinal),
        DnsText => found.Count == 1,
        DnsCaa caa => found.OfType<DnsCaa>().Any(c => c.Value.Split(';')[0].Trim() == caa.Value),
        _ => found.Contains(record.Data!),
    };

    /// <summary>Whether a term may stand for this server. Includes are others' to say; they are taken at their word.</summary>
    private bool LetsSend(string spf)
    {
        foreach (var word in spf.ToLowerInvariant().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1))
        {
            var term = word.TrimStart('+');
            if (term == "mx" || term == "a:" + _host || term.StartsWith("include:", StringComparison.Ordinal) || term.StartsWith("redirect=", StringComparison.Ordinal)
                || term.StartsWith("ip4:", StringComparison.Ordinal) || term.StartsWith("ip6:", StringComparison.Ordinal) || term.StartsWith("exists:", StringComparison.Ordinal))
                return true;
        }
        return false;
    }

    /// <summary>A name that leads to the server, as an alias or with its addresses.</summary>
    private async Task<CheckedRecord> CheckAliasAsync(DomainRecord record, CancellationToken cancel)
    {
        var (status, addresses, aliases) = await AddressesAsync(record.Name, cancel);
        if (aliases.Contains(_host))
            return new(record, RecordState.Ok, string.Join(", ", aliases.Select(a => a + ".")));
        if (status == DnsStatus.Failed)
            return new(record, RecordState.Unknown, "no answer");
        if (addresses.Count == 0)
            return new(record, aliases.Count == 0 ? RecordState.Missing : RecordState.Wrong, string.Join(", ", aliases.Select(a => a + ".")));
        var (_, own, _) = await AddressesAsync(_host, cancel);
        return new(record, addresses.IsSubsetOf(own) ? RecordState.Ok : RecordState.Wrong, string.Join(", ", addresses));
    }

    /// <summary>The server's address where nobody said which it is: there has to be one that others can reach.</summary>
    private async Task<CheckedRecord> CheckHostAsync(DomainRecord record, CancellationToken cancel)
    {
        var (status, addresses, _) = await AddressesAsync(record.Name, cancel);
        if (status == DnsStatus.Failed)
            return new(record, RecordState.Unknown, "no answer");
        return new(record, addresses.Count > 0 ? RecordState.Ok : RecordState.Missing, string.Join(", ", addresses));
    }

    private async Task<(DnsStatus Status, HashSet<string> Addresses, IReadOnlyList<string> Aliases)> AddressesAsync(string name, CancellationToken cancel)
    {
        var v4 = await resolver.QueryAsync(name, DnsRecordType.A, cancel);
        var v6 = await resolver.QueryAsync(name, DnsRecordType.Aaaa, cancel);
        var all = v4.All<DnsAddress>().Concat(v6.All<DnsAddress>()).Select(a => a.Address.ToString()).ToHashSet(StringComparer.Ordinal);
        return (all.Count > 0 ? DnsStatus.Found : v4.Status == DnsStatus.Failed ? DnsStatus.Failed : v6.Status, all, v4.Aliases.Count > 0 ? v4.Aliases : v6.Aliases);
    }

    /// <summary>"v=spf1", "v=DMARC1".</summary>
    private static string VersionOf(string text) => text[..text.AsSpan().IndexOfAny(' ', ';')];
}
