// [MS-OXCROPS] 2.2.13.4 wire; [MS-OXCFXICS] 2.2.3.2.4.3 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Properties;
using Rialto.Mapi.Sessions;
using Rialto.Mapi.Sync.Upload;
using Rialto.Model;
using Rialto.Store;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSynchronizationImportHierarchyChange
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public PropertyValue[] HierarchyValues = [];
        public PropertyValue[] PropertyValues = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            PropertyValueCodec.TaggedArray(ref io, ref request.HierarchyValues, CountWidth.UInt16, request.Context.Form);
            PropertyValueCodec.TaggedArray(ref io, ref request.PropertyValues, CountWidth.UInt16, request.Context.Form);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public ulong FolderId;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.U64(ref response.FolderId);
        }
    }

    internal static async ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<SyncUploadObject>(request, out var context, out var error))
            return new Response { ReturnValue = error };
        if (context.IsContents)
            return new Response { ReturnValue = ErrorCode.NotSupported };
        context.Begin();
        var mailbox = context.Mailbox;
        // 2.2.3.2.4.3.1: these six, in this order, and no others.
        if (request.HierarchyValues is not [var parentKey, var sourceKey, var modified, var changeKey, var predecessors, var name]
            || parentKey.Tag != PropertyTags.ParentSourceKey || sourceKey.Tag != PropertyTags.SourceKey || modified.Tag != PropertyTags.LastModificationTime
            || changeKey.Tag != PropertyTags.ChangeKey || predecessors.Tag != PropertyTags.PredecessorChangeList
            || name.Tag.Id != PropertyIds.DisplayName || name.Type is not (PropertyType.String or PropertyType.String8) || name.AsString().Length == 0
            || !SourceKey.TryRead(mailbox, sourceKey.AsBinary(), out var key)
            || ImportedVersion.Read(mailbox, changeKey.AsBinary(), predecessors.AsBinary(), modified.AsTime()) is not { } version)
        {
            return new Response { ReturnValue = ErrorCode.InvalidParameter };
        }
        var existing = key.FindFolder(mailbox);
        FolderId parent;
        if (parentKey.AsBinary().Length > 0)
        {
            if (!SourceKey.TryRead(mailbox, parentKey.AsBinary(), out var above))
                return new Response { ReturnValue = ErrorCode.InvalidParameter };
            if (above.FindFolder(mailbox) is not { } found)
                return new Response { ReturnValue = ErrorCode.NoParentFolder };
            parent = found.Id;
        }
        else
        {
            // The folder that the context was opened on: the parent of those right below it, and of itself only in a manner of speaking.
            parent = existing?.Id == context.Folder ? existing.Parent : context.Folder;
        }
        if (existing is not null && parent != existing.Parent && mailbox.Folders.IsSelfOrAncestor(existing.Id, parent))
            return new Response { ReturnValue = ErrorCode.CycleDetected };
        var changes = ChangesOf(mailbox, request);
        var tooLarge = false;
        var limit = call.Options.MaximumFolderPropertyBytes;
        var import = new FolderImport(existing?.Id ?? (key.Foreign is null ? new FolderId(key.Counter) : null), key.Foreign, parent, name.AsString(), version.Modified, version.ChangeKey, version.Predecessors, now =>
        {
            var changed = FolderValues.With(now, changes);
            tooLarge = changed.Properties is { } bytes && bytes.Length > limit && bytes.Length > (now.Properties?.Length ?? 0);
            return tooLarge ? now : changed;
        });
        var result = await mailbox.ImportFolderAsync(import, call.Cancel);
        if (!result.TryGet(out var outcome))
            return new Response { ReturnValue = result.Error == StoreError.NotFound ? ErrorCode.NoParentFolder : RopCall.ErrorOf(result.Error) };
        if (outcome.Kind == FolderImportKind.Superseded)
            return new Response { ReturnValue = ErrorCode.IgnoreFailure };
        // 3.2.5.9.4.3: what a conflict became is downloaded.
        if (outcome.Kind == FolderImportKind.Applied && !tooLarge)
            context.See(outcome.Folder.Cn);
        return new Response();
    }

    /// <summary>3.2.5.9.4.3: those that HierarchyValues has are ignored; 3.2.5.11: so are the nontransmittable ones, and the server's own.</summary>
    private static PropertyChanges ChangesOf(MailboxSession mailbox, Request request)
    {
        var changes = new PropertyChanges();
        foreach (var value in request.PropertyValues)
        {
            var id = value.Tag.Id;
            if (id is >= 0x6600 and <= 0x67FF || id == PropertyIds.DisplayName || FolderValues.IsReadOnly(id) || PropertyRules.Check(mailbox, value) != ErrorCode.Success)
                continue;
            changes.Set.Add((0, PropertyRules.Normalise(value)));
        }
        return changes;
    }
}
