// [MS-OXCROPS] 2.2.12.1 wire; [MS-OXCFXICS] 2.2.3.1.2.1 behaviour.
using Rialto.Mapi.FastTransfer;
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopFastTransferDestinationConfigure
{
    public sealed class Request : RopOpenRequest, IWireStructure<Request>
    {
        public byte SourceOperation;
        public byte CopyFlags;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U8(ref request.SourceOperation);
            io.U8(ref request.CopyFlags);
        }
    }

    /// <summary>2.2.3.1.2.1.1 CopyFlags: Move changes nothing here, since what is moved is deleted at its source.</summary>
    private const byte Move = 0x01;

    internal static ValueTask<PlainResponse> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<PropertyObject>(request, out var target, out var error))
            return new(new PlainResponse { ReturnValue = error });
        var operation = (FxSourceOperation)request.SourceOperation;
        var fits = operation switch
        {
            FxSourceOperation.CopyTo or FxSourceOperation.CopyProperties => target is FolderObject or MessageObject or AttachmentObject,
            FxSourceOperation.CopyMessages or FxSourceOperation.CopyFolder => target is FolderObject,
            _ => false,
        };
        if (!fits || (request.CopyFlags & ~Move) != 0)
            return new(new PlainResponse { ReturnValue = ErrorCode.InvalidParameter });
        if (target is DraftObject { IsWritable: false })
            return new(new PlainResponse { ReturnValue = ErrorCode.AccessDenied });
        var upload = new FxUpload(target, operation, CodePages.FormOf(call, target), call.Options);
        return new(new PlainResponse { ReturnValue = call.Open(request.OutputHandleIndex, new FastTransferDestinationObject(target, upload)) });
    }
}
