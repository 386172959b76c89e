// [MS-OXCROPS] 2.2.9.2 wire; [MS-OXCPRPT] 2.2.15 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
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

        /// <summary>The request for what the answer left; null when it left nothing, or the stream is at its end.</summary>
        internal Request? Rest(Response answer)
        {
            var wanted = ByteCount == SeeMaximum ? MaximumByteCount : ByteCount;
            return answer.Data.Length == 0 || answer.Data.Length >= wanted
                ? null
                : new Request { LogonId = LogonId, InputHandleIndex = InputHandleIndex, Context = Context, ByteCount = SeeMaximum, MaximumByteCount = wanted - (uint)answer.Data.Length };
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

    /// <summary>ByteCount that says: see MaximumByteCount.</summary>
    private const ushort SeeMaximum = 0xBABE;

    /// <summary>RopId, index, ReturnValue and DataSize before the bytes.</summary>
    private const int Head = 8;

    internal static ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<StreamObject>(request, out var stream, out var error))
            return new(new Response { ReturnValue = error });
        var wanted = request.ByteCount == SeeMaximum ? request.MaximumByteCount : request.ByteCount;
        var room = Math.Clamp(call.Room - Head, 0, ushort.MaxValue);
        error = stream.Read((int)Math.Min(wanted, room), out var data);
        return new(new Response { ReturnValue = error, Data = data.ToArray() });
    }
}
