// [MS-OXCROPS] 2.2.13.2 wire; [MS-OXCFXICS] 2.2.3.2.4.2 behaviour.
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSynchronizationImportMessageChange
{
    public sealed class Request : RopOpenRequest, IWireStructure<Request>
    {
        public byte ImportFlag;
        public PropertyValue[] PropertyValues = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U8(ref request.ImportFlag);
            PropertyValueCodec.TaggedArray(ref io, ref request.PropertyValues, CountWidth.UInt16, request.Context.Form);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public ulong MessageId;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.U64(ref response.MessageId);
        }
    }
}
