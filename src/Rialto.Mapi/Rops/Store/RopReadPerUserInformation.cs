// [MS-OXCROPS] 2.2.3.12 wire; [MS-OXCSTOR] 2.2.1.12 behaviour.
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopReadPerUserInformation
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public LongTermId FolderId;
        public byte Reserved;
        public uint DataOffset;
        public ushort MaxDataSize;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.Structure(ref request.FolderId);
            io.U8(ref request.Reserved);
            io.U32(ref request.DataOffset);
            io.U16(ref request.MaxDataSize);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public bool HasFinished;
        public byte[] Data = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.Bool(ref response.HasFinished);
            io.Bytes(ref response.Data, CountWidth.UInt16);
        }
    }
}
