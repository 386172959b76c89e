// [MS-OXNSPI] 2.2.1.11-2.2.1.15, 2.2.1.9; [MS-NSPI] 2.2.11.
namespace Rialto.Mapi.AddressBook;

/// <summary>Bits of the methods' Flags; each method ignores those that are not its own.</summary>
public static class NspiFlags
{
    /// <summary>Bind: without saying who it is.</summary>
    public const uint AnonymousLogin = 0x00000020;

    /// <summary>GetPropList, GetProps, QueryRows: no properties that are tables.</summary>
    public const uint SkipObjects = 0x00000001;

    /// <summary>GetProps, QueryRows: EntryIDs in the ephemeral form.</summary>
    public const uint EphemeralIds = 0x00000002;

    /// <summary>GetSpecialTable: the table of address creation templates.</summary>
    public const uint AddressCreationTemplates = 0x00000002;

    /// <summary>GetSpecialTable: strings as UTF-16.</summary>
    public const uint UnicodeStrings = 0x00000004;

    /// <summary>QueryColumns: strings as UTF-16.</summary>
    public const uint UnicodePropertyTypes = 0x80000000;

    /// <summary>GetIDsFromNames: every name must be known.</summary>
    public const uint VerifyNames = 0x00000002;

    /// <summary>GetTemplateInfo: the dialog.</summary>
    public const uint Template = 0x00000001;

    /// <summary>GetTemplateInfo: the script.</summary>
    public const uint Script = 0x00000004;

    /// <summary>GetTemplateInfo: the address type.</summary>
    public const uint AddressType = 0x00000010;

    /// <summary>GetTemplateInfo: the help file's name.</summary>
    public const uint HelpFileName = 0x00000020;

    /// <summary>GetTemplateInfo: the help file.</summary>
    public const uint HelpFileContents = 0x00000040;

    /// <summary>ModLinkAtt: takes links away.</summary>
    public const uint Delete = 0x00000001;
}

/// <summary>What became of a name. [MS-OXNSPI] 2.2.1.9.</summary>
public enum NameResolution : uint
{
    Unresolved = 0,
    Ambiguous = 1,
    Resolved = 2,
}
