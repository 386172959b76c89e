// RFC 5321 4.4 (trace information), RFC 3848 and RFC 6531 4.3 (transmission types), RFC 8314 4.3 (tls clause).
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Rialto.Delivery;

namespace Rialto.Smtp;

/// <summary>The Return-Path and Received fields that are put before a message as it comes in. The same for every recipient, so that one copy serves all.</summary>
internal static class TraceHeader
{
    public static byte[] Write(MailTransaction transaction, in TraceFacts facts)
    {
        var text = new StringBuilder(512);
        text.Append("Return-Path: <").Append(transaction.Sender).Append(">\r\nReceived: from ").Append(facts.Hello);
        if (facts.Remote is { } remote) text.Append(" (").Append(Literal(remote)).Append(')');
        text.Append("\r\n\tby ").Append(facts.HostName).Append(" with ").Append(Protocol(transaction, facts)).Append(" id ").Append(facts.Id.ToString("N"));
        var tls = facts.Tls?.Split(' ', 2);
        if (tls is not null) text.Append("\r\n\t(").Append(tls[0]).Append(')');
        if (facts.Account.Length > 0) text.Append("\r\n\t(authenticated as ").Append(facts.Account).Append(')');
        // Only a single recipient is named: a list would tell each of the blind copies to the others.
        if (transaction.Recipients.Count == 1) text.Append("\r\n\tfor <").Append(transaction.Recipients[0].Address).Append('>');
        // The cipher suite by its registered name.
        if (tls is [_, var suite]) text.Append("\r\n\ttls ").Append(suite);
        text.Append(";\r\n\t").Append(DsnWriter.Date(facts.Time)).Append("\r\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static string Protocol(MailTransaction transaction, in TraceFacts facts)
    {
        if (!facts.Extended) return "SMTP";
        var suffix = (facts.Tls is not null ? "S" : "") + (facts.Account.Length > 0 ? "A" : "");
        return (transaction.SmtpUtf8 ? "UTF8SMTP" : "ESMTP") + suffix;
    }

    private static string Literal(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? string.Create(CultureInfo.InvariantCulture, $"[IPv6:{new IPAddress(address.GetAddressBytes())}]")
            : $"[{address}]";
    }
}

/// <summary>What the trace header tells of a connection.</summary>
internal readonly record struct TraceFacts(string Hello, IPAddress? Remote, string HostName, bool Extended, string? Tls, string Account, Guid Id, DateTimeOffset Time);
