// [MS-OXCROPS] 2.2.15.2 wire; 3.2.4.2 behaviour: Sessions/RopProcessor.cs.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

/// <summary>Asks the client to wait: in place of an operation's response, and of all that come after it, where the logon's mailbox has too much to do.</summary>
public static class RopBackoff
{
    public struct Response : IWireStructure<Response>
    {
        public byte LogonId;

        /// <summary>Milliseconds.</summary>
        public uint Duration;
        public BackoffRop[] BackoffRopData;
        public byte[] AdditionalData;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            io.U8(ref response.LogonId);
            io.U32(ref response.Duration);
            io.Array(ref response.BackoffRopData, CountWidth.Byte);
            io.Bytes(ref response.AdditionalData, CountWidth.UInt16);
        }
    }

    public struct BackoffRop : IWireStructure<BackoffRop>
    {
        public RopId RopIdBackoff;
        public uint Duration;

        public static void Fields<TIo>(ref TIo io, scoped ref BackoffRop value)
            where TIo : struct, IWireIo, allows ref struct
        {
            io.Enum(ref value.RopIdBackoff);
            io.U32(ref value.Duration);
        }
    }
}
