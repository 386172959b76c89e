// [MS-OXCROPS] 2.2.8.10 wire; [MS-OXCPRPT] 2.2.9 behaviour.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.Rops;

public static class RopQueryNamedProperties
{
    public sealed class Request : RopRequest, IWireStructure<Request>
    {
        public byte QueryFlags;
        public bool HasGuid;
        public Guid PropertyGuid;

        public static void Fields<TIo>(ref TIo io, scoped ref Request request)
            where TIo : struct, IWireIo, allows ref struct
        {
            Header(ref io, request);
            io.U8(ref request.QueryFlags);
            io.Bool(ref request.HasGuid);
            if (request.HasGuid)
                io.Guid(ref request.PropertyGuid);
        }
    }

    public sealed class Response : RopResponse, IWireStructure<Response>
    {
        public ushort[] PropertyIds = [];
        public PropertyName?[] PropertyNames = [];

        public static void Fields<TIo>(ref TIo io, scoped ref Response response)
            where TIo : struct, IWireIo, allows ref struct
        {
            if (!Header(ref io, response))
                return;
            io.Numbers(ref response.PropertyIds, CountWidth.UInt16);
            RopLists.Names(ref io, ref response.PropertyNames, response.PropertyIds.Length);
        }
    }

    // 2.2.9.1; other bits are ignored.
    private const byte NoStrings = 0x01;
    private const byte NoIds = 0x02;

    /// <summary>RopId, index, ReturnValue and IdCount.</summary>
    private const int Head = 8;

    internal static ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<PropertyObject>(request, out var source, out var error))
            return new(new Response { ReturnValue = error });
        var ids = new List<ushort>();
        var names = new List<PropertyName?>();
        var room = call.Room - Head;
        // 3.2.5.6: all that the mailbox knows, whichever of its objects is asked.
        foreach (var (id, name) in source.Mailbox.PropertyNames)
        {
            if ((request.QueryFlags & (name.IsString ? NoStrings : NoIds)) != 0 || (request.HasGuid && name.PropertySet != request.PropertyGuid))
                continue;
            room -= SizeOf(name);
            if (room < 0 || ids.Count == ushort.MaxValue)
                return new(new Response { ReturnValue = ErrorCode.BufferTooSmall });
            ids.Add(id);
            names.Add(name);
        }
        return new(new Response { PropertyIds = [.. ids], PropertyNames = [.. names] });
    }

    /// <summary>The id, and the name's Kind, GUID and LID or counted UTF-16 text with its NUL.</summary>
    private static int SizeOf(PropertyName name) => 2 + 1 + 16 + (name.Name is { } text ? 1 + (text.Length + 1) * 2 : 4);
}
