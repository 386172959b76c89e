// [MS-OXCROPS] 2.2.4.2 wire; [MS-OXCFOLD] 2.2.1.2 behaviour.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopCreateFolder
{
    public sealed class Request : RopOpenRequest, IWireStructure<Request>
    {
        public byte FolderType;
        public bool UseUnicodeStrings;
        public bool OpenExisting;
        public byte Reserved;
        public string DisplayName = "";
        public string Comment = "";

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U8(ref request.FolderType);
            io.Bool(ref request.UseUnicodeStrings);
            io.Bool(ref request.OpenExisting);
            io.U8(ref request.Reserved);
            RopText.Text(ref io, ref request.DisplayName, request.UseUnicodeStrings, request.Context.Form);
            RopText.Text(ref io, ref request.Comment, request.UseUnicodeStrings, request.Context.Form);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public ulong FolderId;
        public bool IsExistingFolder;
        public bool HasRules;
        public bool IsGhosted;
        public string[] Servers = [];
        public ushort CheapServerCount;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.U64(ref response.FolderId);
            io.Bool(ref response.IsExistingFolder);
            if (response.IsExistingFolder)
                io.Bool(ref response.HasRules);
            if (response.IsExistingFolder)
                io.Bool(ref response.IsGhosted);
            if (response.IsExistingFolder && response.IsGhosted)
                RopText.Servers(ref io, ref response.Servers, ref response.CheapServerCount);
        }
    }
}
