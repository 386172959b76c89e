// [MS-ASCMD] 2.2.1.1 Autodiscover, 2.2.3.153.1 Response, 4.2: the mobilesync schema.
using System.Xml;
using Rialto.Autodiscover.Access;
using Rialto.Autodiscover.Accounts;
using Rialto.Directory;

namespace Rialto.Autodiscover.Pox;

/// <summary>What phones are told: where ActiveSync is.</summary>
internal static class MobileSyncResponse
{
    public const string Schema = "http://schemas.microsoft.com/exchange/autodiscover/mobilesync/responseschema/2006";

    /// <summary>2.2.3.177.1: protocol error.</summary>
    private const string ProtocolError = "2";

    public static byte[] Write(Finding finding, string asked, ServiceAddresses addresses) => Write(finding.Mailbox, finding.Mailbox?.PrimaryAddress ?? asked, xml =>
    {
        if (finding.Mailbox is null)
        {
            // There is no redirection to a URL in this schema but this: a server element with another URL.
            if (finding.RedirectAddress is { } address)
                xml.WriteElementString("Redirect", SafeXml.Clean(address));
            else
                Settings(xml, new Uri(new Uri(finding.RedirectUrl!), "/Microsoft-Server-ActiveSync").AbsoluteUri);
            return;
        }
        Settings(xml, addresses.ActiveSync);
    });

    public static byte[] NotFound(string asked) => Write(null, asked, xml =>
    {
        xml.WriteStartElement("Error");
        xml.WriteElementString("Status", ProtocolError);
        xml.WriteElementString("Message", ErrorResponse.NotFound.Message);
        xml.WriteElementString("DebugData", "");
        xml.WriteEndElement();
    });

    private static void Settings(XmlWriter xml, string url)
    {
        xml.WriteStartElement("Settings");
        xml.WriteStartElement("Server");
        xml.WriteElementString("Type", "MobileSync");
        xml.WriteElementString("Url", url);
        xml.WriteElementString("Name", url);
        xml.WriteEndElement();
        xml.WriteEndElement();
    }

    private static byte[] Write(MailboxRecipient? mailbox, string address, Action<XmlWriter> action) => SafeXml.Write(xml =>
    {
        xml.WriteStartElement("Autodiscover", ErrorResponse.RootSchema);
        xml.WriteStartElement("Response", Schema);
        xml.WriteElementString("Culture", CultureOf(mailbox));
        xml.WriteStartElement("User");
        if (mailbox is not null)
            xml.WriteElementString("DisplayName", SafeXml.Clean(mailbox.DisplayName));
        xml.WriteElementString("EMailAddress", SafeXml.Clean(address));
        xml.WriteEndElement();
        xml.WriteStartElement("Action");
        action(xml);
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.WriteEndElement();
    });

    /// <summary>2.2.3.38: language and region in lower case with a colon between.</summary>
    private static string CultureOf(MailboxRecipient? mailbox)
    {
        var parts = (mailbox?.Locale ?? "en-us").ToLowerInvariant().Split('-');
        return parts.Length == 1 ? $"{parts[0]}:{parts[0]}" : $"{parts[0]}:{parts[^1]}";
    }
}
