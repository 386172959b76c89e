// [MS-OXCROPS] 2.2.3.4 wire; [MS-OXCSTOR] 2.2.1.4 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
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
        if (!call.TryGet<LogonObject>(request, out var logon, out var error))
            return new(new Response { ReturnValue = error });
        var rows = new List<PropertyValue[]>();
        foreach (var (messageClass, special) in ReceiveFolders.All)
        {
            if (logon.Mailbox.Folders.Special(special) is not { } folder)
                continue;
            rows.Add(
            [
                PropertyValue.Of(PropertyTags.FolderId, (long)Ids.Of(folder.Id)),
                PropertyValue.Of(PropertyTags.MessageClass.WithType(PropertyType.String8), messageClass),
                PropertyValue.Of(PropertyTags.LastModificationTime, folder.Created),
            ]);
        }
        return new(new Response { Rows = [.. rows] });
    }
}
