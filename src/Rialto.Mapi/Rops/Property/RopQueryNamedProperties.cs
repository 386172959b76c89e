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

    internal static async ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<PropertyObject>(request, out var source, out var error))
            return new Response { ReturnValue = error };
        await source.LoadAsync(call.Cancel);
        var ids = new List<ushort>();
        var names = new List<PropertyName?>();
        var room = call.Room - Head;
        foreach (var (id, name) in NamesOf(source))
        {
            if ((request.QueryFlags & (name.IsString ? NoStrings : NoIds)) != 0 || (request.HasGuid && name.PropertySet != request.PropertyGuid))
                continue;
            room -= SizeOf(name);
            if (room < 0 || ids.Count == ushort.MaxValue)
                return new Response { ReturnValue = ErrorCode.BufferTooSmall };
            ids.Add(id);
            names.Add(name);
        }
        return new Response { PropertyIds = [.. ids], PropertyNames = [.. names] };
    }

    /// <summary>All that the mailbox knows on a logon; on any other object those that it has.</summary>
    private static IEnumerable<KeyValuePair<ushort, PropertyName>> NamesOf(PropertyObject source)
    {
        if (source is LogonObject)
            return source.Mailbox.PropertyNames;
        return source.Tags.Where(t => t.IsNamed).Select(t => t.Id).Distinct().Order()
            .Select(id => (Id: id, Name: source.Mailbox.GetPropertyName(id)))
            .Where(n => n.Name is not null)
            .Select(n => KeyValuePair.Create(n.Id, n.Name!.Value));
    }

    /// <summary>The id, and the name's Kind, GUID and LID or counted UTF-16 text with its NUL.</summary>
    private static int SizeOf(PropertyName name) => 2 + 1 + 16 + (name.Name is { } text ? 1 + (text.Length + 1) * 2 : 4);
}
