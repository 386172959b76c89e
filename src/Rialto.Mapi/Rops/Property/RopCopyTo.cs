// [MS-OXCROPS] 2.2.8.12 wire; [MS-OXCPRPT] 2.2.11 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Properties;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopCopyTo
{
    public sealed class Request : RopDestinationRequest, IWireStructure<Request>
    {
        public bool WantAsynchronous;
        public bool WantSubObjects;
        public byte CopyFlags;
        public PropertyTag[] ExcludedTags = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.Bool(ref request.WantAsynchronous);
            io.Bool(ref request.WantSubObjects);
            io.U8(ref request.CopyFlags);
            PropertyValueCodec.Tags(ref io, ref request.ExcludedTags);
        }
    }

    internal static async ValueTask<DestinationProblemsResponse> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<PropertyObject>(request, out var source, out var error))
            return new DestinationProblemsResponse { ReturnValue = error };
        if (!call.TryGetDestination<PropertyObject>(request, out var destination, out error))
            return new DestinationProblemsResponse { ReturnValue = error, DestHandleIndex = request.DestHandleIndex };
        // 3.2.5.8: not with folders of public stores.
        if (source is FolderObject && (source.Mailbox.Header.IsPublic || destination.Mailbox.Header.IsPublic))
            return new DestinationProblemsResponse { ReturnValue = ErrorCode.NotSupported };
        var excluded = request.ExcludedTags.Select(t => t.Id).ToHashSet();
        var copier = new PropertyCopier(call, source, destination, request.CopyFlags);
        error = copier.Check();
        if (error != ErrorCode.Success)
            return new DestinationProblemsResponse { ReturnValue = error };
        await source.LoadAsync(call.Cancel);
        // What the destination keeps to itself is left out without a word: the client asked for no property by name.
        var tags = source.Tags.Where(t => !excluded.Contains(t.Id) && !destination.IsReadOnly(t.Id) && !source.IsReadOnly(t.Id)).ToArray();
        error = await copier.CopyAsync(tags, id => request.WantSubObjects && !excluded.Contains(id));
        if (error == ErrorCode.Success && !excluded.Contains(PropertyIds.SearchKey))
            copier.CopySearchKey();
        return new DestinationProblemsResponse { ReturnValue = error, PropertyProblems = copier.Problems };
    }
}
