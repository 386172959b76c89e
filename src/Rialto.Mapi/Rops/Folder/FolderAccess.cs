using Rialto.Store;

namespace Rialto.Mapi.Rops;

/// <summary>What folder operations ask of a folder before they work on it.</summary>
internal static class FolderAccess
{
    public static bool IsVisible(FolderRights rights) => (rights & (FolderRights.FolderVisible | FolderRights.ReadAny | FolderRights.FolderOwner)) != 0;

    /// <summary>PidTagHasRules. [MS-OXCFOLD] 2.2.1.1.2.</summary>
    public static bool HasRules(Folder folder) =>
        folder.Properties is { } stored && Model.PropertyBagCodec.TryFind(stored, Model.PropertyIds.HasRules, out var value) && value.AsBoolean();
}
