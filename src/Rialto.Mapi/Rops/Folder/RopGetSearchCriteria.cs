// [MS-OXCROPS] 2.2.4.5 wire; [MS-OXCFOLD] 2.2.1.5 behaviour.
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopGetSearchCriteria
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public bool UseUnicode;
        public bool IncludeRestriction;
        public bool IncludeFolders;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.Bool(ref request.UseUnicode);
            io.Bool(ref request.IncludeRestriction);
            io.Bool(ref request.IncludeFolders);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public Restriction? RestrictionData;
        public byte LogonId;
        public ulong[] FolderIds = [];
        public uint SearchFlags;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            RestrictionField.Field(ref io, ref response.RestrictionData, response.Context.Form);
            io.U8(ref response.LogonId);
            io.Numbers(ref response.FolderIds, CountWidth.UInt16);
            io.U32(ref response.SearchFlags);
        }
    }
}
