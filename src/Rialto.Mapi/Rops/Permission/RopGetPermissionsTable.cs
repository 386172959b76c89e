// [MS-OXCROPS] 2.2.10.2 wire; [MS-OXCPERM] 2.2.1 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopGetPermissionsTable
{
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

    /// <summary>[MS-OXCPERM] 2.2.1.1. Other flags change nothing.</summary>
    private const byte IncludeFreeBusy = 0x02;

    internal static ValueTask<PlainResponse> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<FolderObject>(request, out var folder, out var error))
            return new(new PlainResponse { ReturnValue = error });
        if (!folder.TryGet(out _))
            return new(new PlainResponse { ReturnValue = ErrorCode.NotFound });
        var table = new PermissionsTableObject(folder.Logon, folder.Id, call.Service.Directory, (request.TableFlags & IncludeFreeBusy) != 0);
        return new(new PlainResponse { ReturnValue = call.Open(request.OutputHandleIndex, table) });
    }
}
