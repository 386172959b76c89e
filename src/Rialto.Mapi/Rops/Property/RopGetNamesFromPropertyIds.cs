// [MS-OXCROPS] 2.2.8.2 wire; [MS-OXCPRPT] 2.2.13 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopGetNamesFromPropertyIds
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public ushort[] PropertyIds = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.Numbers(ref request.PropertyIds, CountWidth.UInt16);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public PropertyName?[] PropertyNames = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            PropertyNameCodec.Names(ref io, ref response.PropertyNames);
        }
    }

    private const ushort FirstNamed = 0x8000;

    internal static ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<PropertyObject>(request, out var source, out var error))
            return new(new Response { ReturnValue = error });
        var names = new PropertyName?[request.PropertyIds.Length];
        for (var i = 0; i < names.Length; i++)
        {
            var id = request.PropertyIds[i];
            names[i] = id < FirstNamed ? new PropertyName(PropertySets.Mapi, id) : source.Mailbox.GetPropertyName(id);
        }
        return new(new Response { PropertyNames = names });
    }
}
