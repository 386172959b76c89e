// [MS-OXCROPS] 2.2.3.2 wire; [MS-OXCSTOR] 2.2.1.2 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Store;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopGetReceiveFolder
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public string MessageClass = "";

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.AsciiZ(ref request.MessageClass);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public ulong FolderId;
        public string ExplicitMessageClass = "";

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.U64(ref response.FolderId);
            io.AsciiZ(ref response.ExplicitMessageClass);
        }
    }

    /// <summary>Longest message class without its NUL. [MS-OXCSTOR] 2.2.1.2.1.1.</summary>
    private const int MaximumLength = 254;

    internal static ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!PrivateLogon.TryGet(call, request, out var logon, out var error))
            return new(new Response { ReturnValue = error });
        if (!PrivateLogon.IsMessageClass(request.MessageClass, MaximumLength))
            return new(new Response { ReturnValue = ErrorCode.InvalidParameter });
        var found = logon.Mailbox.ReceiveFolders.Find(request.MessageClass);
        return new(new Response { FolderId = Ids.Of(found.Folder), ExplicitMessageClass = found.MessageClass });
    }
}
