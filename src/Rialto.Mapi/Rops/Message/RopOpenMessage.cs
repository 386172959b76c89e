// [MS-OXCROPS] 2.2.6.1 wire; [MS-OXCMSG] 2.2.3.1 behaviour.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopOpenMessage
{
    public sealed class Request : RopOpenRequest, IWireStructure<Request>
    {
        public ushort CodePageId;
        public ulong FolderId;
        public byte OpenModeFlags;
        public ulong MessageId;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U16(ref request.CodePageId);
            io.U64(ref request.FolderId);
            io.U8(ref request.OpenModeFlags);
            io.U64(ref request.MessageId);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public MessageSummary Message;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            MessageSummary.Fields(ref io, ref response.Message, response.Context.Form);
        }
    }
}
