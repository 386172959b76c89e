// [MS-OXCROPS] 2.2.9.4 wire; [MS-OXCPRPT] 2.2.17 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopWriteStreamExtended
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public byte[] Data = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.Bytes(ref request.Data, CountWidth.UInt16);
        }

        public override bool TryAppend(RopRequest next)
        {
            Data = [.. Data, .. ((Request)next).Data];
            return true;
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public uint WrittenSize;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, response);
            io.U32(ref response.WrittenSize);
        }
    }

    internal static ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<StreamObject>(request, out var stream, out var error))
            return new(new Response { ReturnValue = error });
        error = stream.Write(request.Data);
        return new(new Response { ReturnValue = error, WrittenSize = error == ErrorCode.Success ? (uint)request.Data.Length : (uint)0 });
    }
}
