// [MS-OXCROPS] 2.2.6.6 wire; [MS-OXCMSG] 2.2.3.6 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Properties;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopReadRecipients
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public uint RowId;
        public ushort Reserved;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U32(ref request.RowId);
            io.U16(ref request.Reserved);
        }
    }

    public sealed class Response : RowsResponse, IWireStructure<Response>
    {
        public RecipientEntry[] RecipientRows = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            RopLists.ReadRecipients(ref io, ref response.RecipientRows, response.Columns, response.Context.Form);
        }
    }

    /// <summary>RopId, index, ReturnValue and RowCount before the rows.</summary>
    private const int Head = 7;

    internal static ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGetOrNull<MessageObject>(request, out var message, out var error))
            return new(new Response { ReturnValue = error });
        var recipients = message.Recipients;
        var at = recipients.IndexOfKey(request.RowId);
        // Row 0 stands for the first, whatever its number. 3.2.5.6.
        if (at < 0 && request.RowId == 0 && recipients.Count > 0)
            at = 0;
        if (at < 0)
            return new(new Response { ReturnValue = ErrorCode.NotFound });
        var columns = message.RecipientColumns;
        var rows = new List<RecipientEntry>();
        var room = call.Room - Head;
        for (; at < recipients.Count && rows.Count < byte.MaxValue - 1; at++)
        {
            var row = RecipientRows.EntryOf(recipients.GetValueAtIndex(at), recipients.GetKeyAtIndex(at), columns);
            room -= RecipientRows.SizeOf(row, columns, message.Form);
            if (room < 0)
                break;
            rows.Add(row);
        }
        request.Context = request.Context with { Form = message.Form };
        return new(rows.Count == 0
            ? new Response { ReturnValue = ErrorCode.BufferTooSmall }
            : new Response { RecipientRows = [.. rows], Columns = columns });
    }
}
