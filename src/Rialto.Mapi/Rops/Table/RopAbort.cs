// [MS-OXCROPS] 2.2.5.5 wire; [MS-OXCTABL] 2.2.2.6 behaviour.
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

/// <summary>
/// Ends an asynchronous operation of a table. There are none: answered NotImplemented, as by every server since Exchange 2010 ([MS-OXCTABL] appendix A, 2.2.2.6).
/// </summary>
public static class RopAbort
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
        public byte TableStatus;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.U8(ref response.TableStatus);
        }
    }
}
