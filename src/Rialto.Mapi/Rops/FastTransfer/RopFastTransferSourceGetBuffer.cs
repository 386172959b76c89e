// [MS-OXCROPS] 2.2.12.4 wire; [MS-OXCFXICS] 2.2.3.1.1.5 behaviour.
using Rialto.Mapi.FastTransfer;
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
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

        /// <summary>Of the download's own memory: they stand until its next portion is made.</summary>
        public ReadOnlyMemory<byte> TransferBuffer;

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
                io.Memory(ref response.TransferBuffer, CountWidth.UInt16);
            }
        }
    }

    /// <summary>BufferSize that leaves the size to the server.</summary>
    private const ushort ServerDecides = 0xBABE;

    // 2.2.3.1.1.5.2 TransferStatus.
    private const ushort Failed = 0x0000;
    private const ushort Partial = 0x0001;
    private const ushort NoRoom = 0x0002;
    private const ushort Done = 0x0003;

    /// <summary>RopId, index, ReturnValue, status, steps, the reserved byte and the size before the bytes.</summary>
    private const int Head = 15;

    internal static async ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<ServerObject>(request, out var found, out var error))
            return new Response { ReturnValue = error };
        if (found is not IFastTransferSource { Download: var download })
            return new Response { ReturnValue = ErrorCode.NotSupported };
        var room = Math.Clamp(call.Room - Head, 0, ushort.MaxValue);
        var wanted = request.BufferSize == ServerDecides ? Math.Min(request.MaximumBufferSize, room) : request.BufferSize;
        // 3.2.5.8.1.5: more than there is room for fails as a whole, before anything of the stream goes.
        if (wanted > room)
            return new Response { TransferBuffer = new byte[wanted] };
        (error, var portion) = await download.ReadAsync(wanted, call.Cancel);
        var (done, total) = download.Progress;
        if (error != ErrorCode.Success)
        {
            return new Response
            {
                ReturnValue = error, TransferStatus = error == ErrorCode.ServerBusy ? Partial : Failed, InProgressCount = done, TotalStepCount = total,
                BackoffTime = (uint)call.Options.TransferBackoff.TotalMilliseconds,
            };
        }
        return new Response
        {
            TransferStatus = download.IsDone ? Done : portion.IsEmpty ? NoRoom : Partial,
            InProgressCount = download.IsDone ? total : done,
            TotalStepCount = total,
            TransferBuffer = portion,
        };
    }
}
