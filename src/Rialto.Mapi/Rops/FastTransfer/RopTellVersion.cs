// [MS-OXCROPS] 2.2.12.9 wire; [MS-OXCFXICS] 2.2.3.1.1.6 behaviour.
using Rialto.Mapi.FastTransfer;
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopTellVersion
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public byte[] Version = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.FixedBytes(ref request.Version, 6);
        }
    }

    /// <summary>3.2.5.8.1.6: the version of the other server is taken note of and changes nothing: streams have one form here.</summary>
    internal static ValueTask<PlainResponse> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<ServerObject>(request, out var context, out var error))
            return new(new PlainResponse { ReturnValue = error });
        return new(new PlainResponse { ReturnValue = context is IFastTransferSource or FastTransferDestinationObject ? ErrorCode.Success : ErrorCode.NotSupported });
    }
}
