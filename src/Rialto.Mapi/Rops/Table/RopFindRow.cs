// [MS-OXCROPS] 2.2.5.13 wire; [MS-OXCTABL] 2.2.2.14 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopFindRow
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public byte FindRowFlags;
        public Restriction? RestrictionData;
        public byte Origin;
        public byte[] Bookmark = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U8(ref request.FindRowFlags);
            RestrictionField.Field(ref io, ref request.RestrictionData, request.Context.Form);
            io.U8(ref request.Origin);
            io.Bytes(ref request.Bookmark, CountWidth.UInt16);
        }
    }

    public sealed class Response : RowsResponse, IWireStructure<Response>
    {
        public bool RowNoLongerVisible;
        public bool HasRowData;
        public PropertyValue[] RowData = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.Bool(ref response.RowNoLongerVisible);
            io.Bool(ref response.HasRowData);
            if (response.HasRowData)
                RowSet.Row(ref io, ref response.RowData, response.Columns, response.Context.Form);
        }
    }

    private const byte Backward = 0x01;
    private const byte Custom = 3;

    /// <summary>RopId, index, ReturnValue and the two booleans before the row.</summary>
    private const int Head = 8;

    internal static async ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGetBookmarked(request, out var table, out var error))
            return new Response { ReturnValue = error };
        if (!table.CanRestrict)
            return new Response { ReturnValue = ErrorCode.NotSupported };
        // 3.2.5.14: the columns of the row must be known.
        if (table.Columns is not { } columns)
            return new Response { ReturnValue = ErrorCode.NullObject };
        if (request.FindRowFlags > Backward || request.Origin > Custom)
            return new Response { ReturnValue = ErrorCode.InvalidParameter };
        await table.WatchAsync(call);
        error = await table.EnsureLoadedAsync(call, int.MaxValue);
        if (error != ErrorCode.Success)
            return new Response { ReturnValue = error };
        (error, var count) = await table.CountAsync(call);
        if (error != ErrorCode.Success)
            return new Response { ReturnValue = error };
        (int Position, bool IsVisible) from = request.Origin switch { 0 => (0, true), 1 => (table.Position, true), 2 => (count, true), _ => default };
        if (request.Origin == Custom && (!table.HasBookmarks || !table.TryFindBookmark(request.Bookmark, out from)))
            return new Response { ReturnValue = table.HasBookmarks ? ErrorCode.InvalidBookmark : ErrorCode.NotSupported };
        // No criteria: every row meets them.
        (error, var found) = await table.FindAsync(call, from.Position, request.FindRowFlags == Backward, request.RestrictionData ?? new AndRestriction([]));
        if (error != ErrorCode.Success)
            return new Response { ReturnValue = error };
        if (found < 0)
            return new Response { ReturnValue = ErrorCode.NotFound };
        table.MoveTo(found);
        (error, var rows) = await table.ReadAsync(call, found, 1);
        if (error != ErrorCode.Success)
            return new Response { ReturnValue = error };
        var response = new Response { RowNoLongerVisible = !from.IsVisible, Columns = columns };
        if (rows.Count > 0 && RowSet.SizeOf(rows[0], columns, request.Context.Form) <= call.Room - Head)
        {
            response.HasRowData = true;
            response.RowData = rows[0];
        }
        return response;
    }
}
