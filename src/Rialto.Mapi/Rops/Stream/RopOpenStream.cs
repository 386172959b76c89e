// [MS-OXCROPS] 2.2.9.1 wire; [MS-OXCPRPT] 2.2.14 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Properties;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopOpenStream
{
    public sealed class Request : RopOpenRequest, IWireStructure<Request>
    {
        public PropertyTag PropertyTag;
        public byte OpenModeFlags;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            PropertyValueCodec.Tag(ref io, ref request.PropertyTag);
            io.U8(ref request.OpenModeFlags);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public uint StreamSize;

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.U32(ref response.StreamSize);
        }
    }

    /// <summary>ReadOnly 0, ReadWrite 1, Create 2, BestAccess 3. [MS-OXCPRPT] 2.2.14.1.</summary>
    private const byte ReadOnly = 0;
    private const byte BestAccess = 3;

    internal static ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<PropertyObject>(request, out var source, out var error))
            return new(new Response { ReturnValue = error });
        if (request.OpenModeFlags > BestAccess)
            return new(new Response { ReturnValue = ErrorCode.InvalidParameter });
        // todo [MS-OXCPRPT] 2.2.14.1: streams to write into.
        if (request.OpenModeFlags is not (ReadOnly or BestAccess))
            return new(new Response { ReturnValue = ErrorCode.NotImplemented });
        if (!PropertyReader.TryOpen(source, request.PropertyTag, CodePages.FormOf(call, source), out var bytes, out error))
            return new(new Response { ReturnValue = error });
        error = call.Open(request.OutputHandleIndex, new StreamObject(source.Logon, bytes));
        return new(new Response { ReturnValue = error, StreamSize = (uint)bytes.Length });
    }
}
