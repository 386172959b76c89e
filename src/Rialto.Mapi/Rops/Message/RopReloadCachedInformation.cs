// [MS-OXCROPS] 2.2.6.7 wire; [MS-OXCMSG] 2.2.3.7 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopReloadCachedInformation
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public ushort Reserved;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U16(ref request.Reserved);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public MessageSummary Message;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            MessageSummary.Fields(ref io, ref response.Message, response.Context.Form);
        }
    }

    internal static ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGetOrNull<MessageObject>(request, out var message, out var error))
            return new(new Response { ReturnValue = error });
        request.Context = request.Context with { Form = message.Form };
        return new(new Response { Message = MessageOpening.Describe(message) });
    }
}
