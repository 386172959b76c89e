// [MS-OXDSCLI] 2.2.4.1.1.2 Account and what is in it, schema outlook 2006a.
using System.Collections.Immutable;
using System.Globalization;
using System.Xml;
using Rialto.Autodiscover.Access;
using Rialto.Autodiscover.Accounts;
using Rialto.Directory;

namespace Rialto.Autodiscover.Pox;

/// <summary>The settings of one mailbox for Outlook and those who read the same.</summary>
internal sealed class OutlookResponse(
    AutodiscoverServices services,
    ServiceAddresses addresses,
    PoxCapabilities client,
    Organisation organisation,
    MailboxRecipient mailbox,
    ImmutableArray<MailboxRecipient> alternatives,
    PublicStore? publicStore)
{
    public const string Schema = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a";

    /// <summary>2.2.4.1.1.2.8 and .9: elsewhere.</summary>
    public static byte[] Redirect(Finding finding) => Write(xml =>
    {
        xml.WriteStartElement("Account");
        xml.WriteElementString("AccountType", "email");
        xml.WriteElementString("Action", finding.RedirectUrl is null ? "redirectAddr" : "redirectUrl");
        if (finding.RedirectUrl is { } url)
            xml.WriteElementString("RedirectUrl", SafeXml.Clean(url));
        else
            xml.WriteElementString("RedirectAddr", SafeXml.Clean(finding.RedirectAddress ?? ""));
        xml.WriteEndElement();
    });

    public byte[] Write() => Write(xml =>
    {
        xml.WriteStartElement("User");
        xml.WriteElementString("DisplayName", SafeXml.Clean(mailbox.DisplayName));
        xml.WriteElementString("LegacyDN", mailbox.LegacyExchangeDn);
        xml.WriteElementString("AutoDiscoverSMTPAddress", SafeXml.Clean(mailbox.PrimaryAddress));
        xml.WriteElementString("DeploymentId", organisation.Id.ToString("D"));
        xml.WriteEndElement();
        xml.WriteStartElement("Account");
        xml.WriteElementString("AccountType", "email");
        xml.WriteElementString("Action", "settings");
        xml.WriteElementString("MicrosoftOnline", "False");
        if (client.MapiHttp > 0)
            MapiHttp(xml);
        if (client.Rpc)
        {
            Exchange(xml);
            OutlookAnywhere(xml);
        }
        Web(xml);
        if (client.ExHttp)
            ExHttp(xml);
        foreach (var alternative in alternatives)
            Alternative(xml, alternative);
        if (publicStore is { MailboxEnabled: true } && mailbox is not PublicStore)
        {
            // 2.2.4.1.1.2.7: asked for by this address, the answer says where to log on to public folders.
            xml.WriteStartElement("PublicFolderInformation");
            xml.WriteElementString("SmtpAddress", SafeXml.Clean(publicStore.PrimaryAddress));
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
    });

    private static byte[] Write(Action<XmlWriter> content) => SafeXml.Write(xml =>
    {
        xml.WriteStartElement("Autodiscover", ErrorResponse.RootSchema);
        xml.WriteStartElement("Response", Schema);
        content(xml);
        xml.WriteEndElement();
        xml.WriteEndElement();
    });

    /// <summary>2.2.4.1.1.2.6: MAPI over HTTP.</summary>
    private void MapiHttp(XmlWriter xml)
    {
        xml.WriteStartElement("Protocol");
        xml.WriteAttributeString("Type", "mapiHttp");
        xml.WriteAttributeString("Version", client.MapiHttp.ToString(CultureInfo.InvariantCulture));
        Urls(xml, "MailStore", addresses.MailStore(mailbox));
        Urls(xml, "AddressBook", addresses.AddressBook(mailbox));
        xml.WriteEndElement();
    }

    /// <summary>RPC inside the network.</summary>
    private void Exchange(XmlWriter xml)
    {
        xml.WriteStartElement("Protocol");
        xml.WriteElementString("Type", "EXCH");
        xml.WriteElementString("Server", ServiceAddresses.ServerOf(mailbox));
        xml.WriteElementString("ServerDN", ServiceAddresses.ServerDnOf(mailbox, organisation));
        xml.WriteElementString("ServerVersion", VersionNumber(services.ServerVersion));
        xml.WriteElementString("MdbDN", ServiceAddresses.DatabaseDnOf(mailbox, organisation));
        if (publicStore is { MailboxEnabled: true })
            xml.WriteElementString("PublicFolderServer", ServiceAddresses.ServerOf(publicStore));
        AuthPackage(xml, AuthenticationMethods.Mailbox);
        WebServices(xml);
        xml.WriteElementString("ServerExclusiveConnect", "Off");
        xml.WriteEndElement();
    }

    /// <summary>RPC over HTTP.</summary>
    private void OutlookAnywhere(XmlWriter xml)
    {
        xml.WriteStartElement("Protocol");
        xml.WriteElementString("Type", "EXPR");
        xml.WriteElementString("Server", addresses.Host);
        xml.WriteElementString("SSL", addresses.IsSecure ? "On" : "Off");
        AuthPackage(xml, AuthenticationMethods.Mailbox);
        if (addresses.IsSecure)
            xml.WriteElementString("CertPrincipalName", "msstd:" + addresses.Host);
        WebServices(xml);
        xml.WriteElementString("ServerExclusiveConnect", "On");
        xml.WriteElementString("GroupingInformation", SafeXml.Clean(services.Options.SiteName));
        xml.WriteEndElement();
    }

    /// <summary>The web services of those who do not read EXCH and EXPR.</summary>
    private void ExHttp(XmlWriter xml)
    {
        xml.WriteStartElement("Protocol");
        xml.WriteElementString("Type", "EXHTTP");
        xml.WriteElementString("Server", addresses.Host);
        xml.WriteElementString("SSL", addresses.IsSecure ? "On" : "Off");
        AuthPackage(xml, AuthenticationMethods.WebServices);
        WebServices(xml);
        xml.WriteElementString("ServerExclusiveConnect", "On");
        xml.WriteEndElement();
    }

    /// <summary>The browser's way, and the web services by network: one and the same here.</summary>
    private void Web(XmlWriter xml)
    {
        xml.WriteStartElement("Protocol");
        xml.WriteElementString("Type", "WEB");
        foreach (var (side, type) in new[] { ("Internal", "EXCH"), ("External", "EXPR") })
        {
            xml.WriteStartElement(side);
            xml.WriteStartElement("OWAUrl");
            xml.WriteAttributeString("AuthenticationMethod", "Basic, Fba");
            xml.WriteString(addresses.WebClient);
            xml.WriteEndElement();
            xml.WriteStartElement("Protocol");
            xml.WriteElementString("Type", type);
            xml.WriteElementString("ASUrl", addresses.Ews);
            xml.WriteEndElement();
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
    }

    private void WebServices(XmlWriter xml)
    {
        xml.WriteElementString("ASUrl", addresses.Ews);
        xml.WriteElementString("EwsUrl", addresses.Ews);
        xml.WriteElementString("EmwsUrl", addresses.Ews);
        xml.WriteElementString("EcpUrl", addresses.ControlPanel);
        foreach (var (element, _, fragment) in ControlPanelFragments.All)
            xml.WriteElementString(element, fragment);
        xml.WriteElementString("OOFUrl", addresses.Ews);
        xml.WriteElementString("UMUrl", addresses.UnifiedMessaging);
        if (services.OfflineAddressBook(mailbox) is { } book)
            xml.WriteElementString("OABUrl", addresses.OfflineAddressBook(book));
    }

    /// <summary>2.2.4.1.1.2.5: a mailbox that the client opens too. It asks for its settings by the address, as its owner would.</summary>
    private void Alternative(XmlWriter xml, MailboxRecipient alternative)
    {
        xml.WriteStartElement("AlternativeMailbox");
        xml.WriteElementString("Type", "Delegate");
        xml.WriteElementString("DisplayName", SafeXml.Clean(alternative.DisplayName));
        xml.WriteElementString("SmtpAddress", SafeXml.Clean(alternative.PrimaryAddress));
        xml.WriteElementString("OwnerSmtpAddress", SafeXml.Clean(alternative.PrimaryAddress));
        xml.WriteEndElement();
    }

    private void AuthPackage(XmlWriter xml, string endpoint)
    {
        if (AuthenticationMethods.PackageOf(services.SignIn, endpoint, client.Negotiate) is { } package)
            xml.WriteElementString("AuthPackage", package);
    }

    private static void Urls(XmlWriter xml, string name, string url)
    {
        xml.WriteStartElement(name);
        xml.WriteElementString("InternalUrl", url);
        xml.WriteElementString("ExternalUrl", url);
        xml.WriteEndElement();
    }

    /// <summary>ServerVersion: 0111, six bits each of major and minor, a 1, 15 bits of build; as hexadecimal.</summary>
    internal static string VersionNumber(Version version) =>
        (7u << 28 | ((uint)version.Major & 0x3F) << 22 | ((uint)version.Minor & 0x3F) << 16 | 1u << 15 | (uint)version.Build & 0x7FFF).ToString("X8", CultureInfo.InvariantCulture);
}
