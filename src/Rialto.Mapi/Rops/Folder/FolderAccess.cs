using Rialto.Store;

namespace Rialto.Mapi.Rops;

/// <summary>What folder operations ask of a folder before they work on it.</summary>
internal static class FolderAccess
{
    public static bool IsVisible(FolderRights rights) => (rights & (FolderRights.FolderVisible | FolderRights.ReadAny | FolderRights.FolderOwner)) != 0;
}
