using Rialto.Directory;

namespace Rialto.Delivery;

/// <summary>Where mail to an address goes.</summary>
public enum RouteKind
{
    /// <summary>Nowhere; <see cref="Route.Status"/> says why.</summary>
    Refused,

    /// <summary>A mailbox here.</summary>
    Mailbox,

    /// <summary>A group, to be expanded at delivery.</summary>
    Group,

    /// <summary>A public folder that has an address.</summary>
    PublicFolder,

    /// <summary>An address elsewhere: of another domain, or of a contact.</summary>
    Remote,
}

/// <summary>The outcome of routing one address.</summary>
/// <param name="Address">The address mail goes to: for contacts their outside address.</param>
/// <param name="Recipient">The mailbox's, group's or public folder's directory object, or the contact.</param>
/// <param name="Status">Why it is refused; <see cref="DeliveryStatus.Delivered"/> otherwise.</param>
public readonly record struct Route(RouteKind Kind, string Address, Recipient? Recipient, DeliveryStatus Status)
{
    public static Route Refuse(string address, DeliveryStatus status) => new(RouteKind.Refused, address, null, status);
}
