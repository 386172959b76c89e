// [MS-OXCROPS] 2.2.7.3 wire; [MS-OXOMSG] 2.2.4.3 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopGetAddressTypes
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
        public string[] AddressTypes = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            RopText.SizedList(ref io, ref response.AddressTypes);
        }
    }

    /// <summary>What the server's transport takes as it is: the address book's own names and SMTP. Others go out encapsulated, and no client need know of that.</summary>
    private static readonly string[] s_types = ["EX", "SMTP"];

    internal static ValueTask<Response> ExecuteAsync(RopCall call, Request request) =>
        new(call.TryGet<LogonObject>(request, out _, out var error) ? new Response { AddressTypes = s_types } : new Response { ReturnValue = error });
}
