// [MS-OXCROPS] 2.2.6.4 wire; [MS-OXCMSG] 2.2.3.4 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopRemoveAllRecipients
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public uint Reserved;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U32(ref request.Reserved);
        }
    }

    internal static ValueTask<PlainResponse> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGetOrNull<MessageObject>(request, out var message, out var error))
            return new(new PlainResponse { ReturnValue = error });
        message.RecipientsChanged |= message.Recipients.Count > 0;
        message.Recipients.Clear();
        return new(new PlainResponse());
    }
}
