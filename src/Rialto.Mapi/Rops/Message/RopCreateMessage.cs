// [MS-OXCROPS] 2.2.6.2 wire; [MS-OXCMSG] 2.2.3.2 behaviour.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopCreateMessage
{
    public sealed class Request : RopOpenRequest, IWireStructure<Request>
    {
        public ushort CodePageId;
        public ulong FolderId;
        public bool AssociatedFlag;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U16(ref request.CodePageId);
            io.U64(ref request.FolderId);
            io.Bool(ref request.AssociatedFlag);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public bool HasMessageId;
        public ulong MessageId;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.Bool(ref response.HasMessageId);
            if (response.HasMessageId)
                io.U64(ref response.MessageId);
        }
    }
}
