using Rialto.Model;

namespace Rialto.Store;

/// <summary>The folders of a new mailbox: fixed ids, places, default names and classes. [MS-OXOSFLD] 2.2, [MS-OXCSTOR] 2.2.1.1.3.</summary>
public static partial class SpecialFolders
{
    /// <summary>The fixed id: one more than the enumeration's number, since a counter of 0 is no id.</summary>
    public static FolderId IdOf(SpecialFolder folder) => new((int)folder + 1);

    /// <summary>Ids from here on are drawn from the mailbox's counter.</summary>
    public const long FirstDynamicId = 0x400;
}
