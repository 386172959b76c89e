// [MS-OXCROPS] 2.2.4.3 wire; [MS-OXCFOLD] 2.2.1.3 behaviour.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopDeleteFolder
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public byte DeleteFolderFlags;
        public ulong FolderId;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U8(ref request.DeleteFolderFlags);
            io.U64(ref request.FolderId);
        }
    }
}
