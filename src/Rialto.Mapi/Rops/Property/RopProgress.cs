// [MS-OXCROPS] 2.2.8.13 wire; [MS-OXCPRPT] 2.2.22 behaviour.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopProgress
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public bool WantCancel;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.Bool(ref request.WantCancel);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public byte LogonId;
        public uint CompletedTaskCount;
        public uint TotalTaskCount;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.U8(ref response.LogonId);
            io.U32(ref response.CompletedTaskCount);
            io.U32(ref response.TotalTaskCount);
        }
    }
}
