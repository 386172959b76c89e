// [MS-OXOMSG] 2.2.1.23-2.2.1.27 whom a receiver represents, 2.2.1.36-2.2.1.42 who received a message.
using System.Text;
using Rialto.Directory;
using Rialto.Mapi.Objects;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Properties;

/// <summary>Who received a message that was delivered here: the mailbox's owner, for himself. Where a rule passed it on for somebody else, that stands beside the mail and goes before this.</summary>
internal static class ReceiverValues
{
    private static readonly PropertyTag[] s_tags =
    [
        PropertyTags.ReceivedByName, PropertyTags.ReceivedByAddressType, PropertyTags.ReceivedByEmailAddress, PropertyTags.ReceivedByEntryId, PropertyTags.ReceivedBySearchKey,
        PropertyTags.ReceivedBySmtpAddress, PropertyTags.ReceivedRepresentingName, PropertyTags.ReceivedRepresentingAddressType, PropertyTags.ReceivedRepresentingEmailAddress,
        PropertyTags.ReceivedRepresentingEntryId, PropertyTags.ReceivedRepresentingSearchKey, PropertyTags.ReceivedRepresentingSmtpAddress,
    ];

    public static IReadOnlyList<PropertyTag> TagsOf(MessageObject message) => message.Row is { } row && IsDelivered(message.Mailbox, row) ? s_tags : [];

    /// <summary>Those that a delivered message has not got otherwise, into its properties.</summary>
    public static void Complete(LogonObject logon, MessageRow row, PropertyBag properties)
    {
        if (!IsDelivered(logon.Session, row))
            return;
        foreach (var value in logon.ReceiverValues ??= [.. s_tags.Select(t => Of(logon.Owner, t))])
        {
            if (!properties.TryGet(value.Tag.Id, out _))
                properties.Set(value);
        }
    }

    /// <summary>Absent where the message was not delivered, or the property is another.</summary>
    public static PropertyValue Of(MessageObject message, PropertyTag tag) => message.Row is { } row ? Of(message.Logon, row, tag) : default;

    /// <summary>The same of a row: only where nothing stands beside the mail.</summary>
    public static PropertyValue Of(LogonObject logon, MessageRow row, PropertyTag tag)
    {
        var own = Array.Find(s_tags, t => t.Id == tag.Id);
        if (own.Value == 0 || !IsDelivered(logon.Session, row))
            return default;
        return Of(logon.Owner, own);
    }

    private static PropertyValue Of(MailboxRecipient owner, PropertyTag own) =>
        own.Id switch
        {
            PropertyIds.ReceivedByName or PropertyIds.ReceivedRepresentingName => PropertyValue.Of(own, owner.DisplayName),
            PropertyIds.ReceivedByAddressType or PropertyIds.ReceivedRepresentingAddressType => PropertyValue.Of(own, "EX"),
            PropertyIds.ReceivedByEmailAddress or PropertyIds.ReceivedRepresentingEmailAddress => PropertyValue.Of(own, owner.LegacyExchangeDn),
            PropertyIds.ReceivedByEntryId or PropertyIds.ReceivedRepresentingEntryId =>
                PropertyValue.Of(own, new AddressBookEntryId(AddressBookEntryType.LocalMailUser, owner.LegacyExchangeDn).ToArray()),
            PropertyIds.ReceivedBySearchKey or PropertyIds.ReceivedRepresentingSearchKey =>
                PropertyValue.Of(own, Encoding.ASCII.GetBytes("EX:" + owner.LegacyExchangeDn.ToUpperInvariant() + "\0")),
            _ => PropertyValue.Of(own, owner.PrimaryAddress),
        };

    /// <summary>Mail that the server itself put here, in the form it came in.</summary>
    private static bool IsDelivered(MailboxSession mailbox, MessageRow row) =>
        row.Kind == ContentKind.Mime && row.Creator == Guid.Empty && (row.State & (MessageState.Associated | MessageState.Draft | MessageState.Submitted)) == 0
        && !mailbox.Header.IsPublic;
}
