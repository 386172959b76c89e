// [MS-OXCROPS] 2.2.3.5 wire; [MS-OXCSTOR] 2.2.1.5 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Store;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopGetStoreState
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
        public uint StoreState;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.U32(ref response.StoreState);
        }
    }

    /// <summary>STORE_HAS_SEARCHES: the one flag there is. 2.2.1.5.2.</summary>
    private const uint HasSearches = 0x01000000;

    /// <summary>3.2.5.5: Exchange 2010 and later do not implement it, and say so.</summary>
    internal static ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!PrivateLogon.TryGet(call, request, out var logon, out var error))
            return new(new Response { ReturnValue = error });
        return new(call.Options.AnswersGivenUp ? new Response { StoreState = StateOf(logon.Mailbox) } : new Response { ReturnValue = ErrorCode.NotImplemented });
    }

    /// <summary>PidTagStoreState.</summary>
    internal static uint StateOf(MailboxSession mailbox) => mailbox.Searches.Any ? HasSearches : 0;
}
