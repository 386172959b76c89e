// [MS-OXCROPS] 2.2.7.2 wire; [MS-OXOMSG] 2.2.4.2 behaviour.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopAbortSubmit
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public ulong FolderId;
        public ulong MessageId;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U64(ref request.FolderId);
            io.U64(ref request.MessageId);
        }
    }
}
