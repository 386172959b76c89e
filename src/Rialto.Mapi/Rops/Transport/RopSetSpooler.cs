// [MS-OXCROPS] 2.2.7.4 wire; [MS-OXOMSG] 2.2.5.1 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSetSpooler
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
        }
    }

    /// <summary>From now on the logon may lock messages. What is submitted goes on to be sent by the server: it takes every address type.</summary>
    internal static ValueTask<PlainResponse> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<LogonObject>(request, out var logon, out var error))
            return new(new PlainResponse { ReturnValue = error });
        if (logon.Session.Header.IsPublic)
            return new(new PlainResponse { ReturnValue = ErrorCode.NotSupported });
        logon.IsSpooler = true;
        return new(new PlainResponse());
    }
}
