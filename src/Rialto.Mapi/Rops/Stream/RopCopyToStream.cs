// [MS-OXCROPS] 2.2.9.9 wire; [MS-OXCPRPT] 2.2.22 behaviour.
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopCopyToStream
{
    public sealed class Request : RopDestinationRequest, IWireStructure<Request>
    {
        public ulong ByteCount;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U64(ref request.ByteCount);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public uint DestHandleIndex;
        public ulong ReadByteCount;
        public ulong WrittenByteCount;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, response);
            if (response.ReturnValue == ErrorCode.NullDestinationObject)
                io.U32(ref response.DestHandleIndex);
            io.U64(ref response.ReadByteCount);
            io.U64(ref response.WrittenByteCount);
        }
    }
}
