// [MS-OXCROPS] 2.2.13.3 wire; [MS-OXCFXICS] behaviour.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSynchronizationImportReadStateChanges
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public MessageReadState[] MessageReadStates = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            MessageReadState.Field(ref io, ref request.MessageReadStates);
        }
    }
}
