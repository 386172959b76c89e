// [MS-OXCROPS] 2.2.13.6 wire; [MS-OXCFXICS] 2.2.3.2.4.4 behaviour.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSynchronizationImportMessageMove
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public byte[] SourceFolderId = [];
        public byte[] SourceMessageId = [];
        public byte[] PredecessorChangeList = [];
        public byte[] DestinationMessageId = [];
        public byte[] ChangeNumber = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.Bytes(ref request.SourceFolderId, CountWidth.UInt32);
            io.Bytes(ref request.SourceMessageId, CountWidth.UInt32);
            io.Bytes(ref request.PredecessorChangeList, CountWidth.UInt32);
            io.Bytes(ref request.DestinationMessageId, CountWidth.UInt32);
            io.Bytes(ref request.ChangeNumber, CountWidth.UInt32);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public ulong MessageId;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.U64(ref response.MessageId);
        }
    }
}
