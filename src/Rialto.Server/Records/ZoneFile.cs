// RFC 1035 5.
using System.Globalization;
using System.Text;
using Rialto.Net.Dns;

namespace Rialto.Server.Records;

/// <summary>Records as a part of a zone file: what an administrator pastes into the zone of a domain.</summary>
internal static class ZoneFile
{
    private const int Ttl = 3600;

    /// <summary>Those records that are in the zone of the domain; the server's own too, where its name is in the domain.</summary>
    public static string Write(string domain, IReadOnlyList<DomainRecord> records)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"; {domain}\n$ORIGIN {domain}.\n$TTL {Ttl}\n");
        foreach (var record in records)
        {
            if (!IsIn(record.Name, domain))
            {
                text.Append(CultureInfo.InvariantCulture, $"; in another zone: {record.Name}. IN {Mnemonic(record.Type)} {record.Data?.ToString() ?? "(address)"}\n");
                continue;
            }
            var name = record.Name == domain ? "@" : record.Name[..^(domain.Length + 1)];
            // What needs a decision stands there as a comment.
            var comment = record.Data is null || record.Need == RecordNeed.Optional ? "; " : "";
            text.Append(CultureInfo.InvariantCulture, $"{comment}{name,-24} IN {Mnemonic(record.Type),-5} {record.Data?.ToString() ?? "(the server's address)"}\n");
        }
        return text.ToString();
    }

    public static string Mnemonic(DnsRecordType type) => type.ToString().ToUpperInvariant();

    private static bool IsIn(string name, string domain) => name == domain || name.EndsWith("." + domain, StringComparison.Ordinal);
}
