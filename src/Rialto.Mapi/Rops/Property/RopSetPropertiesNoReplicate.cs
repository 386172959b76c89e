// [MS-OXCROPS] 2.2.8.7 wire; [MS-OXCPRPT] 2.2.6 behaviour.
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSetPropertiesNoReplicate
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public PropertyValue[] PropertyValues = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            SizedPropertyValues.Field(ref io, ref request.PropertyValues, request.Context.Form);
        }
    }
}
