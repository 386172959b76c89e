using System.Globalization;

namespace Rialto.Mapi.AddressBook.Templates;

/// <summary>What the dialogs say, in each language that there is; an ampersand stands before the letter that leads to a control.</summary>
internal sealed record Labels(
    uint Locale,
    string General, string Organization, string Phones, string MemberOf, string Addresses, string Members, string Name, string First, string Initials, string Last,
    string Display, string Alias, string Address, string City, string State, string Zip, string Country, string Title, string Company, string Department, string Office,
    string Assistant, string Phone, string Manager, string Reports, string Numbers, string Business, string Business2, string Fax, string AssistantPhone, string Home,
    string Home2, string Mobile, string Pager, string Notes, string Memberships, string MailAddresses, string Owner, string Owned, string Folder, string FindNames,
    string MailAddress, string Internet)
{
    private const uint LanguageMask = 0x03FF;

    private static readonly Labels[] All =
    [
        new(0x0409, "General", "Organization", "Phone/Notes", "Member Of", "E-mail Addresses", "Members", "Name", "&First:", "&Initials:", "&Last:",
            "D&isplay:", "Alia&s:", "A&ddress:", "Ci&ty:", "S&tate:", "&Zip code:", "Country/&Region:", "Titl&e:", "Com&pany:", "Depart&ment:", "&Office:",
            "Assi&stant:", "Phon&e:", "Ma&nager:", "Di&rect reports:", "Phone numbers", "&Business:", "Business &2:", "F&ax:", "Ass&istant:", "&Home:",
            "H&ome 2:", "&Mobile:", "&Pager:", "&Notes:", "&Group membership:", "&E-mail addresses:", "&Owner:", "Grou&ps owned:", "Folder", "Find names",
            "&E-mail address:", "Internet address"),
        new(0x0407, "Allgemein", "Organisation", "Telefon/Notizen", "Mitglied von", "E-Mail-Adressen", "Mitglieder", "Name", "&Vorname:", "&Initialen:", "&Nachname:",
            "An&zeige:", "&Alias:", "&Straße:", "&Ort:", "&Bundesland:", "&PLZ:", "&Land/Region:", "&Titel:", "&Firma:", "Abtei&lung:", "&Büro:",
            "A&ssistent:", "T&elefon:", "Vor&gesetzter:", "&Mitarbeiter:", "Rufnummern", "&Geschäftlich:", "Geschäftlich &2:", "&Fax:", "&Assistent:", "&Privat:",
            "P&rivat 2:", "&Mobil:", "Pa&ger:", "&Notizen:", "&Mitgliedschaft in Gruppen:", "&E-Mail-Adressen:", "&Besitzer:", "Eigene Gru&ppen:", "Ordner", "Namen suchen",
            "&E-Mail-Adresse:", "Internetadresse"),
        new(0x040C, "Général", "Organisation", "Téléphone/Notes", "Membre de", "Adresses de messagerie", "Membres", "Nom", "&Prénom :", "&Initiales :", "&Nom :",
            "A&ffichage :", "A&lias :", "A&dresse :", "&Ville :", "&Région :", "Co&de postal :", "Pa&ys :", "&Titre :", "&Société :", "Serv&ice :", "&Bureau :",
            "&Assistant :", "&Téléphone :", "Res&ponsable :", "&Collaborateurs :", "Numéros", "&Bureau :", "Bureau &2 :", "&Télécopie :", "&Assistant :", "&Domicile :",
            "D&omicile 2 :", "&Mobile :", "&Pager :", "&Notes :", "&Groupes :", "&Adresses de messagerie :", "Pr&opriétaire :", "Grou&pes possédés :", "Dossier", "Rechercher des noms",
            "&Adresse de messagerie :", "Adresse Internet"),
        new(0x0C0A, "General", "Organización", "Teléfono/Notas", "Miembro de", "Direcciones de correo", "Miembros", "Nombre", "&Nombre:", "&Iniciales:", "&Apellidos:",
            "&Mostrar:", "A&lias:", "&Dirección:", "&Ciudad:", "&Provincia:", "Código &postal:", "Pa&ís:", "&Puesto:", "C&ompañía:", "Departam&ento:", "&Oficina:",
            "Ay&udante:", "&Teléfono:", "Ad&ministrador:", "&Subordinados:", "Números de teléfono", "&Trabajo:", "Trabajo &2:", "&Fax:", "&Ayudante:", "&Particular:",
            "P&articular 2:", "&Móvil:", "&Localizador:", "&Notas:", "&Pertenencia a grupos:", "&Direcciones de correo:", "&Propietario:", "&Grupos propios:", "Carpeta", "Buscar nombres",
            "&Dirección de correo:", "Dirección de Internet"),
        new(0x0410, "Generale", "Organizzazione", "Telefono/Note", "Membro di", "Indirizzi di posta", "Membri", "Nome", "&Nome:", "&Iniziali:", "&Cognome:",
            "&Visualizza:", "A&lias:", "I&ndirizzo:", "Ci&ttà:", "&Provincia:", "CA&P:", "Pae&se:", "&Titolo:", "S&ocietà:", "&Reparto:", "&Ufficio:",
            "&Assistente:", "Tele&fono:", "Respon&sabile:", "&Collaboratori:", "Numeri di telefono", "&Ufficio:", "Ufficio &2:", "&Fax:", "&Assistente:", "A&bitazione:",
            "Ab&itazione 2:", "&Cellulare:", "&Cercapersone:", "&Note:", "&Appartenenza a gruppi:", "&Indirizzi di posta:", "&Proprietario:", "&Gruppi posseduti:", "Cartella", "Trova nomi",
            "&Indirizzo di posta:", "Indirizzo Internet"),
        new(0x0413, "Algemeen", "Organisatie", "Telefoon/Notities", "Lid van", "E-mailadressen", "Leden", "Naam", "&Voornaam:", "&Initialen:", "&Achternaam:",
            "&Weergave:", "A&lias:", "A&dres:", "&Plaats:", "P&rovincie:", "Post&code:", "&Land/regio:", "&Functie:", "&Bedrijf:", "Af&deling:", "&Kantoor:",
            "A&ssistent:", "&Telefoon:", "&Manager:", "&Ondergeschikten:", "Telefoonnummers", "&Werk:", "Werk &2:", "&Fax:", "&Assistent:", "T&huis:",
            "Th&uis 2:", "&Mobiel:", "&Pager:", "&Notities:", "&Groepslidmaatschap:", "&E-mailadressen:", "&Eigenaar:", "Eigen &groepen:", "Map", "Namen zoeken",
            "&E-mailadres:", "Internetadres"),
    ];

    /// <summary>The languages that there are.</summary>
    public static IReadOnlyList<Labels> Languages => All;

    /// <summary>The labels of a language; null where there are none in it.</summary>
    public static Labels? Find(uint locale) => Array.Find(All, l => l.Locale == locale) ?? Array.Find(All, l => locale is > 0 and <= ushort.MaxValue && (l.Locale & LanguageMask) == (locale & LanguageMask));

    /// <summary>The labels of a language, or English ones for another that exists; null for a number that is no language.</summary>
    public static Labels? FindOrEnglish(uint locale)
    {
        if (Find(locale) is { } found)
            return found;
        try
        {
            return locale is 0 or > int.MaxValue || CultureInfo.GetCultureInfo((int)locale).Name.Length == 0 ? null : All[0];
        }
        catch (CultureNotFoundException)
        {
            return null;
        }
    }
}
