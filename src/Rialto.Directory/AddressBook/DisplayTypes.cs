// [MS-OXNSPI] 2.2.1.3 display types; [MS-OXOABK] 2.2.3.10 PidTagObjectType, 2.2.3.11 PidTagDisplayType, 2.2.3.12 PidTagDisplayTypeEx.
namespace Rialto.Directory.AddressBook;

/// <summary>How an object is to be shown. [MS-OXNSPI] 2.2.1.3.</summary>
public enum DisplayType : uint
{
    MailUser = 0x00000000,
    DistributionList = 0x00000001,
    Forum = 0x00000002,
    Agent = 0x00000003,
    Organization = 0x00000004,
    PrivateDistributionList = 0x00000005,
    RemoteMailUser = 0x00000006,
    Container = 0x00000100,
    Template = 0x00000101,
    AddressTemplate = 0x00000102,
    Search = 0x00000200,
}

/// <summary>The numbers that tell clients what an object is.</summary>
public static class DisplayTypes
{
    private const int AclCapable = 0x40000000;
    private const int Room = 0x07;
    private const int Equipment = 0x08;
    private const int SecurityGroup = 0x09;

    private const int Folder = 3;
    private const int MailUser = 6;
    private const int DistributionList = 8;

    /// <summary>PidTagDisplayType. A dynamic group is an agent to clients.</summary>
    public static DisplayType Of(Recipient recipient) => recipient switch
    {
        Group { IsDynamic: true } => DisplayType.Agent,
        Group => DisplayType.DistributionList,
        MailPublicFolder => DisplayType.Forum,
        ExternalContact => DisplayType.RemoteMailUser,
        OrganisationEntry => DisplayType.Organization,
        _ => DisplayType.MailUser,
    };

    /// <summary>PidTagDisplayTypeEx: tells rooms and equipment apart, and who can stand in permission lists.</summary>
    public static int ExtendedOf(Recipient recipient) => recipient switch
    {
        Directory.Room => AclCapable | Room,
        Directory.Equipment => AclCapable | Equipment,
        Account or SharedMailbox => AclCapable,
        Group { IsDynamic: false } => AclCapable | SecurityGroup,
        _ => (int)Of(recipient),
    };

    /// <summary>PidTagObjectType.</summary>
    public static int ObjectTypeOf(Recipient recipient) => recipient switch
    {
        Group { IsDynamic: false } => DistributionList,
        MailPublicFolder => Folder,
        _ => MailUser,
    };
}
