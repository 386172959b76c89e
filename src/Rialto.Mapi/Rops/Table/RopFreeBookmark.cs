// [MS-OXCROPS] 2.2.5.14 wire; [MS-OXCTABL] 2.2.2.15 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopFreeBookmark
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public byte[] Bookmark = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.Bytes(ref request.Bookmark, CountWidth.UInt16);
        }
    }

    internal static ValueTask<PlainResponse> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGetBookmarked(request, out var table, out var error))
            return new(new PlainResponse { ReturnValue = error });
        if (!table.HasBookmarks)
            return new(new PlainResponse { ReturnValue = ErrorCode.NotSupported });
        // 3.2.5.2: as long as the columns are not set there is no table to have bookmarks.
        if (table.Columns is null)
            return new(new PlainResponse { ReturnValue = ErrorCode.NullObject });
        return new(new PlainResponse { ReturnValue = table.FreeBookmark(request.Bookmark) ? ErrorCode.Success : ErrorCode.InvalidBookmark });
    }
}
