// [MS-OXCROPS] 2.2.5.1 wire; [MS-OXCTABL] 2.2.2.2 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSetColumns
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public byte SetColumnsFlags;
        public PropertyTag[] PropertyTags = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U8(ref request.SetColumnsFlags);
            PropertyValueCodec.Tags(ref io, ref request.PropertyTags);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public byte TableStatus;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.U8(ref response.TableStatus);
        }
    }

    internal static ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<TableObject>(request, out var table, out var error))
            return new(new Response { ReturnValue = error });
        foreach (var tag in request.PropertyTags)
        {
            if (!IsColumn(tag))
                return new(new Response { ReturnValue = ErrorCode.InvalidParameter });
        }
        table.Columns = request.PropertyTags;
        return new(new Response());
    }

    /// <summary>3.2.5.2: no column of type Unspecified or Error, or of a type that there is none of.</summary>
    private static bool IsColumn(PropertyTag tag) => tag.Type is not (PropertyType.Unspecified or PropertyType.ErrorCode or PropertyType.Null)
        && Enum.IsDefined(tag.Type & ~PropertyType.MultipleInstance);
}
