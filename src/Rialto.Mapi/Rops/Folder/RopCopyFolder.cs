// [MS-OXCROPS] 2.2.4.8 wire; [MS-OXCFOLD] 2.2.1.8 behaviour.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopCopyFolder
{
    public sealed class Request : RopDestinationRequest, IWireStructure<Request>
    {
        public bool WantAsynchronous;
        public bool WantRecursive;
        public bool UseUnicode;
        public ulong FolderId;
        public string NewFolderName = "";

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.Bool(ref request.WantAsynchronous);
            io.Bool(ref request.WantRecursive);
            io.Bool(ref request.UseUnicode);
            io.U64(ref request.FolderId);
            RopText.Text(ref io, ref request.NewFolderName, request.UseUnicode, request.Context.Form);
        }
    }
}
