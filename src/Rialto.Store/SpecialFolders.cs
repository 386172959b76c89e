using Rialto.Model;

namespace Rialto.Store;

/// <summary>The folders of a new mailbox: fixed ids, places, default names and classes. [MS-OXOSFLD] 2.2, [MS-OXCSTOR] 2.2.1.1.3.</summary>
public static partial class SpecialFolders
{
    /// <summary>The fixed id: one more than the enumeration's number, since a counter of 0 is no id.</summary>
    public static FolderId IdOf(SpecialFolder folder) => new((int)folder + 1);

    /// <summary>The names of a public store's folders that are called after the site: its administrative group's legacy DN. [MS-OXCSTOR] 2.2.1.1.4, [MS-OXOPFFB] 2.2.1.</summary>
    public static IReadOnlyDictionary<SpecialFolder, string> SiteNames(string administrativeGroupDn) => new Dictionary<SpecialFolder, string>
    {
        [SpecialFolder.SiteFreeBusy] = "EX:" + administrativeGroupDn,
        [SpecialFolder.SiteOfflineAddressBook] = "EX:" + administrativeGroupDn,
    };

    /// <summary>Ids from here on are drawn from the mailbox's counter.</summary>
    public const long FirstDynamicId = 0x400;
}
