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
        // Asynchronous or not, it is done when it is answered: 3.2.5.1 leaves that to the server.
        if (request.SetColumnsFlags > 1 || request.PropertyTags.Length == 0 || !request.PropertyTags.All(IsColumn))
        {
            table.SetColumns(null);
            return new(new Response { ReturnValue = ErrorCode.InvalidParameter });
        }
        return new(new Response { ReturnValue = table.SetColumns(request.PropertyTags) });
    }

    /// <summary>3.2.5.2: no column of type Unspecified or Error, or of a type that there is none of.</summary>
    private static bool IsColumn(PropertyTag tag) => tag.Type is not (PropertyType.Unspecified or PropertyType.ErrorCode or PropertyType.Null)
        && ((tag.Type & PropertyType.MultipleInstance) == 0 || (tag.Type & PropertyType.MultipleFlag) != 0)
        && Enum.IsDefined(tag.Type & ~PropertyType.MultipleInstance);
}
