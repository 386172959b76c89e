// [MS-OXCROPS] 2.2.3.13 wire; [MS-OXCSTOR] 2.2.1.13 behaviour.
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopWritePerUserInformation
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public LongTermId FolderId;
        public bool HasFinished;
        public uint DataOffset;
        public byte[] Data = [];
        public Guid ReplGuid;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.Structure(ref request.FolderId);
            io.Bool(ref request.HasFinished);
            io.U32(ref request.DataOffset);
            io.Bytes(ref request.Data, CountWidth.UInt16);
            if (request.DataOffset == 0 && request.Context.IsPrivateLogon)
                io.Guid(ref request.ReplGuid);
        }
    }
}
