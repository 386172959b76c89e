// [MS-OXCROPS] 2.2.6.15 wire; [MS-OXCMSG] 2.2.3.15 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSaveChangesAttachment
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public byte SaveFlags;

        public byte ResponseIndex;

        public override byte ResponseHandleIndex => ResponseIndex;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            io.U8(ref request.LogonId);
            io.U8(ref request.ResponseIndex, "ResponseHandleIndex");
            io.U8(ref request.InputHandleIndex);
            io.U8(ref request.SaveFlags);
        }
    }

    internal static ValueTask<PlainResponse> ExecuteAsync(RopCall call, Request request)
    {
        // 3.2.5.14: NotSupported where it is no attachment.
        if (!call.TryGet<AttachmentObject>(request, out var attachment, out var error))
            return new(new PlainResponse { ReturnValue = error });
        var mode = request.SaveFlags & (RopSaveChangesMessage.KeepOpenReadOnly | RopSaveChangesMessage.KeepOpenReadWrite | RopSaveChangesMessage.ForceSave);
        if ((mode & (mode - 1)) != 0)
            return new(new PlainResponse { ReturnValue = ErrorCode.NotSupported });
        if (!attachment.IsWritable)
            return new(new PlainResponse { ReturnValue = ErrorCode.AccessDenied });
        if (attachment.WasReadOnlySet)
            return new(new PlainResponse { ReturnValue = ErrorCode.GeneralFailure });
        attachment.Save(FileTime.From(call.Service.Time.GetUtcNow()));
        if (mode == RopSaveChangesMessage.KeepOpenReadOnly)
            attachment.IsWritable = false;
        return new(new PlainResponse());
    }
}
