// [MS-OXCROPS] 2.2.12.6 wire; [MS-OXCFXICS] 2.2.3.1.1.3 behaviour.
using Rialto.Mapi.FastTransfer;
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopFastTransferSourceCopyMessages
{
    public sealed class Request : RopOpenRequest, IWireStructure<Request>
    {
        public ulong[] MessageIds = [];
        public byte CopyFlags;
        public byte SendOptions;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.Numbers(ref request.MessageIds, CountWidth.UInt16);
            io.U8(ref request.CopyFlags);
            io.U8(ref request.SendOptions);
        }
    }

    // 2.2.3.1.1.3.1 CopyFlags.
    private const byte Move = 0x01;
    private const byte BestBody = 0x10;
    private const byte SendEntryId = 0x20;
    private const byte Known = 0x0F | BestBody | SendEntryId;

    internal static ValueTask<PlainResponse> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<FolderObject>(request, out var folder, out var error))
            return new(new PlainResponse { ReturnValue = error });
        if ((request.CopyFlags & ~Known) != 0 || !SourceCopies.AreKnown(request.SendOptions))
            return new(new PlainResponse { ReturnValue = ErrorCode.InvalidParameter });
        var options = new MessageListOptions(
            (request.CopyFlags & BestBody) != 0, (request.CopyFlags & SendEntryId) != 0, (request.CopyFlags & Move) != 0, SourceCopies.Recovers(request.SendOptions));
        var producer = new MessageListProducer(new NamedMessages(folder.Logon, folder.Id, request.MessageIds, options), request.MessageIds.Length);
        return new(SourceCopies.Open(call, request, folder, request.SendOptions, producer));
    }
}
