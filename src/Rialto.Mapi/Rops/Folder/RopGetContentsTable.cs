// [MS-OXCROPS] 2.2.4.14 wire; [MS-OXCFOLD] 2.2.1.14 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Store;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopGetContentsTable
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

    /// <summary>[MS-OXCFOLD] 2.2.1.14.1.</summary>
    [Flags]
    private enum TableFlag : byte
    {
        Associated = 0x02,
        DeferredErrors = 0x08,
        NoNotifications = 0x10,
        SoftDeletes = 0x20,
        UseUnicode = 0x40,
        ConversationMembers = 0x80,
    }

    internal static async ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<FolderObject>(request, out var folder, out var error))
            return new Response { ReturnValue = error };
        var flags = (TableFlag)request.TableFlags;
        var isOfConversation = (flags & TableFlag.ConversationMembers) != 0;
        if ((flags & (TableFlag)0x05) != 0 || (isOfConversation && (flags & (TableFlag.Associated | TableFlag.SoftDeletes)) != 0))
            return new Response { ReturnValue = ErrorCode.InvalidParameter };
        if (!folder.TryGet(out var now))
            return new Response { ReturnValue = ErrorCode.NotFound };
        if ((folder.Mailbox.RightsOn(folder.Id) & (FolderRights.ReadAny | FolderRights.FolderOwner)) == 0)
            return new Response { ReturnValue = ErrorCode.AccessDenied };
        if (isOfConversation)
        {
            // No rows until the client names a conversation by RopRestrict.
            var members = new ConversationTableObject(folder.Logon, folder.Id) { Notifies = (flags & TableFlag.NoNotifications) == 0 };
            return new Response { ReturnValue = call.Open(request.OutputHandleIndex, members) };
        }
        var table = new ContentsTableObject(folder.Logon, folder.Id, (flags & TableFlag.Associated) != 0, (flags & TableFlag.SoftDeletes) != 0) { Notifies = (flags & TableFlag.NoNotifications) == 0 };
        // A search folder is filled while the client looks; in the foreground before it does.
        if (now.Type == FolderType.Search)
        {
            var filled = folder.Mailbox.Searches.StartAsync(folder.Id);
            if (folder.Mailbox.Searches.CriteriaOf(folder.Id) is { IsForeground: true })
                await filled.WaitAsync(call.Cancel);
        }
        (error, var count) = await table.CountAsync(call);
        if (error == ErrorCode.Success)
            error = call.Open(request.OutputHandleIndex, table);
        return new Response { ReturnValue = error, RowCount = (uint)count };
    }
}
