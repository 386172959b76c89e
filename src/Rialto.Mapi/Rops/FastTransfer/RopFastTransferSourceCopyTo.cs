// [MS-OXCROPS] 2.2.12.7 wire; [MS-OXCFXICS] 2.2.3.1.1.1 behaviour.
using Rialto.Mapi.FastTransfer;
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopFastTransferSourceCopyTo
{
    public sealed class Request : RopOpenRequest, IWireStructure<Request>
    {
        public byte Level;
        public uint CopyFlags;
        public byte SendOptions;
        public PropertyTag[] PropertyTags = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U8(ref request.Level);
            io.U32(ref request.CopyFlags);
            io.U8(ref request.SendOptions);
            PropertyValueCodec.Tags(ref io, ref request.PropertyTags);
        }
    }

    // 2.2.3.1.1.1.1 CopyFlags.
    private const uint Move = 0x00000001;
    private const uint BestBody = 0x00002000;
    private const uint Known = 0x0000060F | BestBody;

    internal static ValueTask<PlainResponse> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<PropertyObject>(request, out var source, out var error))
            return new(new PlainResponse { ReturnValue = error });
        // 3.2.5.8.1.1: of a move the server may know nothing, and says so, as Exchange 2010 and later do.
        if ((request.CopyFlags & ~Known) != 0 || (request.CopyFlags & Move) != 0)
            return new(new PlainResponse { ReturnValue = ErrorCode.InvalidParameter });
        var filter = FxFilter.Without(request.PropertyTags);
        // 3.2.5.8.1.1: another level than 0 leaves all subobjects out; attachments have none.
        var children = request.Level == 0 || source is AttachmentObject ? filter : FxFilter.Only([]);
        var options = new MessageListOptions((request.CopyFlags & BestBody) != 0, WithIdentity: false, ForMove: false, SourceCopies.Recovers(request.SendOptions));
        return new(SourceCopies.Open(call, request, source, request.SendOptions, filter, children, options));
    }
}
