// RFC 3464 2.3.3 (action).
namespace Rialto.Delivery;

/// <summary>What a delivery report says of a recipient.</summary>
public enum ReportAction
{
    Failed,
    Delayed,
    Delivered,
    Expanded,
}

/// <summary>One recipient of a delivery report.</summary>
public sealed record ReportedRecipient(QueuedRecipient Recipient, ReportAction Action, DeliveryStatus Status);
