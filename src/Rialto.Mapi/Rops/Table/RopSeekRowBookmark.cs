// [MS-OXCROPS] 2.2.5.9 wire; [MS-OXCTABL] 2.2.2.10 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSeekRowBookmark
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public byte[] Bookmark = [];
        public int RowCount;
        public bool WantRowMovedCount;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.Bytes(ref request.Bookmark, CountWidth.UInt16);
            io.I32(ref request.RowCount);
            io.Bool(ref request.WantRowMovedCount);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public bool RowNoLongerVisible;
        public bool HasSoughtLess;
        public int RowsSought;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.Bool(ref response.RowNoLongerVisible);
            io.Bool(ref response.HasSoughtLess);
            io.I32(ref response.RowsSought);
        }
    }

    internal static async ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGetBookmarked(request, out var table, out var error))
            return new Response { ReturnValue = error };
        if (!table.HasBookmarks)
            return new Response { ReturnValue = ErrorCode.NotSupported };
        if (table.Columns is null)
            return new Response { ReturnValue = ErrorCode.NullObject };
        await table.WatchAsync(call);
        error = await table.EnsureLoadedAsync(call, int.MaxValue);
        if (error != ErrorCode.Success)
            return new Response { ReturnValue = error };
        (error, var count) = await table.CountAsync(call);
        if (error != ErrorCode.Success)
            return new Response { ReturnValue = error };
        if (!table.TryFindBookmark(request.Bookmark, out var place))
            return new Response { ReturnValue = ErrorCode.InvalidBookmark };
        var to = (int)Math.Clamp((long)place.Position + request.RowCount, 0, count);
        table.MoveTo(to);
        return new Response
        {
            RowNoLongerVisible = !place.IsVisible, HasSoughtLess = request.WantRowMovedCount && Math.Abs(to - place.Position) < Math.Abs((long)request.RowCount), RowsSought = to - place.Position,
        };
    }
}
