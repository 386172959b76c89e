// [MS-OXCROPS] 2.2.4.2 wire; [MS-OXCFOLD] 2.2.1.2 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Store;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopCreateFolder
{
    public sealed class Request : RopOpenRequest, IWireStructure<Request>
    {
        public byte FolderType;
        public bool UseUnicodeStrings;
        public bool OpenExisting;
        public byte Reserved;
        public string DisplayName = "";
        public string Comment = "";

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U8(ref request.FolderType);
            io.Bool(ref request.UseUnicodeStrings);
            io.Bool(ref request.OpenExisting);
            io.U8(ref request.Reserved);
            RopText.Text(ref io, ref request.DisplayName, request.UseUnicodeStrings, request.Context.Form);
            RopText.Text(ref io, ref request.Comment, request.UseUnicodeStrings, request.Context.Form);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public ulong FolderId;
        public bool IsExistingFolder;
        public bool HasRules;
        public bool IsGhosted;
        public string[] Servers = [];
        public ushort CheapServerCount;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.U64(ref response.FolderId);
            io.Bool(ref response.IsExistingFolder);
            if (response.IsExistingFolder)
                io.Bool(ref response.HasRules);
            if (response.IsExistingFolder)
                io.Bool(ref response.IsGhosted);
            if (response.IsExistingFolder && response.IsGhosted)
                RopText.Servers(ref io, ref response.Servers, ref response.CheapServerCount);
        }
    }

    internal static async ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<FolderObject>(request, out var parent, out var error))
            return new Response { ReturnValue = error };
        if (request.FolderType is not ((byte)FolderType.Generic or (byte)FolderType.Search) || request.DisplayName.Length == 0)
            return new Response { ReturnValue = ErrorCode.InvalidParameter };
        var mailbox = parent.Mailbox;
        if (request.FolderType == (byte)FolderType.Search && mailbox.Header.IsPublic)
            return new Response { ReturnValue = ErrorCode.NotSupported };
        if (mailbox.Folders.Child(parent.Id, request.DisplayName) is { } existing && FolderAccess.IsVisible(mailbox.RightsOn(existing.Id)))
        {
            if (!request.OpenExisting)
                return new Response { ReturnValue = ErrorCode.CollidingNames };
            // 2.2.1.2.2: IsExistingFolder is told of public folders alone, and of those not by Exchange 2010 and later (footnote 3); opening the folder tells of ghosts.
            return new Response { ReturnValue = call.Open(request.OutputHandleIndex, new FolderObject(parent.Logon, existing.Id)), FolderId = Ids.Of(existing.Id) };
        }
        var wanted = new NewFolder(request.DisplayName) { Type = (FolderType)request.FolderType, Comment = request.Comment };
        var created = await mailbox.CreateFolderAsync(parent.Id, wanted, call.Cancel);
        return created.TryGet(out var folder)
            ? new Response { ReturnValue = call.Open(request.OutputHandleIndex, new FolderObject(parent.Logon, folder.Id)), FolderId = Ids.Of(folder.Id) }
            : new Response { ReturnValue = RopCall.ErrorOf(created.Error) };
    }
}
