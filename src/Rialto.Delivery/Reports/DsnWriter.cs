// RFC 3464 (message/delivery-status), RFC 3462/6522 (multipart/report), RFC 3461 6 (what a report returns), RFC 6533 (internationalised reports), RFC 3834 (automatic answers), RFC 2852 5 (Deliver-By-Date), RFC 4865 5.1.2 (Future-Release-Request).
using System.Buffers;
using System.Globalization;
using System.Text;
using Rialto.Content.Mime;

namespace Rialto.Delivery;

/// <summary>Writes a delivery status notification as a whole MIME message.</summary>
public static class DsnWriter
{
    /// <summary>The report.</summary>
    /// <param name="message">The message that is reported on.</param>
    /// <param name="original">Its bytes; empty when they cannot be read.</param>
    /// <param name="recipients">What became of whom; at least one.</param>
    /// <param name="identity">Who reports: host name, postmaster's address, time, unique id.</param>
    public static ReadOnlySequence<byte> Write(QueuedMessage message, ReadOnlyMemory<byte> original, IReadOnlyList<ReportedRecipient> recipients, in DsnIdentity identity, DeliveryOptions options)
    {
        var international = message.SmtpUtf8 || !Ascii.IsValid(message.Sender) || recipients.Any(r => !Ascii.IsValid(r.Recipient.Address));
        var boundary = $"=_report_{identity.Id:N}";
        var text = new StringBuilder(2048);
        WriteHead(text, message, HeaderOf(original, options.MaximumReturnedHeader), recipients, identity, boundary);
        WriteForPeople(text, message, recipients, identity, boundary, international, options);
        WriteForMachines(text, message, recipients, identity, boundary, international, options);

        var failed = recipients.Any(r => r.Action == ReportAction.Failed);
        // RFC 8689 5: what required TLS is not sent back whole.
        var whole = failed && message.Tls != TlsDemand.Required && !string.Equals(message.Return, "HDRS", StringComparison.OrdinalIgnoreCase) && original.Length <= options.MaximumReturnedSize && original.Length > 0;
        var returned = whole ? original : HeaderOf(original, options.MaximumReturnedHeader);
        var type = (whole, international) switch
        {
            (true, false) => "message/rfc822",
            (true, true) => "message/global",
            (false, false) => "text/rfc822-headers",
            (false, true) => "message/global-headers",
        };
        text.Append("--").Append(boundary).Append("\r\nContent-Type: ").Append(type).Append("\r\n");
        if (!Ascii.IsValid(returned.Span)) text.Append("Content-Transfer-Encoding: 8bit\r\n");
        text.Append("\r\n");

        var end = $"\r\n--{boundary}--\r\n";
        return Concatenate(Encoding.UTF8.GetBytes(text.ToString()), returned, Encoding.ASCII.GetBytes(end));
    }

