// [MS-OXCROPS] 2.2.3.3 wire; [MS-OXCSTOR] 2.2.1.3 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Store;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSetReceiveFolder
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public ulong FolderId;
        public string MessageClass = "";

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U64(ref request.FolderId);
            io.AsciiZ(ref request.MessageClass);
        }
    }

    /// <summary>Longest message class without its NUL. [MS-OXCSTOR] 2.2.1.3.1.2.</summary>
    private const int MaximumLength = 254;

    internal static async ValueTask<PlainResponse> ExecuteAsync(RopCall call, Request request)
    {
        if (!PrivateLogon.TryGet(call, request, out var logon, out var error))
            return new PlainResponse { ReturnValue = error };
        var messageClass = request.MessageClass;
        if (!PrivateLogon.IsMessageClass(messageClass, MaximumLength))
            return new PlainResponse { ReturnValue = ErrorCode.InvalidParameter };
        // 3.2.5.3: mail itself always arrives in the Inbox.
        if (messageClass.Equals("IPM", StringComparison.OrdinalIgnoreCase) || messageClass.Equals("REPORT.IPM", StringComparison.OrdinalIgnoreCase))
            return new PlainResponse { ReturnValue = ErrorCode.AccessDenied };
        if (messageClass.Length == 0 && request.FolderId == 0)
            return new PlainResponse { ReturnValue = ErrorCode.GeneralFailure };
        FolderId? folder = request.FolderId == 0 ? null : Ids.FolderOf(request.FolderId);
        return new PlainResponse { ReturnValue = RopCall.ErrorOf(await logon.Mailbox.SetReceiveFolderAsync(messageClass, folder, call.Cancel)) };
    }
}
