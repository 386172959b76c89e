// [MS-OXWSADISC], UserSetting and its kinds, names of settings; the SOAP reference of the Exchange developer documentation.
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Xml;
using Rialto.Autodiscover.Access;
using Rialto.Directory;
using Rialto.Net;

namespace Rialto.Autodiscover.Soap;

/// <summary>What the settings of one user are made of.</summary>
internal sealed record SettingSource(
    AutodiscoverServices Services, ServiceAddresses Addresses, Organisation Organisation, MailboxRecipient Mailbox, PublicStore? PublicStore, Func<ImmutableArray<MailboxRecipient>> Alternatives)
{
    public string? OfflineAddressBook => Services.OfflineAddressBook(Mailbox) is { } book ? Addresses.OfflineAddressBook(book) : null;

    public static string VersionText(Version version) => string.Create(CultureInfo.InvariantCulture, $"{version.Major:00}.{version.Minor:00}.{version.Build:0000}.{Math.Max(0, version.Revision):000}");
}

/// <summary>The settings that clients may ask for, by name.</summary>
internal static class UserSettings
{
    /// <summary>Oldest first; the newest is what clients speak. EWS answers in each of them.</summary>
    private const string Schemas = "Exchange2007, Exchange2007_SP1, Exchange2010, Exchange2010_SP1, Exchange2010_SP2, Exchange2013, Exchange2013_SP1, Exchange2016";

