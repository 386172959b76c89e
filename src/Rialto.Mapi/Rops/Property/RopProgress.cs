// [MS-OXCROPS] 2.2.8.13 wire; [MS-OXCPRPT] 2.2.22 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopProgress
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public bool WantCancel;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.Bool(ref request.WantCancel);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public byte LogonId;
        public uint CompletedTaskCount;
        public uint TotalTaskCount;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.U8(ref response.LogonId);
            io.U32(ref response.CompletedTaskCount);
            io.U32(ref response.TotalTaskCount);
        }
    }

    /// <summary>[MS-OXCPRPT] 3.2.5.19: how far the work is, or, once it is done, the response of the operation that it is.</summary>
    internal static async ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<PropertyObject>(request, out var source, out var error))
            return new Response { ReturnValue = error };
        if (source.Work is not { } work)
            return new Response { ReturnValue = ErrorCode.NotSupported };
        if (request.WantCancel)
            work.Cancel();
        // Cancelled work ends at its next step: its end is worth waiting for.
        if (!work.Task.IsCompleted && !request.WantCancel)
            return Of(request.LogonId, work.Progress);
        var response = await work.Task;
        source.Work = null;
        response.HandleIndex = request.ResponseHandleIndex;
        response.Context = work.Request.Context;
        call.Instead = (work.Definition, response);
        return new Response();
    }

    /// <summary>The response that stands in for that of the operation.</summary>
    internal static (RopDefinition Definition, RopResponse Response) Answer(byte logonId, byte handleIndex, WorkProgress progress)
    {
        var response = Of(logonId, progress);
        response.HandleIndex = handleIndex;
        return (RopTable.Find(RopId.Progress)!, response);
    }

    private static Response Of(byte logonId, WorkProgress progress) => new() { LogonId = logonId, CompletedTaskCount = progress.Completed, TotalTaskCount = progress.Total };
}
