// [MS-OXCROPS] 2.2.11.2 wire; [MS-OXORULE] 2.2.2, 3.2.5.3 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Store;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopGetRulesTable
{
    /// <summary>[MS-OXORULE] 2.2.2.1: strings as Unicode. Columns say by their type what they want, so that nothing hangs on it.</summary>
    private const byte UseUnicode = 0x40;

    public sealed class Request : RopOpenRequest, IWireStructure<Request>
    {
        public byte TableFlags;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U8(ref request.TableFlags);
        }
    }

    internal static ValueTask<PlainResponse> ExecuteAsync(RopCall call, Request request) => new(Execute(call, request));

    private static PlainResponse Execute(RopCall call, Request request)
    {
        if (!call.TryGet<FolderObject>(request, out var folder, out var error))
            return new PlainResponse { ReturnValue = error };
        if ((request.TableFlags & ~UseUnicode) != 0)
            return new PlainResponse { ReturnValue = ErrorCode.NotSupported };
        if (!folder.TryGet(out _))
            return new PlainResponse { ReturnValue = ErrorCode.NotFound };
        if ((folder.Mailbox.RightsOn(folder.Id) & FolderRights.ReadAny) == 0)
            return new PlainResponse { ReturnValue = ErrorCode.AccessDenied };
        var table = new RulesTableObject(folder.Logon, folder.Id);
        return new PlainResponse { ReturnValue = call.Open(request.OutputHandleIndex, table) };
    }
}
