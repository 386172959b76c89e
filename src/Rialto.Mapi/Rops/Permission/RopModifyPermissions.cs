// [MS-OXCROPS] 2.2.10.1 wire; [MS-OXCPERM] 2.2.2 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopModifyPermissions
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public byte ModifyFlags;
        public TableRowChange[] PermissionsData = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U8(ref request.ModifyFlags);
            TableRowChange.Fields(ref io, ref request.PermissionsData, request.Context.Form);
        }
    }

    /// <summary>[MS-OXCPERM] 2.2.2.1.</summary>
    [Flags]
    public enum Modify : byte
    {
        ReplaceRows = 0x01,
        IncludeFreeBusy = 0x02,
    }

    internal static async ValueTask<PlainResponse> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<FolderObject>(request, out var folder, out var error))
            return new PlainResponse { ReturnValue = error };
        if ((folder.Mailbox.RightsOn(folder.Id) & Store.FolderRights.FolderOwner) == 0)
            return new PlainResponse { ReturnValue = ErrorCode.AccessDenied };
        error = PermissionChanges.Parse(call.Service.Directory.Current, (Modify)request.ModifyFlags, request.PermissionsData, out var changes);
        if (error != ErrorCode.Success)
            return new PlainResponse { ReturnValue = error };
        var updated = await folder.Mailbox.UpdateFolderAsync(folder.Id, f => f with { Permissions = changes.Apply(f) }, call.Cancel);
        return new PlainResponse { ReturnValue = RopCall.ErrorOf(updated.Error) };
    }
}
