// [MS-OXCROPS] 2.2.8.4 wire; [MS-OXCPRPT] 2.2.3 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Properties;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopGetPropertiesAll
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public ushort PropertySizeLimit;
        public ushort WantUnicode;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U16(ref request.PropertySizeLimit);
            io.U16(ref request.WantUnicode);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public PropertyValue[] PropertyValues = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            PropertyValueCodec.TaggedArray(ref io, ref response.PropertyValues, CountWidth.UInt16, response.Context.Form);
        }
    }

    /// <summary>RopId, index, ReturnValue and PropertyValueCount.</summary>
    private const int Head = 8;

    internal static async ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<PropertyObject>(request, out var source, out var error))
            return new Response { ReturnValue = error };
        await source.LoadAsync(call.Cancel);
        var form = CodePages.FormOf(call, source);
        var reader = new PropertyReader(source, request.WantUnicode != 0, form);
        var values = reader.ReadAll(call.Room - Head);
        request.Context = request.Context with { Form = form };
        return new Response { PropertyValues = values };
    }
}
