// RFC 3464 2.3.3 (action).
namespace Rialto.Delivery;

/// <summary>What a delivery report says of a recipient.</summary>
public enum ReportAction
{
    Failed,
    Delayed,
    Delivered,
    Expanded,

    /// <summary>Handed to a server that tells nobody of its delivery.</summary>
    Relayed,
}

/// <summary>One recipient of a delivery report.</summary>
public sealed record ReportedRecipient(QueuedRecipient Recipient, ReportAction Action, DeliveryStatus Status)
{
    /// <summary>The server that said so; null for this one.</summary>
    public string? RemoteServer { get; init; }
}
