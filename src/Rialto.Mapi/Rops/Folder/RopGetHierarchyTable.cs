// [MS-OXCROPS] 2.2.4.13 wire; [MS-OXCFOLD] 2.2.1.13 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopGetHierarchyTable
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

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public uint RowCount;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.U32(ref response.RowCount);
        }
    }

    /// <summary>[MS-OXCFOLD] 2.2.1.13.1.</summary>
    [Flags]
    private enum TableFlag : byte
    {
        Depth = 0x04,
        DeferredErrors = 0x08,
        NoNotifications = 0x10,
        SoftDeletes = 0x20,
        UseUnicode = 0x40,
        SuppressesNotifications = 0x80,
        All = Depth | DeferredErrors | NoNotifications | SoftDeletes | UseUnicode | SuppressesNotifications,
    }

    internal static async ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<FolderObject>(request, out var folder, out var error))
            return new Response { ReturnValue = error };
        var flags = (TableFlag)request.TableFlags;
        // 3.2.5.13: not what contents tables answer.
        if ((flags & ~TableFlag.All) != 0)
            return new Response { ReturnValue = ErrorCode.NotSupported };
        if (!folder.TryGet(out _))
            return new Response { ReturnValue = ErrorCode.NotFound };
        var table = new HierarchyTableObject(folder.Logon, folder.Id, (flags & TableFlag.Depth) != 0)
        {
            Notifies = (flags & TableFlag.NoNotifications) == 0, IsOfDeleted = (flags & TableFlag.SoftDeletes) != 0,
            SuppressesOwn = (flags & TableFlag.SuppressesNotifications) != 0,
        };
        var (_, count) = await table.CountAsync(call);
        return new Response { ReturnValue = call.Open(request.OutputHandleIndex, table), RowCount = (uint)count };
    }
}
