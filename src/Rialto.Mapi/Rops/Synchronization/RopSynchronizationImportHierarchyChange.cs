// [MS-OXCROPS] 2.2.13.4 wire; [MS-OXCFXICS] 2.2.3.2.4.3 behaviour.
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSynchronizationImportHierarchyChange
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public PropertyValue[] HierarchyValues = [];
        public PropertyValue[] PropertyValues = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            PropertyValueCodec.TaggedArray(ref io, ref request.HierarchyValues, CountWidth.UInt16, request.Context.Form);
            PropertyValueCodec.TaggedArray(ref io, ref request.PropertyValues, CountWidth.UInt16, request.Context.Form);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public ulong FolderId;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.U64(ref response.FolderId);
        }
    }
}
