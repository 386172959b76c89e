// [MS-OXDSCLI] 2.2.4.1: Autodiscover response of the outlook schema; 2.2.4.1.1.2.6 Protocol; 2.2.4.1.1.1 errors.
using System.Globalization;
using System.Text;
using System.Xml;
using Rialto.Directory;

namespace Rialto.Autodiscover.Pox;

/// <summary>The answer's XML.</summary>
internal static class PoxResponse
{
    public const string OutlookSchema = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a";
    private const string Root = "http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006";

    private static readonly XmlWriterSettings s_settings = new() { Encoding = new UTF8Encoding(false), Indent = true };

    /// <summary>Settings of a mailbox. [MS-OXDSCLI] 2.2.4.1.1.2.</summary>
    /// <param name="mailbox">Whose.</param>
    /// <param name="publicStore">The organisation's public folders; null where there are none.</param>
    /// <param name="service">The scheme, host and port of the services' URLs.</param>
    /// <param name="withMapiHttp">Whether the client said that it can use MAPI over HTTP: only then does that section come.</param>
    public static byte[] Settings(MailboxRecipient mailbox, PublicStore? publicStore, Uri service, bool withMapiHttp) => Write(xml =>
    {
        xml.WriteStartElement("Response", OutlookSchema);
        xml.WriteStartElement("User");
        xml.WriteElementString("DisplayName", mailbox.DisplayName);
        xml.WriteElementString("LegacyDN", mailbox.LegacyExchangeDn);
        xml.WriteElementString("AutoDiscoverSMTPAddress", mailbox.PrimaryAddress);
        xml.WriteEndElement();
        xml.WriteStartElement("Account");
        xml.WriteElementString("AccountType", "email");
        xml.WriteElementString("Action", "settings");
        xml.WriteElementString("MicrosoftOnline", "False");
        if (withMapiHttp)
        {
            var query = $"?MailboxId={mailbox.MailboxGuid:D}@{mailbox.PrimaryAddress[(mailbox.PrimaryAddress.IndexOf('@', StringComparison.Ordinal) + 1)..]}";
            xml.WriteStartElement("Protocol");
            xml.WriteAttributeString("Type", "mapiHttp");
            xml.WriteAttributeString("Version", "1");
            Urls(xml, "MailStore", new Uri(service, "/mapi/emsmdb/" + query));
            Urls(xml, "AddressBook", new Uri(service, "/mapi/nspi/" + query));
            xml.WriteEndElement();
        }
        if (publicStore is { MailboxEnabled: true } && mailbox is not PublicStore)
        {
            // 2.2.4.1.1.2.7: asked for by this address, the answer says where to log on to public folders.
            xml.WriteStartElement("PublicFolderInformation");
            xml.WriteElementString("SmtpAddress", publicStore.PrimaryAddress);
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
        xml.WriteEndElement();
    });

    /// <summary>Why there is none. [MS-OXDSCLI] 2.2.4.1.1.1.</summary>
    public static byte[] Error(int code, string message, DateTimeOffset time) => Write(xml =>
    {
        xml.WriteStartElement("Response", Root);
        xml.WriteStartElement("Error");
        xml.WriteAttributeString("Time", time.ToString("HH:mm:ss.fffffff", CultureInfo.InvariantCulture));
        xml.WriteAttributeString("Id", "0");
        xml.WriteElementString("ErrorCode", code.ToString(CultureInfo.InvariantCulture));
        xml.WriteElementString("Message", message);
        xml.WriteElementString("DebugData", "");
        xml.WriteEndElement();
        xml.WriteEndElement();
    });

    private static void Urls(XmlWriter xml, string name, Uri url)
    {
        xml.WriteStartElement(name);
        xml.WriteElementString("InternalUrl", url.AbsoluteUri);
        xml.WriteElementString("ExternalUrl", url.AbsoluteUri);
        xml.WriteEndElement();
    }

    private static byte[] Write(Action<XmlWriter> content)
    {
        using var output = new MemoryStream();
        using (var xml = XmlWriter.Create(output, s_settings))
        {
            xml.WriteStartElement("Autodiscover", Root);
            content(xml);
            xml.WriteEndElement();
        }
        return output.ToArray();
    }
}
