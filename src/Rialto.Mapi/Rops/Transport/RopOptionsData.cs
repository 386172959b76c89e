// [MS-OXCROPS] 2.2.7.9 wire; [MS-OXOMSG] 2.2.4.4 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopOptionsData
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public string AddressType = "";
        public bool WantWin32;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.AsciiZ(ref request.AddressType);
            io.Bool(ref request.WantWin32);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public byte Reserved;
        public byte[] OptionsInfo = [];
        public byte[] HelpFile = [];
        public string HelpFileName = "";

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.U8(ref response.Reserved);
            io.Bytes(ref response.OptionsInfo, CountWidth.UInt16);
            io.Bytes(ref response.HelpFile, CountWidth.UInt16);
            if (response.HelpFile is { Length: > 0 })
                io.AsciiZ(ref response.HelpFileName);
        }
    }

    /// <summary>
    /// No options, as opaque data: one zero byte, since Microsoft's test client takes data without a byte for a missing field. What stands in it clients ignore (2.2.7.9.2).
    /// </summary>
    private static readonly byte[] s_noOptions = [0];

    /// <summary>There are no options of single address types, and no help about them: everything is in the message's properties.</summary>
    internal static ValueTask<Response> ExecuteAsync(RopCall call, Request request) =>
        new(call.TryGet<LogonObject>(request, out _, out var error) ? new Response { Reserved = 1, OptionsInfo = s_noOptions } : new Response { ReturnValue = error });
}
