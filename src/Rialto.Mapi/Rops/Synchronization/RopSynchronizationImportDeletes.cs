// [MS-OXCROPS] 2.2.13.5 wire; [MS-OXCFXICS] 2.2.3.2.4.5 behaviour.
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSynchronizationImportDeletes
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public byte ImportDeleteFlags;
        public PropertyValue[] PropertyValues = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U8(ref request.ImportDeleteFlags);
            PropertyValueCodec.TaggedArray(ref io, ref request.PropertyValues, CountWidth.UInt16, request.Context.Form);
        }
    }
}