    /// <summary>RFC 5322 3.3, always UTC.</summary>
    public static string Date(DateTimeOffset time) => time.UtcDateTime.ToString("ddd, d MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture);

    private static void WriteHead(StringBuilder text, QueuedMessage message, ReadOnlyMemory<byte> original, IReadOnlyList<ReportedRecipient> recipients, in DsnIdentity identity, string boundary)
    {
        // [MS-OXOMSG] 2.2.2: what became of it, and its own subject; it belongs to the same conversation.
        var verb = recipients.Any(r => r.Action == ReportAction.Failed) ? "Undeliverable"
            : recipients.Any(r => r.Action == ReportAction.Delayed) ? "Delayed (still being tried)"
            : recipients.All(r => r.Action == ReportAction.Relayed) ? "Relayed" : "Delivered";
        var header = MimeMessage.Parse(original).Root;
        var subject = header.HasHeader(MimeHeaderId.Subject) ? HeaderText.Decode(header.RawValue(MimeHeaderId.Subject)).Trim() : "";
        var messageId = header.HasHeader(MimeHeaderId.MessageId) ? Encoding.Latin1.GetString(header.RawValue(MimeHeaderId.MessageId)).Trim() : "";
        text.Append("Return-Path: <>\r\n")
            .Append("From: Mail Delivery System <").Append(identity.Postmaster).Append(">\r\n")
            .Append("To: <").Append(Clean(message.Sender)).Append(">\r\n");
        HeaderEncoder.Unstructured(text, "Subject", subject.Length == 0 ? verb : $"{verb}: {subject}");
        if (messageId.Length is > 2 and < 500 && !messageId.AsSpan().ContainsAnyInRange('\0', ' ') && Ascii.IsValid(messageId))
        {
            HeaderEncoder.Raw(text, "In-Reply-To", messageId);
            HeaderEncoder.Raw(text, "References", messageId);
        }

        text.Append("Date: ").Append(Date(identity.Time)).Append("\r\n")
            .Append("Message-ID: <").Append(identity.Id.ToString("N")).Append('@').Append(identity.HostName).Append(">\r\n")
            .Append("Auto-Submitted: auto-replied\r\n")
            .Append("MIME-Version: 1.0\r\n")
            .Append("Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary=\"").Append(boundary).Append("\"\r\n\r\n");
    }

    private static void WriteForPeople(
        StringBuilder text, QueuedMessage message, IReadOnlyList<ReportedRecipient> recipients, in DsnIdentity identity, string boundary, bool international, DeliveryOptions options)
    {
        text.Append("--").Append(boundary).Append("\r\nContent-Type: text/plain; charset=").Append(international ? "utf-8" : "us-ascii").Append("\r\n");
        if (international) text.Append("Content-Transfer-Encoding: 8bit\r\n");
        text.Append("\r\nThis is the mail system at ").Append(identity.HostName).Append(".\r\n");
        Section(ReportAction.Failed, "Your message could not be delivered to:");
        Section(ReportAction.Delayed, "Your message could not be delivered yet; it is being tried again, you need not do anything. It is waiting for:");
        Section(ReportAction.Delivered, "Your message was delivered to the mailbox of:");
        Section(ReportAction.Relayed, "Your message was handed to a server that does not tell of its delivery; this is the last you hear of it, unless it comes back, for:");
        Section(ReportAction.Expanded, "Your message was passed on to the members of:");
        text.Append("\r\nIt was received on ").Append(Date(new DateTimeOffset(message.FutureRelease?.ArrivedUtcTicks ?? message.ReceivedUtcTicks, TimeSpan.Zero))).Append(".\r\n\r\n");

        void Section(ReportAction action, string title)
        {
            var count = 0;
            foreach (var reported in recipients)
            {
                if (reported.Action != action) continue;
                if (count++ == 0) text.Append("\r\n").Append(title).Append("\r\n\r\n");
                if (count > options.MaximumReportedRecipients) continue;
                text.Append("  ").Append(Clean(reported.Recipient.Address)).Append("\r\n");
                if (reported.RemoteServer is { } remote && action is ReportAction.Failed or ReportAction.Delayed) text.Append("    ").Append(Clean(remote)).Append(" said: ").Append(Clean(reported.Status.Text)).Append(" (").Append(reported.Status.Code).Append(")\r\n");
                else if (action is ReportAction.Failed or ReportAction.Delayed) text.Append("    ").Append(Clean(reported.Status.Text)).Append(" (").Append(reported.Status.Code).Append(")\r\n");
            }

            if (count > options.MaximumReportedRecipients) text.Append(CultureInfo.InvariantCulture, $"  and {count - options.MaximumReportedRecipients} more\r\n");
        }
    }

    private static void WriteForMachines(
        StringBuilder text, QueuedMessage message, IReadOnlyList<ReportedRecipient> recipients, in DsnIdentity identity, string boundary, bool international, DeliveryOptions options)
    {
        text.Append("--").Append(boundary).Append("\r\nContent-Type: ").Append(international ? "message/global-delivery-status" : "message/delivery-status").Append("\r\n");
        if (international) text.Append("Content-Transfer-Encoding: 8bit\r\n");
        // RFC 3461 6.3 (b): a name that is not whole is no name in the DNS.
        text.Append("\r\nReporting-MTA: ").Append(identity.HostName.Contains('.', StringComparison.Ordinal) ? "dns; " : "x-local-hostname; ").Append(identity.HostName).Append("\r\n");
        if (message.EnvelopeId is { Length: > 0 } envelope) text.Append("Original-Envelope-Id: ").Append(Clean(Xtext.Decode(envelope))).Append("\r\n");
        text.Append("Arrival-Date: ").Append(Date(new DateTimeOffset(message.FutureRelease?.ArrivedUtcTicks ?? message.ReceivedUtcTicks, TimeSpan.Zero))).Append("\r\n");
        if (message.DeliverBy is { } by) text.Append("Deliver-By-Date: ").Append(Date(new DateTimeOffset(by.UtcTicks, TimeSpan.Zero))).Append("\r\n");
        if (message.FutureRelease is { } release) text.Append("Future-Release-Request: ").Append(Clean(release.Value)).Append("\r\n");

        foreach (var reported in recipients.Take(options.MaximumReportedRecipients))
        {
            var (recipient, action, status) = reported;
            text.Append("\r\n");
            if (recipient.OriginalRecipient is { Length: > 0 } original)
                text.Append(OriginalRecipients.IsStated(original) ? "Original-Recipient: " : "X-Rialto-Envelope-Recipient: ").Append(Clean(Xtext.Decode(OriginalRecipients.ParameterOf(original)))).Append("\r\n");
            text.Append("Final-Recipient: ").Append(Ascii.IsValid(recipient.Address) ? "rfc822; " : "utf-8; ").Append(Clean(recipient.Address)).Append("\r\n")
                .Append("Action: ").Append(action switch
                {
                    ReportAction.Failed => "failed",
                    ReportAction.Delayed => "delayed",
                    ReportAction.Delivered => "delivered",
                    ReportAction.Relayed => "relayed",
                    _ => "expanded",
                }).Append("\r\n")
                .Append("Status: ").Append(status.Code).Append("\r\n");
            if (reported.RemoteServer is { } remote) text.Append("Remote-MTA: dns; ").Append(Clean(remote)).Append("\r\n");
            if (action is ReportAction.Failed or ReportAction.Delayed || reported.RemoteServer is not null) text.Append("Diagnostic-Code: smtp; ").Append(Clean(status.ToString())).Append("\r\n");
            text.Append("Last-Attempt-Date: ").Append(Date(identity.Time)).Append("\r\n");
            if (action == ReportAction.Delayed)
                text.Append("Will-Retry-Until: ").Append(Date(new DateTimeOffset(message.ReceivedUtcTicks, TimeSpan.Zero) + options.GiveUpAfter)).Append("\r\n");
        }

        text.Append("\r\n");
    }

    /// <summary>Decoded parameters may hold anything: a line end would let a stranger write fields into the report.</summary>
    private static string Clean(string value)
    {
        if (!value.AsSpan().ContainsAnyExceptInRange(' ', '~')) return value;
        return string.Create(value.Length, value, static (to, from) =>
        {
            for (var i = 0; i < to.Length; i++) to[i] = char.IsControl(from[i]) ? '?' : from[i];
        });
    }

    /// <summary>The header section, its last line's end included, cut at a line's end where it is too long.</summary>
    private static ReadOnlyMemory<byte> HeaderOf(ReadOnlyMemory<byte> original, int limit)
    {
        var end = original.Span.IndexOf("\r\n\r\n"u8);
        var header = end < 0 ? original : original[..(end + 2)];
        if (header.Length <= limit) return header;
        var cut = header.Span[..limit].LastIndexOf((byte)'\n');
        return header[..(cut + 1)];
    }

    private static ReadOnlySequence<byte> Concatenate(ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> body, ReadOnlyMemory<byte> tail)
    {
        var first = new Segment(head, null);
        var second = new Segment(body, first);
        var last = new Segment(tail, second);
        return new(first, 0, last, tail.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? previous)
        {
            Memory = memory;
            if (previous is null) return;
            RunningIndex = previous.RunningIndex + previous.Memory.Length;
            previous.Next = this;
        }
    }
}

/// <summary>Who reports, when, and under which id.</summary>
public readonly record struct DsnIdentity(string HostName, string Postmaster, DateTimeOffset Time, Guid Id);
