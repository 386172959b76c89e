// [MS-OXCROPS] 2.2.12.8 wire; [MS-OXCFXICS] 2.2.3.1.1.2 behaviour.
using Rialto.Mapi.FastTransfer;
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopFastTransferSourceCopyProperties
{
    public sealed class Request : RopOpenRequest, IWireStructure<Request>
    {
        public byte Level;
        public byte CopyFlags;
        public byte SendOptions;
        public PropertyTag[] PropertyTags = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U8(ref request.Level);
            io.U8(ref request.CopyFlags);
            io.U8(ref request.SendOptions);
            PropertyValueCodec.Tags(ref io, ref request.PropertyTags);
        }
    }

    // 2.2.3.1.1.2.1 CopyFlags.
    private const byte Move = 0x01;
    private const byte Known = 0x0F;

    internal static ValueTask<PlainResponse> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<PropertyObject>(request, out var source, out var error))
            return new(new PlainResponse { ReturnValue = error });
        if ((request.CopyFlags & ~Known) != 0)
            return new(new PlainResponse { ReturnValue = ErrorCode.InvalidParameter });
        var filter = FxFilter.Only(request.PropertyTags);
        var children = request.Level == 0 || source is AttachmentObject ? filter : FxFilter.Only([]);
        var options = new MessageListOptions(BestBody: false, WithIdentity: false, (request.CopyFlags & Move) != 0, SourceCopies.Recovers(request.SendOptions));
        return new(SourceCopies.Open(call, request, source, request.SendOptions, filter, children, options));
    }
}
