// [MS-XJRNL] 2: the message that a journal keeps: a text of fields that says who got what, and the original beside it, untouched.
using System.Buffers;
using System.Text;
using Rialto.Content.Mime;

namespace Rialto.Content.Mail;

/// <summary>
/// A recipient line:
/// <code>("To" | "Cc" | "Bcc" | "Recipient") ":" SP address ["," SP ("Expanded" | "Forwarded") ":" SP source]</code>
/// </summary>
/// <param name="Field">"To", "Cc" or "Bcc" as the message had it; "Recipient" where only the envelope is known.</param>
/// <param name="Address">Who got it.</param>
/// <param name="Expanded">The distribution list that the recipient was a member of; empty where there was none.</param>
/// <param name="Forwarded">Whose mail was redirected to the recipient; empty where nobody's was.</param>
public sealed record JournalRecipient(string Field, string Address, string Expanded = "", string Forwarded = "");

/// <summary>A journal report, read or to be made.</summary>
public sealed record JournalReport
{
    /// <summary>The field that marks such mail; its value is empty.</summary>
    public const string Header = "X-MS-Journal-Report";

    private const int MaxRecipients = 100_000;

    public string Sender { get; init; } = "";

    public string OnBehalfOf { get; init; } = "";

    public string Subject { get; init; } = "";

    public string MessageId { get; init; } = "";

    public IReadOnlyList<JournalRecipient> Recipients { get; init; } = [];

    /// <summary>The journaled message; null in a report to be made.</summary>
    public MimePart? Original { get; init; }

    /// <summary>Reads a report; null for mail that is none. The journaled message may be missing from one that was cut.</summary>
    public static JournalReport? Read(MimeMessage message)
    {
        if (!message.Root.TryFindHeader("X-MS-Journal-Report"u8, out _) || MimeContent.Of(message.Root).Body is not [{ Plain: [var part, ..] }, ..])
            return null;
        string sender = "", onBehalfOf = "", subject = "", messageId = "";
        var recipients = new List<JournalRecipient>();
        foreach (var line in MimeText.Decode(part).AsSpan().EnumerateLines())
        {
            var colon = line.IndexOf(':');
            if (colon <= 0)
                continue;
            var name = line[..colon].Trim();
            var value = line[(colon + 1)..].Trim().ToString();
            if (name.Equals("Sender", StringComparison.OrdinalIgnoreCase))
                sender = value;
            else if (name.Equals("On-Behalf-Of", StringComparison.OrdinalIgnoreCase))
                onBehalfOf = value;
            else if (name.Equals("Subject", StringComparison.OrdinalIgnoreCase))
                subject = value;
            else if (name.Equals("Message-ID", StringComparison.OrdinalIgnoreCase))
                messageId = value;
            else if (FieldOf(name) is { } field && recipients.Count < MaxRecipients)
                recipients.Add(Recipient(field, value));
        }
        return new JournalReport
        {
            Sender = sender, OnBehalfOf = onBehalfOf, Subject = subject, MessageId = messageId, Recipients = recipients,
            Original = message.Root.Children.FirstOrDefault(p => p.Embedded is not null)?.Embedded,
        };
    }

    /// <summary>The report as mail from the journal's sender to its mailbox, with the original's bytes as they are.</summary>
    public byte[] Write(MailAddress from, MailAddress to, DateTimeOffset date, string messageId, ReadOnlySpan<byte> original)
    {
        var body = new StringBuilder();
        Line(body, "Sender", Sender);
        if (OnBehalfOf.Length > 0)
            Line(body, "On-Behalf-Of", OnBehalfOf);
        Line(body, "Subject", Subject);
        Line(body, "Message-ID", MessageId);
        foreach (var recipient in Recipients)
        {
            body.Append(FieldOf(recipient.Field) ?? "Recipient").Append(": ").Append(MailAddress.Clean(recipient.Address));
            if (recipient.Expanded.Length > 0)
                body.Append(", Expanded: ").Append(MailAddress.Clean(recipient.Expanded));
            else if (recipient.Forwarded.Length > 0)
                body.Append(", Forwarded: ").Append(MailAddress.Clean(recipient.Forwarded));
            body.Append("\r\n");
        }
        var header = new StringBuilder();
        HeaderEncoder.Addresses(header, "From", [from]);
        HeaderEncoder.Addresses(header, "To", [to]);
        HeaderEncoder.Unstructured(header, "Subject", Subject);
        HeaderEncoder.Raw(header, "Date", MailDate.Format(date));
        HeaderEncoder.Raw(header, "Message-ID", messageId);
        var hash = System.Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(original).AsSpan(0, 8));
        var boundary = $"=_journal_{hash}";
        header.Append(Header).Append(": \r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed;\r\n boundary=\"").Append(boundary).Append("\"\r\n\r\n--").Append(boundary).Append("\r\n");
        var output = new MimePieces();
        output.Text(header);
        MimeContentWriter.WriteText(output, "plain", "utf-8", Encoding.UTF8.GetBytes(body.ToString()));
        var eightBit = original.ContainsAnyInRange((byte)128, (byte)255);
        output.Text($"\r\n--{boundary}\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: {(eightBit ? "8bit" : "7bit")}\r\n\r\n");
        output.Write(original);
        output.Text($"\r\n--{boundary}--\r\n");
        return output.ToArray();
    }

    private static void Line(StringBuilder body, string name, string value) => body.Append(name).Append(": ").Append(MailAddress.Clean(value)).Append("\r\n");

    private static string? FieldOf(ReadOnlySpan<char> name)
    {
        foreach (var field in (ReadOnlySpan<string>)["To", "Cc", "Bcc", "Recipient"])
        {
            if (name.Equals(field, StringComparison.OrdinalIgnoreCase))
                return field;
        }
        return null;
    }

    private static JournalRecipient Recipient(string field, string value)
    {
        var expanded = After(value, "Expanded:");
        var forwarded = After(value, "Forwarded:");
        var comma = value.IndexOf(',', StringComparison.Ordinal);
        return new JournalRecipient(field, (comma < 0 ? value : value[..comma]).Trim(), expanded, forwarded);
    }

    private static string After(string value, string mark)
    {
        var at = value.IndexOf(mark, StringComparison.OrdinalIgnoreCase);
        return at < 0 ? "" : value[(at + mark.Length)..].Trim(' ', ',');
    }
}
