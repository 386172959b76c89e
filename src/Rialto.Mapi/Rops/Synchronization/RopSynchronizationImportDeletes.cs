// [MS-OXCROPS] 2.2.13.5 wire; [MS-OXCFXICS] 2.2.3.2.4.5 behaviour.
using Rialto.Mapi.Sessions;
using Rialto.Mapi.Sync.Upload;
using Rialto.Model;
using Rialto.Store;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSynchronizationImportDeletes
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public byte ImportDeleteFlags;
        public PropertyValue[] PropertyValues = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U8(ref request.ImportDeleteFlags);
            PropertyValueCodec.TaggedArray(ref io, ref request.PropertyValues, CountWidth.UInt16, request.Context.Form);
        }
    }

    // 2.2.3.2.4.5.1
    private const byte Hierarchy = 0x01;
    private const byte HardDelete = 0x02;
    private const ushort PropertyIdOfNone = 0x0000;

    internal static async ValueTask<PlainResponse> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<SyncUploadObject>(request, out var context, out var error))
            return new PlainResponse { ReturnValue = error };
        context.Begin();
        var isHierarchy = (request.ImportDeleteFlags & Hierarchy) != 0;
        if ((request.ImportDeleteFlags & ~(Hierarchy | HardDelete)) != 0 || isHierarchy == context.IsContents)
            return new PlainResponse { ReturnValue = ErrorCode.InvalidParameter };
        if (request.PropertyValues is not [{ Tag: { Id: PropertyIdOfNone, Type: PropertyType.MultipleBinary } } list])
            return new PlainResponse { ReturnValue = ErrorCode.InvalidParameter };
        var keys = new List<SourceKey>();
        foreach (var bytes in list.AsArray<byte[]>())
        {
            if (!SourceKey.TryRead(context.Mailbox, bytes, out var key))
                return new PlainResponse { ReturnValue = ErrorCode.InvalidParameter };
            keys.Add(key);
        }
        var isHard = (request.ImportDeleteFlags & HardDelete) != 0;
        var outcome = isHierarchy ? await FoldersAsync(context, keys, isHard, call.Cancel) : await MessagesAsync(context, keys, isHard, call.Cancel);
        return new PlainResponse { ReturnValue = outcome };
    }

    private static async ValueTask<ErrorCode> MessagesAsync(SyncUploadObject context, List<SourceKey> keys, bool isHard, CancellationToken cancel)
    {
        var mailbox = context.Mailbox;
        var found = await SourceKey.FindMessagesAsync(mailbox, context.Folder, keys, cancel);
        if (!found.TryGet(out var rows))
            return RopCall.ErrorOf(found.Error);
        MessageId[] ids = [.. rows.OfType<MessageRow>().Select(r => r.Id)];
        // All of them or none: the store refuses the whole for one that may not be deleted.
        if (ids.Length > 0)
        {
            var deleted = isHard ? await mailbox.DeleteAsync(context.Folder, ids, cancel) : await mailbox.SoftDeleteAsync(context.Folder, ids, cancel);
            if (!deleted.Succeeded)
                return RopCall.ErrorOf(deleted.Error);
        }
        return await GiveUpAsync(context, keys.Where((_, i) => rows[i] is null), cancel);
    }

    private static async ValueTask<ErrorCode> FoldersAsync(SyncUploadObject context, List<SourceKey> keys, bool isHard, CancellationToken cancel)
    {
        var mailbox = context.Mailbox;
        var folders = keys.Select(k => k.FindFolder(mailbox)).ToArray();
        foreach (var folder in folders.OfType<Folder>())
        {
            if (folder.Id == context.Folder || !mailbox.Folders.IsSelfOrAncestor(context.Folder, folder.Id))
                return ErrorCode.InvalidParameter;
            foreach (var below in mailbox.Folders.Descendants(folder.Id).Prepend(folder))
            {
                if (below.IsSpecial || (mailbox.RightsOn(below.Id) & FolderRights.FolderOwner) == 0)
                    return ErrorCode.AccessDenied;
            }
        }
        foreach (var folder in folders.OfType<Folder>())
        {
            var deleted = await mailbox.DeleteFolderAsync(folder.Id, recursive: true, cancel, keepContents: !isHard);
            // One may have been below another.
            if (!deleted.Succeeded && deleted.Error != StoreError.NotFound)
                return RopCall.ErrorOf(deleted.Error);
        }
        return await GiveUpAsync(context, keys.Where((_, i) => folders[i] is null), cancel);
    }

    /// <summary>3.2.5.9.4.5: what never was here is not to come later.</summary>
    private static async ValueTask<ErrorCode> GiveUpAsync(SyncUploadObject context, IEnumerable<SourceKey> keys, CancellationToken cancel)
    {
        var all = keys.ToList();
        if (all.Count == 0)
            return ErrorCode.Success;
        long[] ids = [.. all.Where(k => k.Foreign is null).Select(k => k.Counter)];
        byte[][] foreign = [.. all.Where(k => k.Foreign is not null && context.IsContents).Select(k => k.Foreign!)];
        return RopCall.ErrorOf(await context.Mailbox.GiveUpAsync(context.Folder, ids, foreign, cancel));
    }
}
