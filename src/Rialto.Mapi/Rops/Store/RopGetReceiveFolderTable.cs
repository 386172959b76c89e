// [MS-OXCROPS] 2.2.3.4 wire; [MS-OXCSTOR] 2.2.1.4 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Store;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopGetReceiveFolderTable
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
        public PropertyValue[][] Rows = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            ReceiveFolderRows.Field(ref io, ref response.Rows, response.Context.Form);
        }
    }

    internal static ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!PrivateLogon.TryGet(call, request, out var logon, out var error))
            return new(new Response { ReturnValue = error });
        var rows = logon.Mailbox.ReceiveFolders.All.Select(r => new[]
        {
            PropertyValue.Of(PropertyTags.FolderId, (long)Ids.Of(r.Folder)),
            PropertyValue.Of(PropertyTags.MessageClass.WithType(PropertyType.String8), r.MessageClass),
            PropertyValue.Of(PropertyTags.LastModificationTime, r.Modified),
        }).ToArray();
        return new(rows.Length > 0 ? new Response { Rows = rows } : new Response { ReturnValue = ErrorCode.NoReceiveFolder });
    }
}
