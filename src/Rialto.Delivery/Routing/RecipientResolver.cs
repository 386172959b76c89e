// RFC 5321 3.4 (forwarding), 3.9 (aliases and lists), RFC 5233 (plus addressing, by the directory).
using Rialto.Directory;

namespace Rialto.Delivery;

/// <summary>
/// Says where an address leads, against one directory snapshot: asked when a recipient is named (SMTP) and again at delivery, since the directory may have changed between.
/// </summary>
public static class RecipientResolver
{
    /// <summary>Contacts that lead to contacts: more in a row than that is a loop.</summary>
    private const int MaxForwards = 8;

    /// <summary>The route of an address.</summary>
    /// <param name="directory">The directory at one moment.</param>
    /// <param name="address">A mailbox address, or <c>postmaster</c> alone (RFC 5321 4.1.1.3).</param>
    /// <param name="submitter">The authenticated account that sends; null for mail from outside.</param>
    public static Route Resolve(DirectorySnapshot directory, string address, Account? submitter)
    {
        if (address.Equals("postmaster", StringComparison.OrdinalIgnoreCase) && directory.DefaultDomain is { } home)
            address = $"{address}@{home.Name}";
        for (var forwards = 0; forwards <= MaxForwards; forwards++)
        {
            var resolution = directory.ResolveAddress(address);
            switch (resolution.Status)
            {
                case AddressStatus.Malformed:
                    return Route.Refuse(address, DeliveryStatus.Malformed);
                case AddressStatus.UnknownRecipient when forwards < MaxForwards && directory.FindDomain(resolution.Address.Domain) is { CatchAll: { Length: > 0 } catchAll }:
                    address = catchAll;
                    continue;
                case AddressStatus.UnknownRecipient:
                    return Route.Refuse(address, DeliveryStatus.UnknownRecipient);
            }

            if (resolution.Recipient is not ExternalContact contact)
                return resolution.Recipient is { } recipient ? RouteTo(directory, address, recipient, submitter) : new(RouteKind.Remote, address, null, DeliveryStatus.Delivered);
            if (contact.ExternalAddress.Equals(address, StringComparison.OrdinalIgnoreCase) || !IsLocal(directory, contact.ExternalAddress))
                return new(RouteKind.Remote, contact.ExternalAddress, contact, DeliveryStatus.Delivered);
            address = contact.ExternalAddress;
        }

        return Route.Refuse(address, DeliveryStatus.ForwardingLoop);
    }

    /// <summary>The route to a known object: a group's member.</summary>
    public static Route RouteTo(DirectorySnapshot directory, string address, Recipient recipient, Account? submitter) => recipient switch
    {
        // Its folders have addresses, not the store.
        PublicStore => Route.Refuse(address, DeliveryStatus.UnknownRecipient),
        MailboxRecipient { MailboxEnabled: true } => new(RouteKind.Mailbox, address, recipient, DeliveryStatus.Delivered),
        MailboxRecipient => Route.Refuse(address, DeliveryStatus.MailboxDisabled),
        MailPublicFolder => directory.PublicStore is { MailboxEnabled: true }
            ? new(RouteKind.PublicFolder, address, recipient, DeliveryStatus.Delivered)
            : Route.Refuse(address, DeliveryStatus.UnknownRecipient),
        Group group => RouteToGroup(directory, address, group, submitter),
        ExternalContact contact => Resolve(directory, contact.ExternalAddress, submitter),
        _ => Route.Refuse(address, DeliveryStatus.UnknownRecipient),
    };

    private static Route RouteToGroup(DirectorySnapshot directory, string address, Group group, Account? submitter)
    {
        if (submitter is null && (group.RequireAuthenticatedSender || !group.AllowedSenders.IsEmpty)) return Route.Refuse(address, DeliveryStatus.GroupNeedsLogin);
        if (!group.AllowedSenders.IsEmpty && !directory.Includes(group.AllowedSenders, submitter!)) return Route.Refuse(address, DeliveryStatus.GroupSenderRefused);
        return new(RouteKind.Group, address, group, DeliveryStatus.Delivered);
    }

    private static bool IsLocal(DirectorySnapshot directory, string address) =>
        directory.ResolveAddress(address).Status is AddressStatus.Found or AddressStatus.UnknownRecipient;
}
