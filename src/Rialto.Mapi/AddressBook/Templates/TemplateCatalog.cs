// [MS-OXOABKT] 2.2.1 table of address creation templates, 2.2.2 what GetTemplateInfo answers with; 3.1.4.2 DNs of templates.
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using Rialto.Directory;
using Rialto.Directory.AddressBook;
using Rialto.Model;

namespace Rialto.Mapi.AddressBook.Templates;

/// <summary>A template: a dialog of a kind in a language, or the one that makes addresses of a type.</summary>
internal sealed record Template(DisplayType Type, Labels Labels)
{
    /// <summary>The only type of address that can be made.</summary>
    public const string Smtp = "SMTP";

    public bool IsCreation => Type == DisplayType.AddressTemplate;
}

/// <summary>The templates that there are.</summary>
internal static class TemplateCatalog
{
    private const string Displays = "/cn=addressing/cn=display-templates/cn=";
    private const string Creations = "/cn=addressing/cn=address-templates/cn=";

    /// <summary>Made once: languages, code pages and kinds are few, and clients cannot name others.</summary>
    private static readonly ConcurrentDictionary<(DisplayType Type, uint Locale, uint CodePage), byte[]> Data = new();

    /// <summary>The table of what addresses can be made, in a language; empty where there is none in it. Its strings are 8-bit ones.</summary>
    public static PropertyValue[][] CreationTable(NspiCall call, in Stat stat)
    {
        if (Labels.Find(stat.TemplateLocale) is not { } labels)
            return [];
        var text = NspiRowReader.IsUnicode(stat.CodePage) ? PropertyType.String : PropertyType.String8;
        var key = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(key, labels.Locale);
        return
        [
            [
                PropertyValue.Of(PropertyTags.AddressType.WithType(text), Template.Smtp),
                PropertyValue.Of(PropertyTags.DisplayName.WithType(text), labels.Internet),
                PropertyValue.Of(PropertyTags.DisplayType, (int)DisplayType.MailUser),
                PropertyValue.Of(PropertyTags.EntryId, AddressBookEntryIds.Permanent(DisplayType.AddressTemplate, DnOf(call, labels))),
                PropertyValue.Of(PropertyTags.Depth, 0),
                PropertyValue.Of(PropertyTags.Selectable, true),
                PropertyValue.Of(PropertyTags.InstanceKey, key),
            ],
        ];
    }

    /// <summary>The template that is asked for: by its DN, or else by kind and language; null where there is none.</summary>
    public static Template? Find(string? dn, uint displayType, uint locale)
    {
        if (dn is null)
            return Labels.FindOrEnglish(locale) is { } labels && (displayType == (uint)DisplayType.AddressTemplate || Dialogs.Of((DisplayType)displayType, labels) is not null)
                ? new((DisplayType)displayType, labels)
                : null;
        if (Part(dn, Displays) is [var language, var kind] && Hex(language) is { } displayLocale && Hex(kind) is { } type)
            return Find(null, type, displayLocale) is { IsCreation: false } found && found.Labels.Locale == displayLocale ? found : null;
        if (Part(dn, Creations) is [var creation, var address] && Hex(creation) is { } creationLocale && address.Equals(Template.Smtp, StringComparison.OrdinalIgnoreCase))
            return Labels.Find(creationLocale) is { } own ? new(DisplayType.AddressTemplate, own) : null;
        return null;
    }

    /// <summary>The dialog in its binary form.</summary>
    public static byte[] DialogOf(Template template, uint codePage) => Data.GetOrAdd(
        (template.Type, template.Labels.Locale, codePage),
        key => DialogData.Write(template.IsCreation ? Dialogs.NewAddress(template.Labels) : Dialogs.Of(template.Type, template.Labels)!, NspiFields.EncodingOf(key.CodePage)));

    /// <summary>The script: what was typed as address is the address. A template that only shows has one that makes nothing.</summary>
    public static byte[] ScriptOf(Template template, uint codePage) =>
        template.IsCreation ? new AddressScript(NspiFields.EncodingOf(codePage)).Emit(PropertyTags.EmailAddress).Halt() : AddressScript.Empty;

    private static string DnOf(NspiCall call, Labels labels) =>
        string.Create(CultureInfo.InvariantCulture, $"/o={call.Book.Directory.Organisation?.Name}{Creations}{labels.Locale:x}/cn={Template.Smtp}");

    /// <summary>The last two names of a template's DN, behind its organisation and <paramref name="container"/>.</summary>
    private static string[]? Part(string dn, string container)
    {
        var at = dn.IndexOf(container, StringComparison.OrdinalIgnoreCase);
        return at > 0 && dn.StartsWith("/o=", StringComparison.OrdinalIgnoreCase) && dn[(at + container.Length)..].Split("/cn=") is { Length: 2 } parts ? parts : null;
    }

    private static uint? Hex(string text) => uint.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) ? value : null;
}
