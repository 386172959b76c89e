// [MS-OXCMAIL] 2.1.3.6: delivery status (RFC 3464) and message disposition notifications (RFC 8098) from their properties.
using System.Globalization;
using System.Text;
using Rialto.Content.Mime;
using Rialto.Model;

namespace Rialto.Content.Mail;

internal static class MimeReportWriter
{
    public static bool IsMachinePart(string tag) => tag is "message/delivery-status" or "message/disposition-notification" or "message/feedback-report" or "message/global-delivery-status"
        or "message/global-disposition-notification";

    public static bool IsReport(PropertyMessage message) => message.Properties.GetString(PropertyTags.MessageClass) is { } messageClass
        && (DeliveryStatus.ActionOf(messageClass) is not null || IsReceipt(messageClass));

    private static bool IsReceipt(string messageClass) => messageClass.StartsWith("REPORT.", StringComparison.OrdinalIgnoreCase)
        && (messageClass.EndsWith(".IPNRN", StringComparison.OrdinalIgnoreCase) || messageClass.EndsWith(".IPNNRN", StringComparison.OrdinalIgnoreCase));

    /// <summary>The report-type parameter, which is the subtype of the machine's part.</summary>
    public static string TypeOf(PropertyMessage message, PropertyAttachment? machine)
    {
        if (machine is not null)
            return MimeAttachmentWriter.MimeTag(machine.Properties)[8..].ToLowerInvariant().Replace("global-", "", StringComparison.Ordinal);
        return IsReceipt(message.Properties.GetString(PropertyTags.MessageClass) ?? "") ? "disposition-notification" : "delivery-status";
    }

    /// <summary>The machine's part: as it was kept, else made of the properties.</summary>
    public static void Write(MimePieces output, PropertyMessage message, PropertyAttachment? machine, string type, MimeWriting writing)
    {
        if (machine?.Properties.GetBinary(PropertyTags.AttachDataBinary) is { } kept)
        {
            var eightBit = kept.AsSpan().ContainsAnyInRange((byte)128, (byte)255);
            output.Text($"Content-Type: {MimeAttachmentWriter.MimeTag(machine.Properties)}\r\nContent-Transfer-Encoding: {(eightBit ? "8bit" : "7bit")}\r\n\r\n");
            output.Data(MimeTransferEncoding.SevenBit, kept);
            return;
        }
        var text = new StringBuilder();
        if (type == "delivery-status")
            WriteStatus(text, message, writing.Options);
        else
            WriteNotification(text, message, writing.Options);
        output.Text($"Content-Type: message/{type}\r\nContent-Transfer-Encoding: 7bit\r\n\r\n");
        output.Text(text);
    }

    private static void WriteStatus(StringBuilder text, PropertyMessage message, PropertiesToMimeOptions options)
    {
        var bag = message.Properties;
        var action = DeliveryStatus.ActionOf(bag.GetString(PropertyTags.MessageClass) ?? "") ?? DeliveryAction.Failed;
        HeaderEncoder.Raw(text, "Reporting-MTA", "dns; " + (bag.GetString(PropertyTags.ReportingMessageTransferAgent) is { Length: > 0 } mta ? mta : options.Domain));
        WriteCorrelation(text, bag);
        foreach (var recipient in message.Recipients)
        {
            var row = recipient.Properties;
            if ((row.GetInt32(PropertyTags.RecipientType, 1) & 0xF) != 1 || MimeAddresses.OfRecipient(row, options) is not { } address)
                continue;
            text.Append("\r\n");
            HeaderEncoder.Raw(text, "Final-Recipient", "rfc822; " + address.Address);
            HeaderEncoder.Raw(text, "Action", action.ToString().ToLowerInvariant());
            HeaderEncoder.Raw(text, "Status", StatusOf(row, action));
            if (row.GetString(PropertyTags.RemoteMessageTransferAgent) is { Length: > 0 } remote)
                HeaderEncoder.Raw(text, "Remote-MTA", "dns; " + remote);
            if (row.GetString(PropertyTags.SupplementaryInfo) is { Length: > 0 } info)
                HeaderEncoder.Unstructured(text, "X-Supplementary-Info", info);
            if (address.Name.Length > 0 && address.Name != address.Address)
                HeaderEncoder.Unstructured(text, "X-Display-Name", address.Name);
        }
    }

    /// <summary>2.1.3.6.1.2: by the status that came, else by diagnosis and reason. What did not fail has only a kind.</summary>
    private static string StatusOf(PropertyBag row, DeliveryAction action)
    {
        var code = row.GetInt32(PropertyTags.NonDeliveryReportStatusCode);
        if (code is < 200 or > 599)
        {
            var known = row.TryGet(PropertyTags.NonDeliveryReportDiagCode.Id, out _) || row.TryGet(PropertyTags.NonDeliveryReportReasonCode.Id, out _);
            code = action switch
            {
                DeliveryAction.Failed when known => DeliveryReasons.StatusOf(row.GetInt32(PropertyTags.NonDeliveryReportDiagCode, -1), row.GetInt32(PropertyTags.NonDeliveryReportReasonCode)),
                DeliveryAction.Failed => 500,
                DeliveryAction.Delayed => 400,
                _ => 200,
            };
        }
        return string.Create(CultureInfo.InvariantCulture, $"{code / 100}.{code / 10 % 10}.{code % 10}");
    }

    private static void WriteNotification(StringBuilder text, PropertyMessage message, PropertiesToMimeOptions options)
    {
        var bag = message.Properties;
        var reader = MimeAddresses.Of(bag, PartyTags.Sender, options) ?? MimeAddresses.Of(bag, PartyTags.SentRepresenting, options);
        HeaderEncoder.Raw(text, "Final-Recipient", "rfc822; " + reader?.Address);
        var read = (bag.GetString(PropertyTags.MessageClass) ?? "").EndsWith(".IPNRN", StringComparison.OrdinalIgnoreCase);
        var mode = bag.GetString(PropertyTags.ReportDispositionMode) is { Length: > 0 } given ? given : "automatic-action/MDN-sent-automatically";
        // The class says what happened; the property only how it was put.
        var type = bag.GetString(PropertyTags.ReportDisposition) is { Length: > 0 } said && said.StartsWith("displayed", StringComparison.OrdinalIgnoreCase) == read ? said : read ? "displayed" : "deleted";
        HeaderEncoder.Raw(text, "Disposition", mode + "; " + type);
        WriteCorrelation(text, bag);
        if (bag.GetString(PropertyTags.OriginalMessageId) is { Length: > 0 } original)
            HeaderEncoder.Raw(text, "Original-Message-ID", original);
        if (reader is { Name.Length: > 0 })
            HeaderEncoder.Unstructured(text, "X-Display-Name", reader.Name);
    }

    private static void WriteCorrelation(StringBuilder text, PropertyBag bag)
    {
        if (bag.GetBinary(PropertyTags.ParentKey) is { Length: > 0 and < 500 } key)
            HeaderEncoder.Raw(text, "X-MSExch-Correlation-Key", System.Convert.ToBase64String(key));
    }
}
