// [MS-OXCROPS] 2.2.12.4 wire; [MS-OXCFXICS] 2.2.3.1.1.5 behaviour.
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopFastTransferSourceGetBuffer
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public ushort BufferSize;
        public ushort MaximumBufferSize;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U16(ref request.BufferSize);
            if (request.BufferSize == 0xBABE)
                io.U16(ref request.MaximumBufferSize);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public ushort TransferStatus;
        public ushort InProgressCount;
        public ushort TotalStepCount;
        public byte Reserved;
        public byte[] TransferBuffer = [];

        /// <summary>Milliseconds to wait; sent in place of the buffer with ServerBusy.</summary>
        public uint BackoffTime;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, response);
            io.U16(ref response.TransferStatus);
            io.U16(ref response.InProgressCount);
            io.U16(ref response.TotalStepCount);
            io.U8(ref response.Reserved);
            if (response.ReturnValue == ErrorCode.ServerBusy)
            {
                // 2.2.12.4.2: the size stands, the buffer gives way to the time to wait.
                ushort none = 0;
                io.U16(ref none, "TransferBufferSize");
                io.U32(ref response.BackoffTime);
            }
            else
            {
                io.Bytes(ref response.TransferBuffer, CountWidth.UInt16);
            }
        }
    }
}
