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

    // 2.2.14.1.
    private const byte ReadOnly = 0;
    private const byte Create = 2;
    private const byte BestAccess = 3;

    internal static async ValueTask<Response> ExecuteAsync(RopCall call, Request request)
    {
        if (!call.TryGet<PropertyObject>(request, out var source, out var error))
            return new Response { ReturnValue = error };
        // [MS-OXCPERM] 3.2.5.3: permissions are read through their table.
        if (source is FolderObject && request.PropertyTag.Id == PropertyIds.SecurityDescriptorAsXml)
            return new Response { ReturnValue = ErrorCode.NotImplemented };
        // 2.2.14: of folders, binary properties alone.
        if (source is LogonObject || (source is FolderObject && request.PropertyTag.Type is PropertyType.String or PropertyType.String8))
            return new Response { ReturnValue = ErrorCode.NotSupported };
        if (request.OpenModeFlags > BestAccess)
            return new Response { ReturnValue = ErrorCode.InvalidParameter };
        var writes = request.OpenModeFlags switch
        {
            ReadOnly => false,
            BestAccess => CanWrite(source, request.PropertyTag) == ErrorCode.Success,
            _ => true,
        };
        if (writes && CanWrite(source, request.PropertyTag) is var refused and not ErrorCode.Success)
            return new Response { ReturnValue = refused };
        await source.LoadAsync(call.Cancel);
        var tag = request.PropertyTag;
        ReadOnlyMemory<byte> bytes = default;
        var form = CodePages.FormOf(call, source);
        if (request.OpenModeFlags != Create && !PropertyReader.TryOpen(source, tag, form, out bytes, out error))
            return new Response { ReturnValue = error };
        if (tag.Type == PropertyType.Unspecified)
            tag = request.OpenModeFlags == Create ? tag : source.Find(tag).Tag;
        if (tag.Type is not (PropertyType.Binary or PropertyType.Object or PropertyType.String or PropertyType.String8))
            return new Response { ReturnValue = ErrorCode.NotSupported };
        if (writes && bytes.Length > call.Options.MaximumStreamSize)
            return new Response { ReturnValue = ErrorCode.TooBig };
        var data = new StreamData(call.Session, tag, form, bytes, call.Options.MaximumStreamSize);
        if (request.OpenModeFlags == Create)
            data.MarkDirty();
        error = call.Open(request.OutputHandleIndex, new StreamObject(source, data, writes, call.Service.StreamLocks));
        if (error == ErrorCode.Success && writes && source is DraftObject draft)
            draft.Follow(data);
        return new Response { ReturnValue = error, StreamSize = (uint)bytes.Length };
    }

    /// <summary>Whether the property may be written through the object; folders of public stores have no streams to write. 3.2.5.11.</summary>
    private static ErrorCode CanWrite(PropertyObject source, PropertyTag tag)
    {
        if (source is FolderObject && source.Mailbox.Header.IsPublic)
            return ErrorCode.NotSupported;
        if (source is DraftObject { IsWritable: false } || !source.CanWrite || source.IsReadOnly(tag.Id))
            return ErrorCode.AccessDenied;
        if (tag.IsNamed && source.Mailbox.GetPropertyName(tag.Id) is null)
            return ErrorCode.InvalidParameter;
        return tag.Id is 0 or ushort.MaxValue ? ErrorCode.InvalidParameter : ErrorCode.Success;
    }
}
