// [MS-OXCROPS] 2.2.12.5 wire; [MS-OXCFXICS] 2.2.3.1.1.4 behaviour.
using Rialto.Mapi.FastTransfer;
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopFastTransferSourceCopyFolder
{
    public sealed class Request : RopOpenRequest, IWireStructure<Request>
    {
        public byte CopyFlags;
        public byte SendOptions;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U8(ref request.CopyFlags);
            io.U8(ref request.SendOptions);
        }
    }

    // 2.2.3.1.1.4.1 CopyFlags.
    private const byte Move = 0x01;
    private const byte CopySubfolders = 0x10;
    private const byte NoGhostedContent = 0x20;
    private const byte Known = 0x0F | CopySubfolders | NoGhostedContent;

    internal static ValueTask<PlainResponse> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<FolderObject>(request, out var folder, out var error))
            return new(new PlainResponse { ReturnValue = error });
        if ((request.CopyFlags & ~Known) != 0 || !SourceCopies.AreKnown(request.SendOptions))
            return new(new PlainResponse { ReturnValue = ErrorCode.InvalidParameter });
        // 3.2.5.8.1.4: a folder moves with all that is below it.
        var withSubfolders = (request.CopyFlags & (CopySubfolders | Move)) != 0;
        var options = new MessageListOptions(BestBody: false, WithIdentity: false, (request.CopyFlags & Move) != 0, SourceCopies.Recovers(request.SendOptions));
        return new(SourceCopies.Open(call, request, folder, request.SendOptions, FolderProducer.Top(folder, withSubfolders, options)));
    }
}
