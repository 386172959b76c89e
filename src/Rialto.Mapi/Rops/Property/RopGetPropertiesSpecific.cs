// [MS-OXCROPS] 2.2.8.3 wire; [MS-OXCPRPT] 2.2.2 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Properties;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopGetPropertiesSpecific
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public ushort PropertySizeLimit;
        public ushort WantUnicode;
        public PropertyTag[] PropertyTags = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U16(ref request.PropertySizeLimit);
            io.U16(ref request.WantUnicode);
            PropertyValueCodec.Tags(ref io, ref request.PropertyTags);
        }
    }

    public sealed class Response : RowsResponse, IWireStructure<Response>
    {
        public PropertyValue[] Values = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            RowSet.Row(ref io, ref response.Values, response.Columns, response.Context.Form);
        }
    }

    /// <summary>RopId, index, ReturnValue and the row's flag.</summary>
    private const int Head = 7;

    internal static async ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<PropertyObject>(request, out var source, out var error))
            return new Response { ReturnValue = error };
        var columns = request.PropertyTags;
        await source.LoadAsync(columns, call.Cancel);
        var form = CodePages.FormOf(call, source);
        var reader = new PropertyReader(source, request.WantUnicode != 0, form);
        var values = reader.Read(columns, call.Room - Head);
        request.Context = request.Context with { Form = form };
        return new Response { Values = values, Columns = columns };
    }
}
