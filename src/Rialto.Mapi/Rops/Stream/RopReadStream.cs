// [MS-OXCROPS] 2.2.9.2 wire; [MS-OXCPRPT] 2.2.15 behaviour.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopReadStream
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public ushort ByteCount;
        public uint MaximumByteCount;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U16(ref request.ByteCount);
            if (request.ByteCount == 0xBABE)
                io.U32(ref request.MaximumByteCount);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public byte[] Data = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, response);
            io.Bytes(ref response.Data, CountWidth.UInt16);
        }
    }
}
