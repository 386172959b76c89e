// [MS-OXCMAPIHTTP] 2.2.5.8 wire; [MS-OXNSPI] 3.1.4.1.3 behaviour; [MS-OXOABK] 2.2.2 columns of the hierarchy; [MS-OXOABKT] 2.2.1 of address creation templates.
using Rialto.Directory;
using Rialto.Directory.AddressBook;
using Rialto.Mapi.AddressBook.Templates;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.AddressBook;

/// <summary>The lists of the address book, or the templates that addresses are made with.</summary>
internal static class NspiGetSpecialTable
{
    /// <summary>AB_SUBCONTAINERS. [MS-OXOABK] 2.2.2.1.</summary>
    private const int HasLists = 0x00000002;

    /// <summary>AB_RECIPIENTS and AB_UNMODIFIABLE.</summary>
    private const int HasRecipients = 0x00000001 | 0x00000008;

    public static ValueTask<Response> ExecuteAsync(NspiCall call, Request request)
    {
        var stat = request.State ?? default;
        if ((request.Flags & NspiFlags.AddressCreationTemplates) != 0)
            return new(new Response { CodePage = stat.CodePage, Rows = TemplateCatalog.CreationTable(call, stat) });
        var unicode = (request.Flags & NspiFlags.UnicodeStrings) != 0;
        if (!unicode && NspiRowReader.IsUnicode(stat.CodePage))
            return new(new Response { ErrorCode = ErrorCode.NotSupported, CodePage = stat.CodePage });
        if (!unicode && !NspiRowReader.IsCodePage(stat.CodePage))
            return new(new Response { ErrorCode = ErrorCode.InvalidCodepage, CodePage = stat.CodePage });
        // As Exchange does: the rows whatever version the client has. [MS-OXNSPI] appendix B, <3>.
        return new(new Response { CodePage = stat.CodePage, Version = Version(call.Book), Rows = [.. call.Book.AllLists.Select(l => Row(call.Book, l, unicode))] });
    }

    /// <summary>2.2.5.8.1.</summary>
    public struct Request : IWireStructure<Request>
    {
        public uint Flags;
        public Stat? State;
        public uint? Version;
        public byte[] AuxiliaryBuffer;

        public static void Fields<TIo>(ref TIo io, scoped ref Request value)
            where TIo : struct, IWireIo, allows ref struct
        {
            io.U32(ref value.Flags);
            NspiFields.State(ref io, ref value.State);
            NspiFields.Number(ref io, ref value.Version, "Version");
            NspiFields.Auxiliary(ref io, ref value.AuxiliaryBuffer);
        }
    }

    /// <summary>2.2.5.8.2.</summary>
    public struct Response : INspiResponse<Response>
    {
        public ErrorCode ErrorCode;
        public uint CodePage;
        public uint? Version;
        public PropertyValue[][]? Rows;

        public readonly ErrorCode Error => ErrorCode;

        public static void Fields<TIo>(ref TIo io, scoped ref Response value)
            where TIo : struct, IWireIo, allows ref struct
        {
            io.Enum(ref value.ErrorCode);
            io.U32(ref value.CodePage);
            NspiFields.Number(ref io, ref value.Version, "Version");
            NspiFields.Tables(ref io, ref value.Rows, value.CodePage);
        }
    }

    private static PropertyValue[] Row(AddressBookSnapshot book, AddressBookList list, bool unicode)
    {
        var text = unicode ? PropertyType.String : PropertyType.String8;
        var flags = HasRecipients | (book.AllLists.Any(l => l.Parent == list) ? HasLists : 0);
        List<PropertyValue> row =
        [
            PropertyValue.Of(PropertyTags.EntryId, EntryId(list)),
            PropertyValue.Of(PropertyTags.ContainerFlags, flags),
            PropertyValue.Of(PropertyTags.Depth, list.Depth),
            PropertyValue.Of(PropertyTags.AddressBookContainerId, list == AddressBookList.Global ? 0 : (int)book.NumberOf(list.Id)),
            PropertyValue.Of(PropertyTags.DisplayName.WithType(text), list.Name),
            PropertyValue.Of(PropertyTags.AddressBookIsMaster, false),
        ];
        if (list.Parent is { } parent)
            row.Add(PropertyValue.Of(PropertyTags.AddressBookParentEntryId, EntryId(parent)));
        return [.. row];
    }

    private static byte[] EntryId(AddressBookList list) => AddressBookEntryIds.Permanent(DisplayType.Container, list.Dn);

    /// <summary>Another number when the lists are others.</summary>
    private static uint Version(AddressBookSnapshot book)
    {
        var version = 1L;
        foreach (var list in book.Directory.AddressLists)
            version = Math.Max(version, list.Version);
        return (uint)(version + book.AllLists.Count);
    }
}
