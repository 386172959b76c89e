// [MS-OXCROPS] 2.2.13.1 wire; [MS-OXCFXICS] 2.2.3.2.1.1 behaviour.
using Rialto.Mapi.FastTransfer;
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Mapi.Sync.Download;
using Rialto.Model;
using Rialto.Store;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopSynchronizationConfigure
{
    public sealed class Request : RopOpenRequest, IWireStructure<Request>
    {
        public byte SynchronizationType;
        public byte SendOptions;
        public ushort SynchronizationFlags;
        public Restriction? RestrictionData;
        public uint SynchronizationExtraFlags;
        public PropertyTag[] PropertyTags = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U8(ref request.SynchronizationType);
            io.U8(ref request.SendOptions);
            io.U16(ref request.SynchronizationFlags);
            RestrictionField.Field(ref io, ref request.RestrictionData, request.Context.Form);
            io.U32(ref request.SynchronizationExtraFlags);
            PropertyValueCodec.Tags(ref io, ref request.PropertyTags);
        }
    }

    /// <summary>3.2.5.9.1.1: what is not known fails, but for extra flags.</summary>
    internal static ValueTask<PlainResponse> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<FolderObject>(request, out var folder, out var error))
            return Answer(error);
        var (type, flags, sending) = ((SynchronizationType)request.SynchronizationType, (SynchronizationFlags)request.SynchronizationFlags, (SendOptions)request.SendOptions);
        if (type is not (SynchronizationType.Contents or SynchronizationType.Hierarchy) || (flags & ~SynchronizationFlags.Known) != 0 || (sending & ~SendOptions.Known) != 0)
            return Answer(ErrorCode.InvalidParameter);
        if (!folder.TryGet(out var now))
            return Answer(ErrorCode.ObjectDeleted);
        var isContents = type == SynchronizationType.Contents;
        var rights = folder.Mailbox.RightsOn(folder.Id);
        if ((rights & (isContents ? FolderRights.ReadAny : FolderRights.ReadAny | FolderRights.FolderVisible | FolderRights.FolderOwner)) == 0)
            return Answer(ErrorCode.AccessDenied);
        // What a search folder shows is synchronised where it is.
        if (isContents && now.Type == FolderType.Search)
            return Answer(ErrorCode.NotSupported);
        var filter = (flags & SynchronizationFlags.OnlySpecifiedProperties) != 0 ? FxFilter.Only(request.PropertyTags) : FxFilter.Without(request.PropertyTags);
        var options = new SyncOptions(flags, (SynchronizationExtraFlags)request.SynchronizationExtraFlags, sending, isContents ? request.RestrictionData : null, filter);
        return Answer(call.Open(request.OutputHandleIndex, new SyncDownloadObject(call, folder.Logon, folder.Id, isContents, options)));

        static ValueTask<PlainResponse> Answer(ErrorCode error) => new(new PlainResponse { ReturnValue = error });
    }
}
