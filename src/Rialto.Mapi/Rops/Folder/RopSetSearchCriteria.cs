// [MS-OXCROPS] 2.2.4.4 wire; [MS-OXCFOLD] 2.2.1.4 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Store;
using Rialto.Store.Searching;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSetSearchCriteria
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public Restriction? RestrictionData;
        public ulong[] FolderIds = [];
        public uint SearchFlags;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            RestrictionField.Field(ref io, ref request.RestrictionData, request.Context.Form);
            io.Numbers(ref request.FolderIds, CountWidth.UInt16);
            io.U32(ref request.SearchFlags);
        }
    }

    /// <summary>[MS-OXCFOLD] 2.2.1.4.1.</summary>
    [Flags]
    public enum SearchFlag : uint
    {
        Stop = 0x00000001,
        Restart = 0x00000002,
        Recursive = 0x00000004,
        Shallow = 0x00000008,
        Foreground = 0x00000010,
        Background = 0x00000020,
        ContentIndexed = 0x00010000,
        NonContentIndexed = 0x00020000,
        Static = 0x00040000,
        All = Stop | Restart | Recursive | Shallow | Foreground | Background | ContentIndexed | NonContentIndexed | Static,
    }

    /// <summary>Pairs of which one bit alone may be set.</summary>
    private static readonly SearchFlag[] s_pairs =
    [
        SearchFlag.Stop | SearchFlag.Restart, SearchFlag.Recursive | SearchFlag.Shallow, SearchFlag.Foreground | SearchFlag.Background,
        SearchFlag.ContentIndexed | SearchFlag.NonContentIndexed,
    ];

    /// <summary>Terms of a restriction: each costs a look at every message that changes.</summary>
    private const int MaximumTerms = 1_000;

    internal static async ValueTask<PlainResponse> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<FolderObject>(request, out var folder, out var error))
            return new PlainResponse { ReturnValue = error };
        return new PlainResponse { ReturnValue = await SetAsync(call, folder, request) };
    }

    private static async ValueTask<ErrorCode> SetAsync(RopCall call, FolderObject folder, Request request)
    {
        if (!folder.TryGet(out var now))
            return ErrorCode.NotFound;
        if (now.Type != FolderType.Search)
            return ErrorCode.NotSearchFolder;
        var flags = (SearchFlag)request.SearchFlags;
        if ((flags & ~SearchFlag.All) != 0 || s_pairs.Any(pair => (flags & pair) == pair))
            return ErrorCode.InvalidParameter;
        var searches = folder.Mailbox.Searches;
        var before = searches.CriteriaOf(folder.Id);
        if ((flags & SearchFlag.Stop) != 0)
        {
            await searches.StopAsync(folder.Id);
            return before is null ? ErrorCode.NotInitialized : ErrorCode.Success;
        }
        // 2.2.1.4.1: what the request leaves out stays as it was.
        var folders = request.FolderIds.Length > 0 ? [.. request.FolderIds.Select(Ids.FolderOf)] : before?.Folders;
        if (folders is null || (request.RestrictionData is null && before is null))
            return ErrorCode.NotInitialized;
        if (folders.Contains(folder.Id))
            return ErrorCode.SearchFolderScopeViolation;
        var restriction = request.RestrictionData ?? before!.Restriction;
        if (restriction is not null && RestrictionAnalysis.Of(restriction).Terms > MaximumTerms)
            return ErrorCode.TooComplex;
        var criteria = new SearchCriteria(restriction, folders)
        {
            IsRecursive = (flags & SearchFlag.Recursive) != 0,
            IsStatic = (flags & SearchFlag.Static) != 0,
            IsForeground = (flags & SearchFlag.Foreground) != 0,
            IsNotIndexed = (flags & SearchFlag.NonContentIndexed) != 0,
        };
        var error = await searches.SetAsync(folder.Id, criteria, call.Cancel);
        return error == StoreError.TooLarge ? ErrorCode.TooComplex : RopCall.ErrorOf(error);
    }
}
