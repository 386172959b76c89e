// [MS-OXCROPS] 2.2.8.9 wire; [MS-OXCPRPT] 2.2.8 behaviour.
using Rialto.Mapi.Properties;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopDeletePropertiesNoReplicate
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public PropertyTag[] PropertyTags = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            PropertyValueCodec.Tags(ref io, ref request.PropertyTags);
        }
    }

    internal static ValueTask<ProblemsResponse> ExecuteAsync(RopCall call, Request request) => PropertyWriter.DeleteAsync(call, request, request.PropertyTags);
}
