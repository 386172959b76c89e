// RFC 8460 4.4 (the report), 5.1 (its file's name), 5.3 (as mail).
using System.Buffers;
using System.Globalization;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Rialto.Delivery;

namespace Rialto.Smtp.Client;

/// <summary>Writes the report of one domain's day.</summary>
/// <param name="Day">yyyy-MM-dd, UTC.</param>
/// <param name="Domain">Whose policies it is about.</param>
/// <param name="Submitter">Who reports: a domain.</param>
internal sealed record TlsReport(string Day, string Domain, string Submitter, IReadOnlyList<PolicyCounts> Policies)
{
    private DateTime Begin => DateTime.ParseExact(Day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);

    private DateTime End => Begin.AddDays(1).AddSeconds(-1);

    /// <summary>The same for the same report, however often it is sent: a message identifier, as the mail's subject wants it (5.3).</summary>
    public string Id => $"{Day}_{Domain}@{Submitter}";

    public string FileName => string.Create(CultureInfo.InvariantCulture, $"{Submitter}!{Domain}!{new DateTimeOffset(Begin).ToUnixTimeSeconds()}!{new DateTimeOffset(End).ToUnixTimeSeconds()}.json.gz");

    /// <summary>The queue's id of the mail to a receiver.</summary>
    public Guid MailId(string receiver) => new(SHA256.HashData(Encoding.UTF8.GetBytes($"tlsrpt\n{Submitter}\n{Id}\n{receiver}")).AsSpan(0, 16));

    public byte[] ToJson()
    {
        var output = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("organization-name", Submitter);
            json.WriteStartObject("date-range");
            json.WriteString("start-datetime", Moment(Begin));
            json.WriteString("end-datetime", Moment(End));
            json.WriteEndObject();
            json.WriteString("contact-info", "postmaster@" + Submitter);
            json.WriteString("report-id", Id);
            json.WriteStartArray("policies");
            foreach (var policy in Policies) Write(json, policy);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    public byte[] ToGzip()
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Optimal, leaveOpen: true)) gzip.Write(ToJson());
        return output.ToArray();
    }

    /// <summary>The report as a mail to a receiver.</summary>
    public byte[] ToMail(string receiver, string hostName, DateTimeOffset now)
    {
        var boundary = "=_tlsrpt_" + MailId(receiver).ToString("N");
        var text = new StringBuilder(4096);
        text.Append("From: postmaster@").Append(Submitter).Append("\r\nTo: ").Append(receiver)
            .Append("\r\nSubject: Report Domain: ").Append(Domain).Append("\r\n\tSubmitter: ").Append(Submitter).Append("\r\n\tReport-ID: <").Append(Id).Append('>')
            .Append("\r\nDate: ").Append(DsnWriter.Date(now)).Append("\r\nMessage-ID: <").Append(MailId(receiver).ToString("N")).Append('@').Append(hostName).Append('>')
            .Append("\r\nAuto-Submitted: auto-generated\r\nTLS-Required: No\r\nTLS-Report-Domain: ").Append(Domain).Append("\r\nTLS-Report-Submitter: ").Append(Submitter)
            .Append("\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=\"tlsrpt\";\r\n\tboundary=\"").Append(boundary).Append("\"\r\n\r\n--").Append(boundary)
            .Append("\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nThis is an aggregate report on how mail to ").Append(Domain).Append(" was protected on the way,\r\nby ")
            .Append(Submitter).Append(", for ").Append(Day).Append(" (UTC). See RFC 8460.\r\n\r\n--").Append(boundary)
            .Append("\r\nContent-Type: application/tlsrpt+gzip\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment;\r\n\tfilename=\"").Append(FileName).Append("\"\r\n\r\n")
            .Append(Convert.ToBase64String(ToGzip(), Base64FormattingOptions.InsertLineBreaks)).Append("\r\n--").Append(boundary).Append("--\r\n");
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    private void Write(Utf8JsonWriter json, PolicyCounts policy)
    {
        json.WriteStartObject();
        json.WriteStartObject("policy");
        json.WriteString("policy-type", policy.Type);
        if (policy.Lines.Count > 0) List("policy-string", policy.Lines);
        json.WriteString("policy-domain", Domain);
        if (policy.Hosts.Count > 0) List("mx-host", policy.Hosts);
        json.WriteEndObject();
        json.WriteStartObject("summary");
        json.WriteNumber("total-successful-session-count", policy.Good);
        json.WriteNumber("total-failure-session-count", policy.Bad);
        json.WriteEndObject();
        if (policy.Failures.Count > 0)
        {
            json.WriteStartArray("failure-details");
            foreach (var failure in policy.Failures)
            {
                json.WriteStartObject();
                json.WriteString("result-type", failure.Type);
                if (failure.From.Length > 0) json.WriteString("sending-mta-ip", failure.From);
                if (failure.Host.Length > 0) json.WriteString("receiving-mx-hostname", failure.Host);
                if (failure.Address.Length > 0) json.WriteString("receiving-ip", failure.Address);
                json.WriteNumber("failed-session-count", failure.Count);
                if (failure.Reason.Length > 0) json.WriteString("failure-reason-code", failure.Reason);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();

        void List(string name, List<string> values)
        {
            json.WriteStartArray(name);
            foreach (var value in values) json.WriteStringValue(value);
            json.WriteEndArray();
        }
    }

    private static string Moment(DateTime moment) => moment.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
