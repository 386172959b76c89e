// [MS-OXCROPS] 2.2.6.6 wire; [MS-OXCMSG] 2.2.3.6 behaviour.
using Rialto.Mapi.Objects;
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
        if (!call.TryGet<MessageObject>(request, out var message, out var error))
            return new(new Response { ReturnValue = error });
        var recipients = message.Content.Recipients;
        if (request.RowId >= recipients.Count)
            return new(new Response { ReturnValue = ErrorCode.NotFound });
        var rows = new List<RecipientEntry>();
        var room = call.Room - Head;
        for (var i = (int)request.RowId; i < recipients.Count && rows.Count < byte.MaxValue; i++)
        {
            var row = MessageOpening.EntryOf(recipients[i], (uint)i);
            room -= MessageOpening.SizeOf(row, message.Form);
            if (room < 0)
                break;
            rows.Add(row);
        }
        return new(rows.Count == 0
            ? new Response { ReturnValue = ErrorCode.BufferTooSmall }
            : new Response { RecipientRows = [.. rows], Columns = MessageOpening.RecipientColumns });
    }
}
