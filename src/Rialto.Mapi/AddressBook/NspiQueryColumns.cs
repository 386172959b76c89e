// [MS-OXCMAPIHTTP] 2.2.5.13 wire; [MS-OXNSPI] 3.1.4.1.5 behaviour.
using Rialto.Directory;
using Rialto.Directory.AddressBook;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.AddressBook;

/// <summary>Which properties there are.</summary>
internal static class NspiQueryColumns
{
    public static ValueTask<Response> ExecuteAsync(NspiCall call, Request request)
    {
        var unicode = (request.MapiFlags & NspiFlags.UnicodePropertyTypes) != 0;
        return new(new Response { Columns = [.. PropertyMap.All.Select(p => PropertyMap.Native(p.Tag, unicode))] });
    }

    /// <summary>2.2.5.13.1.</summary>
    public struct Request : IWireStructure<Request>
    {
        public uint Reserved;
        public uint MapiFlags;
        public byte[] AuxiliaryBuffer;

        public static void Fields<TIo>(ref TIo io, scoped ref Request value)
            where TIo : struct, IWireIo, allows ref struct
        {
            io.U32(ref value.Reserved);
            io.U32(ref value.MapiFlags);
            NspiFields.Auxiliary(ref io, ref value.AuxiliaryBuffer);
        }
    }

    /// <summary>2.2.5.13.2.</summary>
    public struct Response : INspiResponse<Response>
    {
        public ErrorCode ErrorCode;
        public PropertyTag[]? Columns;

        public readonly ErrorCode Error => ErrorCode;

        public static void Fields<TIo>(ref TIo io, scoped ref Response value)
            where TIo : struct, IWireIo, allows ref struct
        {
            io.Enum(ref value.ErrorCode);
            NspiFields.Tags(ref io, ref value.Columns, "Columns");
        }
    }
}
