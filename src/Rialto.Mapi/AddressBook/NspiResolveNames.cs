// [MS-OXCMAPIHTTP] 2.2.5.14 wire; [MS-OXNSPI] 3.1.4.1.16 and 3.1.4.1.17 behaviour.
using Rialto.Directory;
using Rialto.Directory.AddressBook;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.AddressBook;

/// <summary>
/// What people typed, as objects: NspiResolveNamesW, and NspiResolveNames where a transport turned the 8-bit strings of the STAT's code page into these.
/// </summary>
internal static class NspiResolveNames
{
    public static async ValueTask<Response> ExecuteAsync(NspiCall call, Request request)
    {
        var stat = request.State ?? default;
        var names = request.Names ?? [];
        var columns = request.PropertyTags ?? NspiRowReader.DefaultColumns;
        if (NspiRowReader.IsUnicode(stat.CodePage))
            return new Response { ErrorCode = ErrorCode.NotSupported, CodePage = stat.CodePage };
        // Every row has to be given, so that names are what can be bounded.
        if (names.Length > call.Options.MaximumNames || columns.Length > call.Options.MaximumAddressBookColumns)
            return new Response { ErrorCode = ErrorCode.OutOfResources, CodePage = stat.CodePage };
        if (call.Book.FindList(stat.ContainerId) is not { } list)
            return new Response { ErrorCode = ErrorCode.InvalidBookmark, CodePage = stat.CodePage };
        var outcomes = new uint[names.Length];
        var found = new List<uint>();
        for (var i = 0; i < names.Length; i++)
        {
            outcomes[i] = (uint)NspiMatches.Resolve(call, list, names[i], out var number);
            if (outcomes[i] == (uint)NameResolution.Resolved)
                found.Add(number);
        }
        var rows = await new NspiRowReader(call, columns, stat.CodePage, false).ReadAsync(found.ToArray());
        return new Response { CodePage = stat.CodePage, MinimalIds = outcomes, Rows = rows };
    }

    /// <summary>2.2.5.14.1.</summary>
    public struct Request : IWireStructure<Request>
    {
        public uint Reserved;
        public Stat? State;
        public PropertyTag[]? PropertyTags;
        public string[]? Names;
        public byte[] AuxiliaryBuffer;

        public static void Fields<TIo>(ref TIo io, scoped ref Request value)
            where TIo : struct, IWireIo, allows ref struct
        {
            io.U32(ref value.Reserved);
            NspiFields.State(ref io, ref value.State);
            NspiFields.Tags(ref io, ref value.PropertyTags, "PropertyTags");
            NspiFields.Strings(ref io, ref value.Names, true, "Names");
            NspiFields.Auxiliary(ref io, ref value.AuxiliaryBuffer);
        }
    }

    /// <summary>2.2.5.14.2.</summary>
    public struct Response : INspiResponse<Response>
    {
        public ErrorCode ErrorCode;
        public uint CodePage;

        /// <summary>For each name a <see cref="NameResolution"/>.</summary>
        public uint[]? MinimalIds;

        /// <summary>A row for each name that is resolved.</summary>
        public NspiRows? Rows;

        public readonly ErrorCode Error => ErrorCode;

        public static void Fields<TIo>(ref TIo io, scoped ref Response value)
            where TIo : struct, IWireIo, allows ref struct
        {
            io.Enum(ref value.ErrorCode);
            io.U32(ref value.CodePage);
            NspiFields.Numbers(ref io, ref value.MinimalIds, "MinimalIds");
            NspiFields.Rows(ref io, ref value.Rows, value.CodePage);
        }
    }
}
