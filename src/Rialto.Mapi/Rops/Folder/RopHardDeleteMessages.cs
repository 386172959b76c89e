// [MS-OXCROPS] 2.2.4.12 wire; [MS-OXCFOLD] 2.2.1.12 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Store;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopHardDeleteMessages
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public bool WantAsynchronous;
        public bool NotifyNonRead;
        public ulong[] MessageIds = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.Bool(ref request.WantAsynchronous);
            io.Bool(ref request.NotifyNonRead);
            io.Numbers(ref request.MessageIds, CountWidth.UInt16);
        }
    }

    internal static ValueTask<PartialResponse> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<FolderObject>(request, out var folder, out var error))
            return new(new PartialResponse { ReturnValue = error });
        return call.RunAsync(folder, request.WantAsynchronous, request.MessageIds.Length, async (progress, cancel) =>
        {
            if (request.NotifyNonRead)
                await ReadReceipts.SendUnreadAsync(call.Service, folder, request.MessageIds, cancel);
            var (result, isPartial) = await MessageDeletion.DeleteAsync(folder, request.MessageIds, isHard: true, progress, cancel);
            return new PartialResponse { ReturnValue = result, PartialCompletion = isPartial };
        });
    }
}
