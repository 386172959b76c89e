// [MS-OXCROPS] 2.2.9.12 wire; [MS-OXCPRPT] 2.2.26 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopWriteAndCommitStream
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
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public ushort WrittenSize;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, response);
            io.U16(ref response.WrittenSize);
        }
    }

    internal static async ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<StreamObject>(request, out var stream, out var error))
            return new Response { ReturnValue = error };
        error = stream.Write(request.Data);
        if (error == ErrorCode.Success)
            error = await StreamCommits.CommitAsync(call, stream);
        return new Response { ReturnValue = error, WrittenSize = error == ErrorCode.Success ? (ushort)request.Data.Length : (ushort)0 };
    }
}
