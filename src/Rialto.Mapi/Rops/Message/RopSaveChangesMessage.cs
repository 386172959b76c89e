// [MS-OXCROPS] 2.2.6.3 wire; [MS-OXCMSG] 2.2.3.3 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSaveChangesMessage
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

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public byte InputHandleIndex;
        public ulong MessageId;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.U8(ref response.InputHandleIndex);
            io.U64(ref response.MessageId);
        }
    }

    /// <summary>2.2.3.3.1; other bits are ignored.</summary>
    public const byte KeepOpenReadOnly = 0x01;
    public const byte KeepOpenReadWrite = 0x02;
    public const byte ForceSave = 0x04;

    internal static async ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGetOrNull<MessageObject>(request, out var message, out var error))
            return new Response { ReturnValue = error };
        error = await MessageSaving.SaveAsync(call, message, (request.SaveFlags & ForceSave) != 0);
        if (error != ErrorCode.Success)
            return new Response { ReturnValue = error };
        // The message stays open as it was: KeepOpenReadOnly is passed over, as Exchange 2010 and later do (footnote of 2.2.3.3.1).
        return new Response { InputHandleIndex = request.InputHandleIndex, MessageId = Ids.OfCounter(message.Row?.Mid ?? 0) };
    }
}
