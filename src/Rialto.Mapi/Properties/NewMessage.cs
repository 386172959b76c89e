// [MS-OXCMSG] 3.2.5.2: what a message has from its creation on.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;

namespace Rialto.Mapi.Properties;

/// <summary>Properties of messages that no row stands for yet: created ones, and those embedded in attachments.</summary>
internal static class NewMessage
{
    private const int NormalImportance = 1;

    public static readonly PropertyTag[] Tags =
    [
        PropertyTags.ObjectType, PropertyTags.Access, PropertyTags.AccessLevel, PropertyTags.MessageSize, PropertyTags.MessageFlags, PropertyTags.HasAttachments,
        PropertyTags.DisplayTo, PropertyTags.DisplayCc, PropertyTags.DisplayBcc, PropertyTags.HasNamedProperties, PropertyTags.Associated,
    ];

    /// <summary>The properties that the server gives a message when it is created.</summary>
    public static void Initialise(MessageObject message, RopCall call)
    {
        var now = FileTime.From(call.Service.Time.GetUtcNow());
        var locale = (int)call.Session.Locale.LcidString;
        message.Initialise(PropertyValue.Of(PropertyTags.MessageClass, "IPM.Note"));
        message.Initialise(PropertyValue.Of(PropertyTags.Importance, NormalImportance));
        message.Initialise(PropertyValue.Of(PropertyTags.Sensitivity, 0));
        message.Initialise(PropertyValue.Of(PropertyTags.TrustSender, 1));
        message.Initialise(PropertyValue.Of(PropertyTags.CreationTime, now));
        message.Initialise(PropertyValue.Of(PropertyTags.LastModificationTime, now));
        message.Initialise(PropertyValue.Of(PropertyTags.SearchKey, Guid.NewGuid().ToByteArray()));
        message.Initialise(PropertyValue.Of(PropertyTags.MessageLocaleId, locale));
        message.Initialise(PropertyValue.Of(PropertyTags.LocaleId, locale));
        var (name, entryId) = Modifiers.Of(call, message.Logon);
        message.Initialise(PropertyValue.Of(PropertyTags.CreatorName, name));
        message.Initialise(PropertyValue.Of(PropertyTags.CreatorEntryId, entryId));
        message.Initialise(PropertyValue.Of(PropertyTags.LastModifierName, name));
        message.Initialise(PropertyValue.Of(PropertyTags.LastModifierEntryId, entryId));
    }

    public static PropertyValue Compute(MessageObject message, PropertyTag tag) => tag.Id switch
    {
        // Modify, read and delete, as Exchange 2013 and later have it. 3.2.5.2.
        PropertyIds.Access => PropertyValue.Of(PropertyTags.Access, message.IsWritable ? 7 : 2),
        PropertyIds.Associated => PropertyValue.Of(PropertyTags.Associated, message.IsAssociated),
        PropertyIds.MessageSize => CellValues.Size(tag, BodyValues.SizeOf(message)),
        _ => BodyValues.Compute(message.Content, tag),
    };
}

/// <summary>Who creates and changes messages, as properties name them. [MS-OXCMSG] 2.2.1.29-2.2.1.32.</summary>
internal static class Modifiers
{
    public static (string Name, byte[] EntryId) Of(RopCall call, LogonObject logon)
    {
        var account = call.Service.Directory.Current.Find<Directory.Account>(logon.Session.Principal.Id);
        return account is null ? ("", []) : (account.DisplayName, new AddressBookEntryId(AddressBookEntryType.LocalMailUser, account.LegacyExchangeDn).ToArray());
    }
}
