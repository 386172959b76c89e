// [MS-OXCMAPIHTTP] 2.2.5.6 wire; [MS-OXNSPI] 3.1.4.1.6 behaviour.
using Rialto.Directory;
using Rialto.Directory.AddressBook;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.AddressBook;

/// <summary>Which properties an object has.</summary>
internal static class NspiGetPropList
{
    public static ValueTask<Response> ExecuteAsync(NspiCall call, Request request)
    {
        var error = List(call, request.Flags, request.MinimalId, request.CodePage, out var tags);
        return new(error == ErrorCode.Success ? new Response { PropertyTags = tags } : new Response { ErrorCode = error });
    }

    /// <summary>2.2.5.6.1.</summary>
    public struct Request : IWireStructure<Request>
    {
        public uint Flags;
        public uint MinimalId;
        public uint CodePage;
        public byte[] AuxiliaryBuffer;

        public static void Fields<TIo>(ref TIo io, scoped ref Request value)
            where TIo : struct, IWireIo, allows ref struct
        {
            io.U32(ref value.Flags);
            io.U32(ref value.MinimalId);
            io.U32(ref value.CodePage);
            NspiFields.Auxiliary(ref io, ref value.AuxiliaryBuffer);
        }
    }

    /// <summary>2.2.5.6.2.</summary>
    public struct Response : INspiResponse<Response>
    {
        public ErrorCode ErrorCode;
        public PropertyTag[]? PropertyTags;

        public readonly ErrorCode Error => ErrorCode;

        public static void Fields<TIo>(ref TIo io, scoped ref Response value)
            where TIo : struct, IWireIo, allows ref struct
        {
            io.Enum(ref value.ErrorCode);
            NspiFields.Tags(ref io, ref value.PropertyTags, "PropertyTags");
        }
    }

    /// <summary>The properties that an object has values of: what GetProps gives where none are asked for.</summary>
    public static ErrorCode List(NspiCall call, uint flags, uint number, uint codePage, out PropertyTag[] tags)
    {
        tags = [];
        if (!NspiRowReader.IsCodePage(codePage))
            return ErrorCode.InvalidCodepage;
        var skipTables = (flags & NspiFlags.SkipObjects) != 0;
        var unicode = NspiRowReader.IsUnicode(codePage);
        if (number == 0)
        {
            // The address book itself: all that its objects can have, as QueryColumns tells.
            tags = [.. PropertyMap.All.Select(p => PropertyMap.Native(p.Tag, unicode))];
            return ErrorCode.Success;
        }
        if (call.Book.Find(number) is not { } recipient)
            return ErrorCode.GeneralFailure;
        var entry = call.Entry(recipient, number, false);
        tags = [.. PropertyMap.All.Where(p => !(skipTables && p.Tag.Type == PropertyType.Object) && PropertyMap.Has(p, entry)).Select(p => PropertyMap.Native(p.Tag, unicode))];
        return ErrorCode.Success;
    }
}
