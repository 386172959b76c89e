// [MS-OXCRPC] 3.1.4.2.1.2.2: further responses behind that of the last operation, as if the client had asked again.
using Rialto.Mapi.Rops;
using Rialto.Model;

namespace Rialto.Mapi.Sessions;

/// <summary>Which operations go on in further extended buffers, and when they are at their end.</summary>
internal static class PackedResponses
{
    /// <summary>Room without which no further bytes of a stream are added.</summary>
    private const int StreamRoom = 8 * 1024;

    /// <summary>Room without which no further rows are added.</summary>
    private const int RowRoom = 32 * 1024;

    /// <summary>BufferSize of RopFastTransferSourceGetBuffer that leaves the size to the server.</summary>
    private const ushort ServerDecides = 0xBABE;

    /// <summary>TransferStatus: more follows. [MS-OXCFXICS] 2.2.3.1.1.5.2.</summary>
    private const ushort Partial = 0x0001;

    /// <summary>The request that continues <paramref name="request"/>; null when that was answered in full or does not go on in further buffers.</summary>
    public static RopRequest? Next(RopRequest request, RopResponse response)
    {
        if (response.ReturnValue != ErrorCode.Success)
            return null;
        return (request, response) switch
        {
            (RopQueryRows.Request rows, RopQueryRows.Response answer) => rows.Rest(answer),
            (RopReadStream.Request read, RopReadStream.Response answer) => read.Rest(answer),
            (RopFastTransferSourceGetBuffer.Request { BufferSize: ServerDecides } transfer, RopFastTransferSourceGetBuffer.Response { TransferStatus: Partial }) => transfer,
            _ => null,
        };
    }

    /// <summary>Bytes that must be left of the client's buffer for another response.</summary>
    public static int RoomFor(RopRequest request) => request is RopQueryRows.Request ? RowRoom : StreamRoom;
}
