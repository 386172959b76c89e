// [MS-OXCROPS] 2.2.15.1 wire, 3.2.4.3 behaviour.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

/// <summary>Ends a response whose rest did not fit: how much room the rest needs, and the requests that were not processed.</summary>
public static class RopBufferTooSmall
{
    public struct Response : IWireStructure<Response>
    {
        public ushort SizeNeeded;
        public byte[] RequestBuffers;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            io.U16(ref response.SizeNeeded);
            io.Rest(ref response.RequestBuffers);
        }
    }
}