    /// <summary>Settings that are texts; null: there is none for this user.</summary>
    private static readonly FrozenDictionary<string, Func<SettingSource, string?>> s_texts = Texts().ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Settings that are collections: kind, and what is written.</summary>
    private static readonly FrozenDictionary<string, (string Kind, Action<XmlWriter, SettingSource> Write)> s_collections = new Dictionary<string, (string, Action<XmlWriter, SettingSource>)>(StringComparer.Ordinal)
    {
        ["AlternateMailboxes"] = ("AlternateMailboxCollectionSetting", AlternateMailboxes),
        ["InternalWebClientUrls"] = ("WebClientUrlCollectionSetting", WebClientUrls),
        ["ExternalWebClientUrls"] = ("WebClientUrlCollectionSetting", WebClientUrls),
        ["InternalImap4Connections"] = ("ProtocolConnectionCollectionSetting", (xml, s) => Connections(xml, s, MailServiceKind.Imap)),
        ["ExternalImap4Connections"] = ("ProtocolConnectionCollectionSetting", (xml, s) => Connections(xml, s, MailServiceKind.Imap)),
        ["InternalPop3Connections"] = ("ProtocolConnectionCollectionSetting", (xml, s) => Connections(xml, s, MailServiceKind.Pop3)),
        ["ExternalPop3Connections"] = ("ProtocolConnectionCollectionSetting", (xml, s) => Connections(xml, s, MailServiceKind.Pop3)),
        ["InternalSmtpConnections"] = ("ProtocolConnectionCollectionSetting", (xml, s) => Connections(xml, s, MailServiceKind.Submission)),
        ["ExternalSmtpConnections"] = ("ProtocolConnectionCollectionSetting", (xml, s) => Connections(xml, s, MailServiceKind.Submission)),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Writes UserSettingErrors and UserSettings.</summary>
    public static void Write(XmlWriter xml, List<string> names, SettingSource source)
    {
        var texts = names.Select(name => s_texts.TryGetValue(name, out var make) ? make(source) : null).ToList();
        xml.WriteStartElement("UserSettingErrors", SoapNames.Autodiscover);
        for (var i = 0; i < names.Count; i++)
        {
            if (texts[i] is not null || s_collections.ContainsKey(names[i]))
                continue;
            xml.WriteStartElement("UserSettingError", SoapNames.Autodiscover);
            if (s_texts.ContainsKey(names[i]))
                SoapAnswer.Outcome(xml, "SettingIsNotAvailable", "The setting has no value for this user.");
            else
                SoapAnswer.Outcome(xml, "InvalidSetting", "There is no such setting.");
            xml.WriteElementString("SettingName", SoapNames.Autodiscover, names[i]);
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
        xml.WriteStartElement("UserSettings", SoapNames.Autodiscover);
        for (var i = 0; i < names.Count; i++)
        {
            if (texts[i] is { } text)
            {
                Start(xml, "StringSetting", names[i]);
                xml.WriteElementString("Value", SoapNames.Autodiscover, SafeXml.Clean(text));
                xml.WriteEndElement();
            }
            else if (s_collections.TryGetValue(names[i], out var collection))
            {
                Start(xml, collection.Kind, names[i]);
                collection.Write(xml, source);
                xml.WriteEndElement();
            }
        }
        xml.WriteEndElement();
    }

    private static void Start(XmlWriter xml, string kind, string name)
    {
        xml.WriteStartElement("UserSetting", SoapNames.Autodiscover);
        xml.WriteAttributeString("type", SoapNames.Instance, kind);
        xml.WriteElementString("Name", SoapNames.Autodiscover, name);
    }

    private static Dictionary<string, Func<SettingSource, string?>> Texts()
    {
        var texts = new Dictionary<string, Func<SettingSource, string?>>(StringComparer.Ordinal)
        {
            ["UserDisplayName"] = s => s.Mailbox.DisplayName,
            ["UserDN"] = s => s.Mailbox.LegacyExchangeDn,
            ["UserDeploymentId"] = s => s.Organisation.Id.ToString("D"),
            ["UserMSOnline"] = _ => "False",
            ["AutoDiscoverSMTPAddress"] = s => s.Mailbox.PrimaryAddress,
            ["MailboxDN"] = s => ServiceAddresses.DatabaseDnOf(s.Mailbox, s.Organisation),
            ["MailboxVersion"] = s => SettingSource.VersionText(s.Services.ServerVersion),
            ["InternalMailboxServer"] = s => ServiceAddresses.ServerOf(s.Mailbox),
            ["InternalRpcClientServer"] = s => ServiceAddresses.ServerOf(s.Mailbox),
            ["InternalMailboxServerDN"] = s => ServiceAddresses.ServerDnOf(s.Mailbox, s.Organisation),
            ["InternalMailboxServerAuthenticationMethods"] = s => AuthenticationMethods.List(s.Services.SignIn),
            ["InternalRpcHttpServer"] = s => s.Addresses.Host,
            ["InternalRpcHttpConnectivityRequiresSsl"] = s => s.Addresses.IsSecure ? "True" : "False",
            ["InternalRpcHttpAuthenticationMethod"] = s => AuthenticationMethods.List(s.Services.SignIn)?.Split(',')[0],
            ["ExternalMailboxServer"] = s => s.Addresses.Host,
            ["ExternalMailboxServerRequiresSSL"] = s => s.Addresses.IsSecure ? "True" : "False",
            ["ExternalMailboxServerAuthenticationMethods"] = s => AuthenticationMethods.List(s.Services.SignIn),
            ["CertPrincipalName"] = s => s.Addresses.IsSecure ? "msstd:" + s.Addresses.Host : null,
            ["PublicFolderServer"] = s => s.PublicStore is { MailboxEnabled: true } store ? ServiceAddresses.ServerOf(store) : null,
            ["PublicFolderInformation"] = s => s.PublicStore is { MailboxEnabled: true } store ? store.PrimaryAddress : null,
            ["CasVersion"] = s => SettingSource.VersionText(s.Services.ServerVersion),
            ["EwsSupportedSchemas"] = _ => Schemas,
            ["CrossOrganizationSharingEnabled"] = _ => "False",
            ["ShowGalAsDefaultView"] = _ => "True",
            ["GroupingInformation"] = s => s.Services.Options.SiteName,
            ["MapiHttpEnabled"] = _ => "True",
            ["InternalServerExclusiveConnect"] = _ => "Off",
            ["ExternalServerExclusiveConnect"] = _ => "On",
            ["ExternalEwsVersion"] = s => SettingSource.VersionText(s.Services.ServerVersion),
            ["InteropExternalEwsUrl"] = s => s.Addresses.Ews,
            ["InteropExternalEwsVersion"] = s => SettingSource.VersionText(s.Services.ServerVersion),
            ["EwsPartnerUrl"] = s => s.Addresses.Ews,
            // Known names of what is not served here.
            ["ActiveDirectoryServer"] = _ => null,
            ["ExchangeRpcUrl"] = _ => null,
            ["MobileMailboxPolicy"] = _ => null,
            ["MobileMailboxPolicyInterop"] = _ => null,
            ["RedirectUrl"] = _ => null,
            ["SPMySiteHostURL"] = _ => null,
            ["SiteMailboxCreationURL"] = _ => null,
            ["DocumentSharingLocations"] = _ => null,
        };
        foreach (var side in new[] { "Internal", "External" })
        {
            texts[side + "EwsUrl"] = s => s.Addresses.Ews;
            texts[side + "EmwsUrl"] = s => s.Addresses.Ews;
            texts[side + "OABUrl"] = s => s.OfflineAddressBook;
            texts[side + "UMUrl"] = s => s.Addresses.UnifiedMessaging;
            texts[side + "EcpUrl"] = s => s.Addresses.ControlPanel;
            texts[side + "PhotosUrl"] = s => s.Addresses.Ews + "/s";
            texts[side + "OutlookServiceUrl"] = _ => null;
            // MAPI over HTTP by SOAP, as POX tells it. No published list of settings has these four names; clients that ask for them get what they want.
            texts[side + "MapiHttpMailStoreUrl"] = s => s.Addresses.MailStore(s.Mailbox);
            texts[side + "MapiHttpAddressBookUrl"] = s => s.Addresses.AddressBook(s.Mailbox);
            foreach (var (_, page, fragment) in ControlPanelFragments.All)
                texts[$"{side}Ecp{page}Url"] = s => s.Addresses.ControlPanel + fragment;
        }
        foreach (var (_, page, fragment) in ControlPanelFragments.All)
            texts[$"Ecp{page}UrlFragment"] = _ => fragment;
        foreach (var page in new[] { "Connect", "TeamMailbox", "TeamMailboxCreating", "TeamMailboxEditing", "TeamMailboxHiding" })
        {
            texts[$"InternalEcp{page}Url"] = texts[$"ExternalEcp{page}Url"] = texts[$"Ecp{page}UrlFragment"] = _ => null;
        }
        return texts;
    }

    private static void AlternateMailboxes(XmlWriter xml, SettingSource source)
    {
        xml.WriteStartElement("AlternateMailboxes", SoapNames.Autodiscover);
        foreach (var mailbox in source.Alternatives())
        {
            xml.WriteStartElement("AlternateMailbox", SoapNames.Autodiscover);
            xml.WriteElementString("Type", SoapNames.Autodiscover, "Delegate");
            xml.WriteElementString("DisplayName", SoapNames.Autodiscover, SafeXml.Clean(mailbox.DisplayName));
            xml.WriteElementString("LegacyDN", SoapNames.Autodiscover, mailbox.LegacyExchangeDn);
            xml.WriteElementString("Server", SoapNames.Autodiscover, ServiceAddresses.ServerOf(mailbox));
            xml.WriteElementString("SmtpAddress", SoapNames.Autodiscover, SafeXml.Clean(mailbox.PrimaryAddress));
            xml.WriteElementString("OwnerSmtpAddress", SoapNames.Autodiscover, SafeXml.Clean(mailbox.PrimaryAddress));
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
    }

    private static void WebClientUrls(XmlWriter xml, SettingSource source)
    {
        xml.WriteStartElement("WebClientUrls", SoapNames.Autodiscover);
        xml.WriteStartElement("WebClientUrl", SoapNames.Autodiscover);
        xml.WriteElementString("AuthenticationMethods", SoapNames.Autodiscover, "Basic, Fba");
        xml.WriteElementString("Url", SoapNames.Autodiscover, source.Addresses.WebClient);
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static void Connections(XmlWriter xml, SettingSource source, MailServiceKind kind)
    {
        xml.WriteStartElement("ProtocolConnections", SoapNames.Autodiscover);
        foreach (var service in source.Services.MailServices().Where(s => s.Kind == kind))
        {
            xml.WriteStartElement("ProtocolConnection", SoapNames.Autodiscover);
            xml.WriteElementString("Hostname", SoapNames.Autodiscover, source.Addresses.Host);
            xml.WriteElementString("Port", SoapNames.Autodiscover, service.Port.ToString(CultureInfo.InvariantCulture));
            xml.WriteElementString("EncryptionMethod", SoapNames.Autodiscover, service.Tls == TlsMode.Implicit ? "SSL" : "TLS");
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
    }
}
