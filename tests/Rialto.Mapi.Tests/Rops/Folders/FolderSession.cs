using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Model;

namespace Rialto.Mapi.Tests.Rops;

/// <summary>Folder operations as a client sends them.</summary>
internal static class FolderSession
{
    public static async Task<(ulong Id, uint Handle, RopCreateFolder.Response Response)> CreateFolderAsync(
        this RopSession session, uint parent, string name, bool openExisting = false, byte type = 1, string comment = "")
    {
        var request = new RopCreateFolder.Request { FolderType = type, UseUnicodeStrings = true, OpenExisting = openExisting, DisplayName = name, Comment = comment };
        var (response, handle) = await session.OpenAsync<RopCreateFolder.Response>(RopId.CreateFolder, request, parent);
        return (response.FolderId, handle, response);
    }

    public static async Task<PartialResponse> DeleteFolderAsync(this RopSession session, uint parent, ulong folder, RopDeleteFolder.DeleteFlags flags) =>
        (await session.ExecuteAsync([(RopId.DeleteFolder, new RopDeleteFolder.Request { DeleteFolderFlags = (byte)flags, FolderId = folder })], [parent])).Get<PartialResponse>();

    public static async Task<DestinationPartialResponse> MoveCopyAsync(this RopSession session, uint from, uint to, bool copy, params ulong[] messages) =>
        (await session.ExecuteAsync([(RopId.MoveCopyMessages, new RopMoveCopyMessages.Request { DestHandleIndex = 1, MessageIds = messages, WantCopy = copy })], [from, to]))
        .Get<DestinationPartialResponse>();

    public static async Task<PartialResponse> DeleteMessagesAsync(this RopSession session, uint folder, bool hard, params ulong[] messages)
    {
        (RopId, RopRequest) request = hard
            ? (RopId.HardDeleteMessages, new RopHardDeleteMessages.Request { MessageIds = messages })
            : (RopId.DeleteMessages, new RopDeleteMessages.Request { MessageIds = messages });
        return (await session.ExecuteAsync([request], [folder])).Get<PartialResponse>();
    }

    /// <summary>MIDs and subjects of a folder's messages, oldest first.</summary>
    public static async Task<List<(ulong Mid, string Subject)>> ListAsync(this RopSession session, uint folder, bool softDeleted = false)
    {
        var (_, table) = await session.OpenAsync<RopGetContentsTable.Response>(
            RopId.GetContentsTable, new RopGetContentsTable.Request { TableFlags = softDeleted ? (byte)0x20 : (byte)0 }, folder);
        var rows = await session.RowsAsync(table, [PropertyTags.Mid, PropertyTags.Subject]);
        await session.ReleaseAsync(table);
        return [.. rows.Select(r => ((ulong)r[0].AsInt64(), r[1].AsString())).Reverse()];
    }

    public static async Task<List<string>> NamesAsync(this RopSession session, uint folder)
    {
        var (table, _) = await session.HierarchyTableAsync(folder, deep: true);
        var rows = await session.RowsAsync(table, [PropertyTags.DisplayName]);
        await session.ReleaseAsync(table);
        return [.. rows.Select(r => r[0].AsString())];
    }
}
