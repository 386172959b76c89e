// [MS-OXCROPS] 2.2.8.11 wire; [MS-OXCPRPT] 2.2.10 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Properties;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopCopyProperties
{
    public sealed class Request : RopDestinationRequest, IWireStructure<Request>
    {
        public bool WantAsynchronous;
        public byte CopyFlags;
        public PropertyTag[] PropertyTags = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.Bool(ref request.WantAsynchronous);
            io.U8(ref request.CopyFlags);
            PropertyValueCodec.Tags(ref io, ref request.PropertyTags);
        }
    }

    internal static async ValueTask<DestinationProblemsResponse> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<PropertyObject>(request, out var source, out var error))
            return new DestinationProblemsResponse { ReturnValue = error };
        if (!call.TryGetDestination<PropertyObject>(request, out var destination, out error))
            return new DestinationProblemsResponse { ReturnValue = error, DestHandleIndex = request.DestHandleIndex };
        // 3.2.5.7: a folder's properties are copied, never moved.
        if (source is FolderObject && (request.CopyFlags & 0x01) != 0)
            return new DestinationProblemsResponse { ReturnValue = ErrorCode.NotSupported };
        if (source == destination)
            return new DestinationProblemsResponse { ReturnValue = ErrorCode.AccessDenied };
        var copier = new PropertyCopier(call, source, destination, request.CopyFlags);
        error = copier.Check();
        if (error != ErrorCode.Success)
            return new DestinationProblemsResponse { ReturnValue = error };
        await source.LoadAsync(call.Cancel);
        error = await copier.CopyAsync(request.PropertyTags, id => Array.Exists(request.PropertyTags, t => t.Id == id));
        return new DestinationProblemsResponse { ReturnValue = error, PropertyProblems = copier.Problems };
    }
}
