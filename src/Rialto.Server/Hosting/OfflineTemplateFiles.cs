using System.Globalization;
using Rialto.Directory;
using Rialto.Directory.AddressBook;
using Rialto.Mapi.AddressBook.Templates;
using Rialto.Oab.Build;
using Rialto.Oab.Wire;

namespace Rialto.Server.Hosting;

/// <summary>The address book's templates as files of the offline address book, made once an organisation.</summary>
internal sealed class OfflineTemplateFiles(DirectoryService directory)
{
    private (string Organisation, IReadOnlyList<OabLanguage> Files)? _made;

    public IReadOnlyList<OabLanguage> Languages()
    {
        var organisation = directory.Current.Organisation?.Name ?? "";
        if (_made is not { } made || made.Organisation != organisation)
            _made = made = (organisation, [.. OfflineTemplates.Of(organisation).Select(Make)]);
        return made.Files;
    }

    private static OabLanguage Make(OfflineTemplates templates)
    {
        // Clients of both kinds read the same dialogs.
        var file = TemplateFile.Write(new OabTemplateSet
        {
            User = Of(DisplayType.MailUser),
            Group = Of(DisplayType.DistributionList),
            Folder = Of(DisplayType.Forum),
            Agent = Of(DisplayType.Agent),
            RemoteUser = Of(DisplayType.RemoteMailUser),
            AddressCreation = [Of(DisplayType.AddressTemplate)],
        });
        return new(templates.Locale.ToString("x4", CultureInfo.InvariantCulture), file, file);

        OabTemplate Of(DisplayType type)
        {
            var template = templates.Templates.First(t => t.Type == type);
            return new() { Dn = template.Dn, Controls = template.Controls, Script = template.Script, DisplayName = template.Name };
        }
    }
}
