// [MS-OXCROPS] 2.2.7.6 wire; [MS-OXOMSG] 2.2.5.4 behaviour.
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopTransportSend
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public bool NoPropertiesReturned;
        public PropertyValue[] PropertyValues = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.Bool(ref response.NoPropertiesReturned);
            PropertyValueCodec.TaggedArray(ref io, ref response.PropertyValues, CountWidth.UInt16, response.Context.Form);
        }
    }
}
