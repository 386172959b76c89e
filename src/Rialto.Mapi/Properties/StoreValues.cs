// [MS-OXCSTOR] 2.2.2.1 private mailbox logon properties.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;

namespace Rialto.Mapi.Properties;

/// <summary>A mailbox as properties: what RopGetPropertiesSpecific on a logon tells.</summary>
internal static class StoreValues
{
    /// <summary>PidTagStoreSupportMask: entry ids unique, read-only access, search, modify, create, attach, submit, notify, ole, HTML, Unicode. [MS-OXCSTOR] 2.2.2.1.1.</summary>
    private const int SupportMask =
        0x00000001 | 0x00000004 | 0x00000008 | 0x00000010 | 0x00000020 | 0x00000040 | 0x00000080 | 0x00000100 | 0x00000200 | 0x00000400
        | 0x00001000 | 0x00002000 | 0x00004000 | 0x00010000 | 0x00020000 | 0x00040000;

    private const int ObjectTypeStore = 1;

    /// <summary>2.2.2.1.1.3, 2.2.2.1.1.4: no limit.</summary>
    private const int Unlimited = -1;

    /// <summary>PR_STORAGE_QUOTA_LIMIT, which [MS-OXPROPS] does not name: where the warnings begin.</summary>
    private const ushort StorageQuotaLimit = 0x3FF5;

    /// <summary>Bytes of an extended rule: Exchange's default. [MS-OXORULE] 2.2.4.</summary>
    public const int ExtendedRuleSizeLimit = 96 * 1024;

    public static readonly PropertyTag[] Tags =
    [
        PropertyTags.DisplayName, PropertyTags.MailboxOwnerName, PropertyTags.MailboxOwnerEntryId, PropertyTags.UserEntryId, PropertyTags.MessageSize,
        PropertyTags.StoreSupportMask, PropertyTags.StoreState, PropertyTags.RecordKey, PropertyTags.StoreRecordKey,
        PropertyTags.MappingSignature, PropertyTags.EntryId, PropertyTags.StoreEntryId, PropertyTags.ObjectType, PropertyTags.OutOfOfficeState,
        PropertyTags.CodePageId, PropertyTags.LocaleId, PropertyTags.SortLocaleId, PropertyTags.MaximumSubmitMessageSize, PropertyTags.ServerTypeDisplayName,
        PropertyTags.ContentCount, PropertyTags.ExtendedRuleSizeLimit, PropertyTags.SerializedReplidGuidMap, PropertyTags.AddressBookMessageId,
    ];

    /// <summary>What the server itself says of a mailbox; clients may set anything else.</summary>
    public static bool IsReadOnly(ushort id) => id is not PropertyIds.OutOfOfficeState
        && (Array.Exists(Tags, t => t.Id == id) || id is PropertyIds.ProhibitSendQuota or PropertyIds.ProhibitReceiveQuota or StorageQuotaLimit);

