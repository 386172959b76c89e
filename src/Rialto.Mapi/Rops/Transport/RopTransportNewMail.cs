// [MS-OXCROPS] 2.2.7.7 wire.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopTransportNewMail
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public ulong MessageId;
        public ulong FolderId;
        public string MessageClass = "";
        public uint MessageFlags;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U64(ref request.MessageId);
            io.U64(ref request.FolderId);
            io.AsciiZ(ref request.MessageClass);
            io.U32(ref request.MessageFlags);
        }
    }
}
