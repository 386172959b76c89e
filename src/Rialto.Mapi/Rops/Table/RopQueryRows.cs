// [MS-OXCROPS] 2.2.5.4 wire; [MS-OXCTABL] 2.2.2.5 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopQueryRows
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public byte QueryRowsFlags;
        public bool ForwardRead;
        public ushort RowCount;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U8(ref request.QueryRowsFlags);
            io.Bool(ref request.ForwardRead);
            io.U16(ref request.RowCount);
        }

        /// <summary>The request for the rows that the answer left; null when it left none, or the client did not ask for packed buffers.</summary>
        internal Request? Rest(Response answer)
        {
            const QueryRowsFlag Packing = QueryRowsFlag.NoAdvance | QueryRowsFlag.EnablePackedBuffers;
            if (((QueryRowsFlag)QueryRowsFlags & Packing) != QueryRowsFlag.EnablePackedBuffers || answer.Origin != Current || answer.Rows.Length is var sent && (sent == 0 || sent >= RowCount))
                return null;
            return new Request
            {
                LogonId = LogonId, InputHandleIndex = InputHandleIndex, Context = Context,
                QueryRowsFlags = QueryRowsFlags, ForwardRead = ForwardRead, RowCount = (ushort)(RowCount - sent),
            };
        }
    }

    public sealed class Response : RowsResponse, IWireStructure<Response>
    {
        public byte Origin;
        public PropertyValue[][] Rows = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.U8(ref response.Origin);
            RowSet.Counted(ref io, ref response.Rows, response.Columns, response.Context.Form);
        }
    }

    /// <summary>[MS-OXCTABL] 2.2.2.5.1.</summary>
    [Flags]
    private enum QueryRowsFlag : byte
    {
        NoAdvance = 0x01,
        EnablePackedBuffers = 0x02,
    }

    /// <summary>Origin: neither the table's beginning nor its end. [MS-OXCTABL] 2.2.2.1.1.</summary>
    private const byte Current = 1;

    /// <summary>RopId, index, ReturnValue, Origin and RowCount before the rows.</summary>
    private const int Head = 9;

    internal static async ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<TableObject>(request, out var table, out var error))
            return new Response { ReturnValue = error };
        if (table.Columns is not { } columns)
            return new Response { ReturnValue = ErrorCode.NullObject };
        if (table.Failure != ErrorCode.Success)
            return new Response { ReturnValue = table.Failure };
        await table.WatchAsync(call);
        var wanted = Math.Min((int)request.RowCount, Math.Min(call.Options.MaximumQueryRows, 1 + Math.Max(0, call.Room - Head) / RowSet.LeastSizeOf(columns)));
        var asked = wanted;
        var start = table.Position;
        if (!request.ForwardRead || start > 0)
        {
            (error, _) = await table.CountAsync(call);
            if (error != ErrorCode.Success)
                return new Response { ReturnValue = error };
            // Counting moves the cursor along with its row when others came or went.
            start = table.Position;
        }
        if (!request.ForwardRead)
        {
            wanted = Math.Min(wanted, start);
            start -= wanted;
        }
        (error, var rows) = await table.ReadAsync(call, start, wanted);
        if (error != ErrorCode.Success)
            return new Response { ReturnValue = error };
        var fitting = Fitting(rows, columns, request.Context.Form, call.Room - Head, request.ForwardRead);
        if (fitting.Length == 0 && rows.Count > 0)
            return new Response { ReturnValue = ErrorCode.BufferTooSmall };
        if (((QueryRowsFlag)request.QueryRowsFlags & QueryRowsFlag.NoAdvance) == 0)
        {
            // Backwards the rows nearest the cursor are sent, and the cursor comes to stand before them.
            table.MoveTo(request.ForwardRead ? start + fitting.Length : start + rows.Count - fitting.Length);
        }
        return new Response { Origin = fitting.Length < rows.Count ? Current : OriginOf(rows.Count, asked), Rows = fitting, Columns = columns };
    }

    /// <summary>As many whole rows as there is room for; the last ones when reading backwards.</summary>
    private static PropertyValue[][] Fitting(IReadOnlyList<PropertyValue[]> rows, PropertyTag[] columns, ValueForm form, int room, bool forward)
    {
        var count = 0;
        while (count < rows.Count)
        {
            room -= RowSet.SizeOf(rows[forward ? count : rows.Count - 1 - count], columns, form);
            if (room < 0)
                break;
            count++;
        }
        var first = forward ? 0 : rows.Count - count;
        var fitting = new PropertyValue[count][];
        for (var i = 0; i < count; i++)
            fitting[i] = rows[first + i];
        return fitting;
    }

    /// <summary>Current 1; end 2 where there are no more rows, backwards as well: 3.2.5.5 lets it be the beginning there, and no server since Exchange 2010 says so.</summary>
    private static byte OriginOf(int read, int asked) => read < asked || asked == 0 ? (byte)2 : Current;
}
