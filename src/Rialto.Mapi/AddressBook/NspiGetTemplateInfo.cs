// [MS-OXCMAPIHTTP] 2.2.5.9 wire; [MS-OXNSPI] 3.1.4.1.18 behaviour; [MS-OXOABKT] 2.2.2 what is in a template.
using Rialto.Mapi.AddressBook.Templates;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Mapi.AddressBook;

/// <summary>The dialog that shows an object of a kind, or that makes an address.</summary>
internal static class NspiGetTemplateInfo
{
    public static ValueTask<Response> ExecuteAsync(NspiCall call, Request request)
    {
        if (NspiRowReader.IsUnicode(request.CodePage) || !NspiRowReader.IsCodePage(request.CodePage))
            return new(new Response { ErrorCode = ErrorCode.InvalidCodepage, CodePage = request.CodePage });
        if (TemplateCatalog.Find(request.TemplateDn, request.DisplayType, request.LocaleId) is not { } template)
            return new(new Response { ErrorCode = ErrorCode.InvalidLocale, CodePage = request.CodePage });
        var row = new List<PropertyValue>();
        if ((request.Flags & NspiFlags.Template) != 0)
            row.Add(PropertyValue.Of(PropertyTags.TemplateData, TemplateCatalog.DialogOf(template, request.CodePage)));
        if ((request.Flags & NspiFlags.Script) != 0)
            row.Add(PropertyValue.Of(PropertyTags.ScriptData, TemplateCatalog.ScriptOf(template, request.CodePage)));
        if ((request.Flags & NspiFlags.AddressType) != 0 && template.IsCreation)
            row.Add(PropertyValue.Of(PropertyTags.AddressType.WithType(PropertyType.String8), Template.Smtp));
        return new(new Response { CodePage = request.CodePage, Row = [.. row] });
    }

    /// <summary>2.2.5.9.1.</summary>
    public struct Request : IWireStructure<Request>
    {
        public uint Flags;
        public uint DisplayType;

        /// <summary>The template itself; then its kind and language say nothing.</summary>
        public string? TemplateDn;
        public uint CodePage;
        public uint LocaleId;
        public byte[] AuxiliaryBuffer;

        public static void Fields<TIo>(ref TIo io, scoped ref Request value)
            where TIo : struct, IWireIo, allows ref struct
        {
            io.U32(ref value.Flags);
            io.U32(ref value.DisplayType);
            var has = value.TemplateDn is not null;
            io.Bool(ref has, "HasTemplateDn");
            if (has)
            {
                var dn = value.TemplateDn ?? "";
                io.AsciiZ(ref dn, "TemplateDn");
                value.TemplateDn = dn;
            }
            io.U32(ref value.CodePage);
            io.U32(ref value.LocaleId);
            NspiFields.Auxiliary(ref io, ref value.AuxiliaryBuffer);
        }
    }

    /// <summary>2.2.5.9.2.</summary>
    public struct Response : INspiResponse<Response>
    {
        public ErrorCode ErrorCode;
        public uint CodePage;
        public PropertyValue[]? Row;

        public readonly ErrorCode Error => ErrorCode;

        public static void Fields<TIo>(ref TIo io, scoped ref Response value)
            where TIo : struct, IWireIo, allows ref struct
        {
            io.Enum(ref value.ErrorCode);
            io.U32(ref value.CodePage);
            NspiFields.Values(ref io, ref value.Row, value.CodePage, "Row");
        }
    }
}
