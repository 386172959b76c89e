// [MS-OXCROPS] 2.2.6.5 wire; [MS-OXCMSG] 2.2.3.5 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Properties;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopModifyRecipients
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public PropertyTag[] RecipientColumns = [];
        public RecipientEntry[] RecipientRows = [];

        public override bool HasObjectStrings => true;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            PropertyValueCodec.Tags(ref io, ref request.RecipientColumns);
            RopLists.ModifyRecipients(ref io, ref request.RecipientRows, request.RecipientColumns, request.Context.Form);
        }
    }

    internal static ValueTask<PlainResponse> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGetOrNull<MessageObject>(request, out var message, out var error))
            return new(new PlainResponse { ReturnValue = error });
        foreach (var row in request.RecipientRows)
        {
            if (row.RowId > int.MaxValue || (row.RecipientType & RecipientRows.TypeMask) > Bcc)
                return new(new PlainResponse { ReturnValue = ErrorCode.InvalidParameter });
        }
        var added = request.RecipientRows.Where(r => r.Row is not null && !message.Recipients.ContainsKey(r.RowId)).Select(r => r.RowId).Distinct().Count();
        if (message.Recipients.Count + added > call.Options.MaximumRecipients)
            return new(new PlainResponse { ReturnValue = ErrorCode.TooManyRecips });
        foreach (var row in request.RecipientRows)
        {
            // A row without a size deletes; any other replaces all that was there. 3.2.5.5.
            if (row.Row is null)
                message.Recipients.Remove(row.RowId);
            else
                message.Recipients[row.RowId] = RecipientRows.From(row, request.RecipientColumns);
        }
        message.RecipientsChanged |= request.RecipientRows.Length > 0;
        // The client knows no other columns to read the rows of RopReadRecipients by, until it opens or reloads the message.
        if (request.RecipientColumns.Length > 0)
            message.RecipientColumns = request.RecipientColumns;
        return new(new PlainResponse());
    }

    /// <summary>The highest type of recipient: originator 0, To 1, Cc 2, Bcc 3.</summary>
    private const int Bcc = 3;
}
