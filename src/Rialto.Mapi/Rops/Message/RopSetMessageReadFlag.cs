// [MS-OXCROPS] 2.2.6.11 wire; [MS-OXCMSG] 2.2.3.11 behaviour.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSetMessageReadFlag
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public byte ReadFlags;
        public byte[] ClientData = [];

        public byte ResponseIndex;

        public override byte ResponseHandleIndex => ResponseIndex;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            io.U8(ref request.LogonId);
            io.U8(ref request.ResponseIndex, "ResponseHandleIndex");
            io.U8(ref request.InputHandleIndex);
            io.U8(ref request.ReadFlags);
            if (!request.Context.IsPrivateLogon)
                io.FixedBytes(ref request.ClientData, 24);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public bool ReadStatusChanged;
        public byte LogonId;
        public byte[] ClientData = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.Bool(ref response.ReadStatusChanged);
            if (response.ReadStatusChanged)
                io.U8(ref response.LogonId);
            if (response.ReadStatusChanged)
                io.FixedBytes(ref response.ClientData, 24);
        }
    }
}
