// RFC 8098 3 (message disposition notifications); [MS-OXOMSG] 2.2.2 (read and non-read receipts); RFC 3834 (automatic answers).
using System.Buffers;
using System.Text;
using Rialto.Content.Mime;
using Rialto.Directory;

namespace Rialto.Delivery;

/// <summary>What a receipt tells.</summary>
/// <param name="Reader">Whose mailbox the message was in.</param>
/// <param name="To">Who asked for the receipt.</param>
/// <param name="Subject">The message's own subject.</param>
/// <param name="MessageId">Its Message-ID, with angle brackets; empty where it had none.</param>
/// <param name="Sent">When it was sent, where that is known.</param>
/// <param name="IsRead">It was read; otherwise it was deleted unread.</param>
internal sealed record ReceiptFacts(Recipient Reader, string To, string Subject, string MessageId, DateTimeOffset? Sent, bool IsRead);

/// <summary>Writes a read or non-read receipt as a whole MIME message.</summary>
internal static class MdnWriter
{
    public static ReadOnlySequence<byte> Write(ReceiptFacts receipt, Guid id, DateTimeOffset now, string hostName)
    {
        var boundary = $"=_receipt_{id:N}";
        var verb = receipt.IsRead ? "Read: " : "Not read: ";
        var text = new StringBuilder(2048);
        text.Append("Return-Path: <>\r\n");
        HeaderEncoder.Addresses(text, "From", [new MailAddress(receipt.Reader.DisplayName, receipt.Reader.PrimaryAddress)]);
        HeaderEncoder.Addresses(text, "To", [new MailAddress("", receipt.To)]);
        HeaderEncoder.Unstructured(text, "Subject", verb + receipt.Subject);
        text.Append("Date: ").Append(DsnWriter.Date(now)).Append("\r\n");
        text.Append("Message-ID: <").Append(id.ToString("N")).Append('@').Append(hostName).Append(">\r\n");
        if (receipt.MessageId.Length > 0)
        {
            HeaderEncoder.Raw(text, "In-Reply-To", receipt.MessageId);
            HeaderEncoder.Raw(text, "References", receipt.MessageId);
        }

        text.Append("Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=disposition-notification;\r\n\tboundary=\"").Append(boundary)
            .Append("\"\r\n\r\n--").Append(boundary)
            .Append("\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n");
        AppendBase64(text, ForPeople(receipt, now));
        text.Append("\r\n--").Append(boundary).Append("\r\nContent-Type: message/disposition-notification\r\n\r\nReporting-UA: ").Append(hostName).Append("; Rialto\r\n");
        HeaderEncoder.Unstructured(text, "X-Display-Name", receipt.Reader.DisplayName);
        text.Append("Final-Recipient: ").Append(Ascii.IsValid(receipt.Reader.PrimaryAddress) ? "rfc822;" : "utf-8;").Append(receipt.Reader.PrimaryAddress).Append("\r\n");
        if (receipt.MessageId.Length > 0) HeaderEncoder.Raw(text, "Original-Message-ID", receipt.MessageId);
        // RFC 8098 3.2.6.1: the reader's own action, told of by the server without asking again.
        text.Append("Disposition: manual-action/MDN-sent-automatically; ").Append(receipt.IsRead ? "displayed" : "deleted").Append("\r\n\r\n--").Append(boundary).Append("--\r\n");
        return new(Encoding.UTF8.GetBytes(text.ToString()));
    }

    private static string ForPeople(ReceiptFacts receipt, DateTimeOffset now)
    {
        var text = new StringBuilder("Your message\r\n\r\n    To: ").Append(receipt.Reader.DisplayName).Append("\r\n    Subject: ").Append(receipt.Subject).Append("\r\n");
        if (receipt.Sent is { } sent) text.Append("    Sent: ").Append(DsnWriter.Date(sent)).Append("\r\n");
        return text.Append(receipt.IsRead ? "\r\nwas read on " : "\r\nwas deleted without being read on ").Append(DsnWriter.Date(now)).Append(".\r\n").ToString();
    }

    private static void AppendBase64(StringBuilder target, string text)
    {
        var encoded = Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
        for (var i = 0; i < encoded.Length; i += 76) target.Append(encoded, i, Math.Min(76, encoded.Length - i)).Append("\r\n");
    }
}