    public static PropertyValue Find(LogonObject logon, MapiService service, ClientLocale locale, PropertyTag tag)
    {
        var id = tag.Id;
        var session = logon.Session;
        var owner = logon.Owner;
        if (session.Header.IsPublic && FindPublic(logon, service, tag, out var own))
            return own;
        switch (id)
        {
            case PropertyIds.DisplayName:
                return PropertyValue.Of(PropertyTags.DisplayName, $"Mailbox - {owner.DisplayName}");
            case PropertyIds.MailboxOwnerName:
                return PropertyValue.Of(PropertyTags.MailboxOwnerName, owner.DisplayName);
            case PropertyIds.MailboxOwnerEntryId:
                return PropertyValue.Of(PropertyTags.MailboxOwnerEntryId, UserEntryId(owner.LegacyExchangeDn));
            case PropertyIds.UserEntryId:
                return service.Directory.Current.Find<Directory.Account>(session.Principal.Id) is { } user
                    ? PropertyValue.Of(PropertyTags.UserEntryId, UserEntryId(user.LegacyExchangeDn))
                    : default;
            case PropertyIds.MessageSize:
                return CellValues.Size(tag, session.Quota.Used);
            case PropertyIds.ProhibitSendQuota:
                return Quota(tag, owner.Quotas?.ProhibitSend ?? session.Quota.Limit, PropertyValue.Of(PropertyTags.ProhibitSendQuota, Unlimited));
            case PropertyIds.ProhibitReceiveQuota:
                return Quota(tag, session.Quota.Limit, PropertyValue.Of(PropertyTags.ProhibitReceiveQuota, Unlimited));
            case StorageQuotaLimit:
                return Quota(tag, owner.Quotas?.Warning ?? 0, default);
            case PropertyIds.StoreSupportMask:
                return PropertyValue.Of(PropertyTags.StoreSupportMask, SupportMask);
            case PropertyIds.StoreState:
                return PropertyValue.Of(PropertyTags.StoreState, (int)Rops.RopGetStoreState.StateOf(session));
            case PropertyIds.ContentCount:
                return PropertyValue.Of(PropertyTags.ContentCount, session.Folders.All.Where(f => f.Type != Store.FolderType.Search).Sum(f => f.Counters.Count));
            case PropertyIds.ExtendedRuleSizeLimit:
                return PropertyValue.Of(PropertyTags.ExtendedRuleSizeLimit, ExtendedRuleSizeLimit);
            case PropertyIds.SerializedReplidGuidMap:
                return PropertyValue.Of(PropertyTags.SerializedReplidGuidMap, ReplicaMapOf(session));
            case PropertyIds.RecordKey or PropertyIds.StoreRecordKey or PropertyIds.MappingSignature:
                return PropertyValue.Of(new PropertyTag(id, PropertyType.Binary), session.MailboxId.ToByteArray());
            case PropertyIds.EntryId or PropertyIds.StoreEntryId:
                return PropertyValue.Of(new PropertyTag(id, PropertyType.Binary), StoreEntryId.OfMailbox(service.ServerShortName, owner.LegacyExchangeDn).ToArray());
            case PropertyIds.ObjectType:
                return PropertyValue.Of(PropertyTags.ObjectType, ObjectTypeStore);
            case PropertyIds.OutOfOfficeState:
                return PropertyValue.Of(PropertyTags.OutOfOfficeState, session.IsOutOfOffice);
            case PropertyIds.CodePageId:
                return PropertyValue.Of(PropertyTags.CodePageId, (int)locale.CodePage);
            case PropertyIds.LocaleId:
                return PropertyValue.Of(PropertyTags.LocaleId, (int)locale.LcidString);
            case PropertyIds.SortLocaleId:
                return PropertyValue.Of(PropertyTags.SortLocaleId, (int)locale.LcidSort);
            case PropertyIds.MaximumSubmitMessageSize:
                return PropertyValue.Of(PropertyTags.MaximumSubmitMessageSize, (int)(service.Store.Options.MaximumMessageSize / 1024));
            case PropertyIds.ServerTypeDisplayName:
                return PropertyValue.Of(PropertyTags.ServerTypeDisplayName, "Microsoft Exchange");
            default:
                return default;
        }
    }

    /// <summary>[MS-OXCSTOR] 2.2.2.2: what public folders say otherwise than mailboxes, or not at all.</summary>
    private static bool FindPublic(LogonObject logon, MapiService service, PropertyTag tag, out PropertyValue value)
    {
        value = tag.Id switch
        {
            PropertyIds.DisplayName => PropertyValue.Of(PropertyTags.DisplayName, logon.Owner.DisplayName),
            PropertyIds.EntryId or PropertyIds.StoreEntryId => PropertyValue.Of(
                tag.WithType(PropertyType.Binary), StoreEntryId.OfPublicStore(service.ServerShortName).ToArray()),
            PropertyIds.AddressBookMessageId => AddressBookMessageOf(logon),
            _ => default,
        };
        return !value.IsAbsent || tag.Id is PropertyIds.AddressBookMessageId or PropertyIds.MailboxOwnerName or PropertyIds.MailboxOwnerEntryId or PropertyIds.OutOfOfficeState
            or PropertyIds.StoreState or PropertyIds.ExtendedRuleSizeLimit or PropertyIds.ProhibitSendQuota or PropertyIds.ProhibitReceiveQuota;
    }

    /// <summary>2.2.2.2.2: the first message of the site's offline address book, loaded with the logon; absent where there is none or nobody may read it.</summary>
    private static PropertyValue AddressBookMessageOf(LogonObject logon) =>
        logon.AddressBookMessage == 0 ? default : PropertyValue.Of(PropertyTags.AddressBookMessageId, (long)Rops.Ids.OfCounter(logon.AddressBookMessage));

    /// <summary>Bytes as the kilobytes that quota properties have.</summary>
    private static PropertyValue Quota(PropertyTag tag, long bytes, PropertyValue unlimited) => bytes is > 0 and < long.MaxValue
        ? PropertyValue.Of(tag.WithType(PropertyType.Integer32), (int)Math.Min(int.MaxValue, bytes / 1024))
        : unlimited;

    /// <summary>Pairs of a replica id and its GUID. [MS-OXCSTOR] 2.2.2.1.1.13.</summary>
    private static byte[] ReplicaMapOf(Store.MailboxSession session)
    {
        var map = new List<byte>();
        foreach (var (id, guid) in session.Replicas)
        {
            map.AddRange(BitConverter.GetBytes(id));
            map.AddRange(guid.ToByteArray());
        }
        return [.. map];
    }

    private static byte[] UserEntryId(string legacyDn) => new AddressBookEntryId(AddressBookEntryType.LocalMailUser, legacyDn).ToArray();
}
