// [MS-OXCROPS] 2.2.7.6 wire; [MS-OXOMSG] 2.2.5.4 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopTransportSend
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public bool NoPropertiesReturned;
        public PropertyValue[] PropertyValues = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.Bool(ref response.NoPropertiesReturned);
            PropertyValueCodec.TaggedArray(ref io, ref response.PropertyValues, CountWidth.UInt16, response.Context.Form);
        }
    }

    /// <summary>What the server set when it took the message, which the client's spooler has no other way to know.</summary>
    private static readonly PropertyTag[] s_returned =
    [
        PropertyTags.SenderName, PropertyTags.SenderAddressType, PropertyTags.SenderEmailAddress, PropertyTags.SenderEntryId, PropertyTags.SenderSearchKey,
        PropertyTags.SentRepresentingName, PropertyTags.SentRepresentingAddressType, PropertyTags.SentRepresentingEmailAddress, PropertyTags.SentRepresentingEntryId,
        PropertyTags.SentRepresentingSearchKey, PropertyTags.ClientSubmitTime,
    ];

    internal static async ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<MessageObject>(request, out var message, out var error))
            return new Response { ReturnValue = error };
        var (result, sent) = await MessageSubmission.SubmitAsync(call, message);
        if (result != ErrorCode.Success || sent is null)
            return new Response { ReturnValue = result };
        return new Response { PropertyValues = [.. s_returned.Select(t => sent.Properties.Get(t)).Where(v => !v.IsAbsent)] };
    }
}
