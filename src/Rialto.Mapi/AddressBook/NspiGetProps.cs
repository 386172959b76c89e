// [MS-OXCMAPIHTTP] 2.2.5.7 wire; [MS-OXNSPI] 3.1.4.1.7 behaviour.
using Rialto.Directory;
using Rialto.Directory.AddressBook;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.AddressBook;

/// <summary>Values of an object.</summary>
internal static class NspiGetProps
{
    public static async ValueTask<Response> ExecuteAsync(NspiCall call, Request request)
    {
        var stat = request.State ?? default;
        var codePage = stat.CodePage;
        // The list does not matter to an object; Exchange does not look at it. [MS-OXNSPI] appendix B, <5>.
        if (request.State is not null && !NspiRowReader.IsCodePage(codePage))
            return new Response { ErrorCode = ErrorCode.InvalidCodepage, CodePage = codePage };
        var tags = request.PropertyTags;
        if (tags is null)
        {
            var error = NspiGetPropList.List(call, request.Flags, stat.CurrentRec, codePage, out tags);
            if (error != ErrorCode.Success)
                return new Response { ErrorCode = error, CodePage = codePage };
        }
        if (tags.Length > call.Options.MaximumAddressBookColumns)
            return new Response { ErrorCode = ErrorCode.TableTooBig, CodePage = codePage };
        var reader = new NspiRowReader(call, tags, codePage, (request.Flags & NspiFlags.EphemeralIds) != 0);
        var values = await reader.RowAsync(stat.CurrentRec);
        if (NspiRowReader.IsUnicode(codePage))
            WithoutString8(reader.Columns, values);
        var isWhole = true;
        for (var i = 0; i < values.Length; i++)
        {
            isWhole &= !values[i].IsError;
            // The tag that was asked for, in the type that the value is given in.
            values[i] = values[i].IsError ? values[i] : values[i].WithTag(reader.Columns[i].WithType(values[i].Type));
        }
        return new Response { ErrorCode = isWhole ? ErrorCode.Success : ErrorCode.ErrorsReturned, CodePage = codePage, PropertyValues = values };
    }

    /// <summary>There are no 8-bit strings of UTF-16: as if they had no value.</summary>
    private static void WithoutString8(PropertyTag[] columns, PropertyValue[] values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (columns[i].Type is PropertyType.String8 or PropertyType.MultipleString8)
                values[i] = PropertyValue.OfError(columns[i], ErrorCode.NotFound);
        }
    }

    /// <summary>2.2.5.7.1.</summary>
    public struct Request : IWireStructure<Request>
    {
        public uint Flags;
        public Stat? State;
        public PropertyTag[]? PropertyTags;
        public byte[] AuxiliaryBuffer;

        public static void Fields<TIo>(ref TIo io, scoped ref Request value)
            where TIo : struct, IWireIo, allows ref struct
        {
            io.U32(ref value.Flags);
            NspiFields.State(ref io, ref value.State);
            NspiFields.Tags(ref io, ref value.PropertyTags, "PropertyTags");
            NspiFields.Auxiliary(ref io, ref value.AuxiliaryBuffer);
        }
    }

    /// <summary>2.2.5.7.2.</summary>
    public struct Response : INspiResponse<Response>
    {
        /// <summary>ErrorsReturned where some have no value.</summary>
        public ErrorCode ErrorCode;
        public uint CodePage;
        public PropertyValue[]? PropertyValues;

        public readonly ErrorCode Error => ErrorCode;

        public static void Fields<TIo>(ref TIo io, scoped ref Response value)
            where TIo : struct, IWireIo, allows ref struct
        {
            io.Enum(ref value.ErrorCode);
            io.U32(ref value.CodePage);
            NspiFields.Values(ref io, ref value.PropertyValues, value.CodePage, "PropertyValues");
        }
    }
}
