// [MS-OXCROPS] 2.2.8.6 wire; [MS-OXCPRPT] 2.2.5 behaviour.
using Rialto.Mapi.Properties;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSetProperties
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public PropertyValue[] PropertyValues = [];

        public override bool HasObjectStrings => true;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            SizedPropertyValues.Field(ref io, ref request.PropertyValues, request.Context.Form);
        }
    }

    internal static ValueTask<ProblemsResponse> ExecuteAsync(RopCall call, Request request) => PropertyWriter.SetAsync(call, request, request.PropertyValues);
}
