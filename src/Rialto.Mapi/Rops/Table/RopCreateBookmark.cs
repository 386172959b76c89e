// [MS-OXCROPS] 2.2.5.11 wire; [MS-OXCTABL] 2.2.2.12 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopCreateBookmark
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public byte[] Bookmark = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.Bytes(ref response.Bookmark, CountWidth.UInt16);
        }
    }

    internal static async ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<TableObject>(request, out var table, out var error))
            return new Response { ReturnValue = error };
        if (!table.HasBookmarks)
            return new Response { ReturnValue = ErrorCode.NotSupported };
        if (table.Columns is null)
            return new Response { ReturnValue = ErrorCode.NullObject };
        await table.WatchAsync(call);
        error = await table.EnsureLoadedAsync(call, int.MaxValue);
        if (error != ErrorCode.Success)
            return new Response { ReturnValue = error };
        return table.TryCreateBookmark(call.Options.MaximumBookmarks, out var bookmark)
            ? new Response { Bookmark = bookmark }
            : new Response { ReturnValue = ErrorCode.NotEnoughMemory };
    }
}
