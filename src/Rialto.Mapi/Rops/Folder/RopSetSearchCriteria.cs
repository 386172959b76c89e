// [MS-OXCROPS] 2.2.4.4 wire; [MS-OXCFOLD] 2.2.1.4 behaviour.
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSetSearchCriteria
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public Restriction? RestrictionData;
        public ulong[] FolderIds = [];
        public uint SearchFlags;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            RestrictionField.Field(ref io, ref request.RestrictionData, request.Context.Form);
            io.Numbers(ref request.FolderIds, CountWidth.UInt16);
            io.U32(ref request.SearchFlags);
        }
    }
}
