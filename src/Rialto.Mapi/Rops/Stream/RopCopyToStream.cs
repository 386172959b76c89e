// [MS-OXCROPS] 2.2.9.9 wire; [MS-OXCPRPT] 2.2.22 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
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

    /// <summary>Bytes copied at a time: source and destination may be one stream, so that each piece is read before it is written.</summary>
    private const int PieceSize = 64 * 1024;

    internal static ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<StreamObject>(request, out var source, out var error))
            return new(new Response { ReturnValue = error });
        if (!call.TryGetDestination<StreamObject>(request, out var destination, out error))
            return new(new Response { ReturnValue = error, DestHandleIndex = request.DestHandleIndex });
        var response = new Response();
        var left = request.ByteCount;
        while (left > 0 && response.ReturnValue == ErrorCode.Success)
        {
            response.ReturnValue = source.Read((int)Math.Min(left, PieceSize), out var read);
            if (response.ReturnValue != ErrorCode.Success || read.IsEmpty)
                break;
            // The destination may be the same bytes.
            var piece = read.ToArray();
            response.ReadByteCount += (ulong)piece.Length;
            left -= (ulong)piece.Length;
            response.ReturnValue = destination.Write(piece);
            if (response.ReturnValue == ErrorCode.Success)
                response.WrittenByteCount += (ulong)piece.Length;
        }
        return new(response);
    }
}
