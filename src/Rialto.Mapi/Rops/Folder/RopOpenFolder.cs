// [MS-OXCROPS] 2.2.4.1 wire; [MS-OXCFOLD] 2.2.1.1 behaviour.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopOpenFolder
{
    public sealed class Request : RopOpenRequest, IWireStructure<Request>
    {
        public ulong FolderId;
        public byte OpenModeFlags;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U64(ref request.FolderId);
            io.U8(ref request.OpenModeFlags);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public bool HasRules;
        public bool IsGhosted;
        public string[] Servers = [];
        public ushort CheapServerCount;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.Bool(ref response.HasRules);
            io.Bool(ref response.IsGhosted);
            if (response.IsGhosted)
                RopText.Servers(ref io, ref response.Servers, ref response.CheapServerCount);
        }
    }
}
