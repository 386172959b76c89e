// RFC 3464 2: message/delivery-status; [MS-OXCMAIL] 2.2.3.7.1 and 2.1.3.6.1.
using System.Globalization;
using Rialto.Content.Mime;

namespace Rialto.Content.Mail;

/// <summary>What became of a message at its recipients, from the worst up. The order of [MS-OXCMAIL] 2.2.3.7.1.1.</summary>
public enum DeliveryAction
{
    Failed,
    Delayed,
    Relayed,
    Expanded,
    Delivered,
}

/// <summary>One recipient of a delivery report.</summary>
/// <param name="Address">Of Final-Recipient, else of Original-Recipient.</param>
/// <param name="Name">X-Display-Name; empty where that lacks.</param>
/// <param name="Status">Three numbers, such as 5.1.1; empty where there is none.</param>
/// <param name="SupplementaryInfo">X-Supplementary-Info, else made of the other fields. [MS-OXCMAIL] 2.2.3.7.1.2.</param>
public sealed record DeliveryStatusRecipient(string Address, string Name, DeliveryAction Action, string Status, string RemoteMta, string SupplementaryInfo)
{
    /// <summary>As PidTagNonDeliveryReportStatusCode has it: 511 for 5.1.1; a number above nine counts as 0. [MS-OXCMAIL] 2.2.3.7.1.3.</summary>
    public int StatusCode
    {
        get
        {
            var parts = Status.Split('.');
            return parts.Length == 3 ? Digit(parts[0]) * 100 + Digit(parts[1]) * 10 + Digit(parts[2]) : 0;
        }
    }

    private static int Digit(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value <= 9 ? value : 0;
}

/// <summary>A delivery status part.</summary>
public sealed class DeliveryStatus
{
    /// <summary>The name in Reporting-MTA.</summary>
    public string ReportingMta { get; private init; } = "";

    /// <summary>Recipients to which the worst action happened, which are the ones that the report is about.</summary>
    public IReadOnlyList<DeliveryStatusRecipient> Recipients { get; private init; } = [];

    public DeliveryAction Action { get; private init; }

    /// <summary>X-MSExch-Correlation-Key, X-MS-Exchange-Correlation-Key; null where there is none.</summary>
    public byte[]? CorrelationKey { get; private init; }

    /// <summary>[MS-OXCMAIL] 2.2.3.7.1.1.</summary>
    public string MessageClass => ClassOf(Action);

    public static string ClassOf(DeliveryAction action) => action switch
    {
        DeliveryAction.Delayed => "REPORT.IPM.Note.Delayed.DR",
        DeliveryAction.Relayed => "REPORT.IPM.Note.Relayed.DR",
        DeliveryAction.Expanded => "REPORT.IPM.Note.Expanded.DR",
        DeliveryAction.Delivered => "REPORT.IPM.Note.DR",
        _ => "REPORT.IPM.Note.NDR",
    };

    /// <summary>The action that a class stands for, whatever class it reports on; null for other classes.</summary>
    public static DeliveryAction? ActionOf(string messageClass)
    {
        if (!messageClass.StartsWith("REPORT.", StringComparison.OrdinalIgnoreCase))
            return null;
        if (messageClass.EndsWith(".NDR", StringComparison.OrdinalIgnoreCase))
            return DeliveryAction.Failed;
        if (messageClass.EndsWith(".Delayed.DR", StringComparison.OrdinalIgnoreCase))
            return DeliveryAction.Delayed;
        if (messageClass.EndsWith(".Relayed.DR", StringComparison.OrdinalIgnoreCase))
            return DeliveryAction.Relayed;
        if (messageClass.EndsWith(".Expanded.DR", StringComparison.OrdinalIgnoreCase))
            return DeliveryAction.Expanded;
        return messageClass.EndsWith(".DR", StringComparison.OrdinalIgnoreCase) ? DeliveryAction.Delivered : null;
    }

    /// <summary>Reads the decoded body of a message/delivery-status part. Total: a part that says nothing is a failure without recipients.</summary>
    public static DeliveryStatus Parse(ReadOnlySpan<byte> body, int maxRecipients)
    {
        var blocks = ReportFields.Parse(body, maxRecipients + 1);
        var reports = blocks.Where(b => b["Action"].Length > 0 || b["Final-Recipient"].Length > 0).ToList();
        var recipients = reports.ConvertAll(Recipient);
        var worst = recipients.Count == 0 ? DeliveryAction.Failed : recipients.Min(r => r.Action);
        var first = blocks.Count > 0 ? blocks[0] : null;
        return new DeliveryStatus
        {
            Action = worst,
            ReportingMta = first?.Typed("Reporting-MTA") ?? "",
            Recipients = recipients.FindAll(r => r.Action == worst && r.Address.Length > 0),
            CorrelationKey = DispositionNotification.Base64(first?["X-MSExch-Correlation-Key"] ?? ""),
        };
    }

    private static DeliveryStatusRecipient Recipient(ReportFields block)
    {
        var address = block.Typed("Final-Recipient");
        if (address.Length == 0)
            address = block.Typed("Original-Recipient");
        var status = StatusOf(block["Status"]);
        var remote = block.Typed("Remote-MTA");
        var info = block["X-Supplementary-Info"];
        if (info.Length == 0 && status.Length > 0)
        {
            var diagnostic = block["Diagnostic-Code"];
            info = $"<{(remote.Length > 0 ? remote + " " : "")}#{status}{(diagnostic.Length > 0 ? " " + diagnostic : "")}>";
        }
        var mailbox = MailAddress.ParseList(System.Text.Encoding.UTF8.GetBytes(address), 1);
        return new DeliveryStatusRecipient(mailbox.Count > 0 ? mailbox[0].Address : address, block["X-Display-Name"], ActionOfField(block["Action"]), status, remote, info);
    }

    private static DeliveryAction ActionOfField(string value)
    {
        foreach (var action in Enum.GetValues<DeliveryAction>())
        {
            if (value.StartsWith(action.ToString(), StringComparison.OrdinalIgnoreCase))
                return action;
        }
        return DeliveryAction.Failed;
    }

    /// <summary>The status-code at the front of a Status field; some append a comment.</summary>
    private static string StatusOf(string value)
    {
        var length = 0;
        while (length < value.Length && length < 11 && (char.IsAsciiDigit(value[length]) || value[length] == '.'))
            length++;
        return value[..length];
    }
}
