// [MS-OXCROPS] 2.2.12.2 wire; [MS-OXCFXICS] 2.2.3.1.2.2 behaviour.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopFastTransferDestinationPutBuffer
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public byte[] TransferData = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.Bytes(ref request.TransferData, CountWidth.UInt16);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public ushort TransferStatus;
        public ushort InProgressCount;
        public ushort TotalStepCount;
        public byte Reserved;
        public ushort BufferUsedSize;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, response);
            io.U16(ref response.TransferStatus);
            io.U16(ref response.InProgressCount);
            io.U16(ref response.TotalStepCount);
            io.U8(ref response.Reserved);
            io.U16(ref response.BufferUsedSize);
        }
    }
}
