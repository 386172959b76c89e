// [MS-OXCROPS] 2.2.14.1 wire; [MS-OXCNOTIF] 2.2.1.2.1 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopRegisterNotification
{
    public sealed class Request : RopOpenRequest, IWireStructure<Request>
    {
        public ushort NotificationTypes;
        public byte Reserved;
        public bool WantWholeStore;
        public ulong FolderId;
        public ulong MessageId;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U16(ref request.NotificationTypes);
            if ((request.NotificationTypes & 0x0400) != 0)
                io.U8(ref request.Reserved);
            io.Bool(ref request.WantWholeStore);
            if (!request.WantWholeStore)
                io.U64(ref request.FolderId);
            if (!request.WantWholeStore)
                io.U64(ref request.MessageId);
        }
    }

    /// <summary>2.2.1.2.1.1. Table events need no asking for: every table that the client looks at tells them (3.1.4.3).</summary>
    private const ushort AllTypes = 0x0002 | 0x0004 | 0x0008 | 0x0010 | 0x0020 | 0x0040 | 0x0080 | 0x0100 | 0x0400;

    internal static ValueTask<PlainResponse> ExecuteAsync(RopCall call, Request request)
    {
        if (request.NotificationTypes == 0 || (request.NotificationTypes & ~AllTypes) != 0)
            return new(new PlainResponse { ReturnValue = ErrorCode.InvalidParameter });
        if (!call.TryGet<PropertyObject>(request, out var source, out var error))
            return new(new PlainResponse { ReturnValue = error });
        return new(new PlainResponse
        {
            ReturnValue = call.Open(request.OutputHandleIndex, new SubscriptionObject(source.Logon, request, call.Session.Notifications, call.Session.Client.IsCached)),
        });
    }
}
