// [MS-OXCROPS] 2.2.12.3 wire; [MS-OXCFXICS] 2.2.3.1.2.3 behaviour.
using Rialto.Mapi.FastTransfer;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopFastTransferDestinationPutBufferExtended
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
        public uint InProgressCount;
        public uint TotalStepCount;
        public byte Reserved;
        public ushort BufferUsedSize;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, response);
            io.U16(ref response.TransferStatus);
            io.U32(ref response.InProgressCount);
            io.U32(ref response.TotalStepCount);
            io.U8(ref response.Reserved);
            io.U16(ref response.BufferUsedSize);
        }
    }

    // 2.2.3.1.1.5.2 TransferStatus.
    private const ushort Failed = 0x0000;
    private const ushort Partial = 0x0001;

    internal static async ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<FastTransferDestinationObject>(request, out var destination, out var error))
            return new Response { ReturnValue = error };
        error = await destination.Upload.PutAsync(call, request.TransferData);
        // 2.2.3.1.2.3.2: the counts are the same whatever came of it, as Exchange has them.
        return new Response
        {
            ReturnValue = error, TransferStatus = error == ErrorCode.Success ? Partial : Failed, TotalStepCount = 1, BufferUsedSize = (ushort)request.TransferData.Length,
        };
    }
}
