// [MS-OXCROPS] 2.2.14.3 wire; [MS-OXCNOTIF] 2.2.1.3.4 behaviour.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

/// <summary>Tells that notifications wait which did not fit.</summary>
public static class RopPending
{
    public struct Response : IWireStructure<Response>
    {
        public ushort SessionIndex;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct => io.U16(ref response.SessionIndex);
    }
}
