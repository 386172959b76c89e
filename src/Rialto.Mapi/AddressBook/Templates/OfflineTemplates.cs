// [MS-OXOABKT] 3.1.4.2: the DNs of templates; [MS-OXOAB] 2.2: which of them an offline address book has.
using System.Globalization;
using System.Text;
using Rialto.Directory.AddressBook;
using Rialto.Model;

namespace Rialto.Mapi.AddressBook.Templates;

/// <summary>A template as it is kept by clients that are offline.</summary>
/// <param name="Type">What it shows; an address template makes addresses.</param>
/// <param name="Dn">Its distinguished name.</param>
/// <param name="Controls">The dialog.</param>
/// <param name="Script">The script; empty where the dialog only shows.</param>
/// <param name="Name">What it is called, in the language's code page; empty where it has no name.</param>
public sealed record OfflineTemplate(DisplayType Type, string Dn, byte[] Controls, byte[] Script, byte[] Name);

/// <summary>The templates of a language.</summary>
public sealed record OfflineTemplates(uint Locale, IReadOnlyList<OfflineTemplate> Templates)
{
    private static readonly DisplayType[] s_shown = [DisplayType.MailUser, DisplayType.DistributionList, DisplayType.Forum, DisplayType.Agent, DisplayType.RemoteMailUser, DisplayType.AddressTemplate];

    /// <summary>All languages' templates, for an organisation.</summary>
    public static IReadOnlyList<OfflineTemplates> Of(string organisation) =>
        [.. Labels.Languages.Select(l => new OfflineTemplates(l.Locale, [.. s_shown.Select(t => Make(organisation, new Template(t, l)))]))];

    private static OfflineTemplate Make(string organisation, Template template)
    {
        var locale = template.Labels.Locale;
        var codePage = (uint)CultureInfo.GetCultureInfo((int)locale).TextInfo.ANSICodePage;
        var kind = template.IsCreation ? $"address-templates/cn={locale:x}/cn={Template.Smtp}" : $"display-templates/cn={locale:x}/cn={(uint)template.Type:x}";
        return new(
            template.Type,
            $"/o={organisation}/cn=addressing/cn={kind}",
            TemplateCatalog.DialogOf(template, codePage),
            template.IsCreation ? TemplateCatalog.ScriptOf(template, codePage) : [],
            template.IsCreation ? NspiFields.EncodingOf(codePage).GetBytes(template.Labels.Internet) : []);
    }
}
