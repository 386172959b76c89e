// Apple Configuration Profile Reference: top level, payload com.apple.mail.managed; property list DTD 1.0.
using System.Security.Cryptography;
using System.Text;
using System.Xml;
using Rialto.Autodiscover.Access;
using Rialto.Directory;
using Rialto.Net;

namespace Rialto.Autodiscover.Apple;

/// <summary>The property list of a profile with the mail account of one person. It holds no password.</summary>
internal static class ConfigurationProfile
{
    /// <summary>The profile as XML. What is not served over TLS is left out: the kinds of service that devices know are IMAP (or POP) with submission.</summary>
    public static byte[] Write(Account account, Organisation? organisation, string host, IReadOnlyList<MailService> services)
    {
        var identifier = $"{string.Join('.', ServiceAddresses.DomainOf(account.PrimaryAddress).Split('.').Reverse())}.mail.{account.MailboxGuid:N}";
        var title = SafeXml.Clean(organisation is { DisplayName.Length: > 0 } named ? named.DisplayName : ServiceAddresses.DomainOf(account.PrimaryAddress));
        var incoming = Best(services, MailServiceKind.Imap) ?? Best(services, MailServiceKind.Pop3);
        return SafeXml.Write(xml =>
        {
            xml.WriteDocType("plist", "-//Apple//DTD PLIST 1.0//EN", "http://www.apple.com/DTDs/PropertyList-1.0.dtd", null);
            xml.WriteStartElement("plist");
            xml.WriteAttributeString("version", "1.0");
            xml.WriteStartElement("dict");
            xml.WriteElementString("key", "PayloadContent");
            xml.WriteStartElement("array");
            if (incoming is not null && Best(services, MailServiceKind.Submission) is { } outgoing)
                Mail(xml, account, identifier, title, host, incoming, outgoing);
            xml.WriteEndElement();
            Text(xml, "PayloadDisplayName", $"{title}: {SafeXml.Clean(account.PrimaryAddress)}");
            Text(xml, "PayloadDescription", "Mail");
            Text(xml, "PayloadOrganization", title);
            Payload(xml, account, identifier, "Configuration");
            Truth(xml, "PayloadRemovalDisallowed", false);
            xml.WriteEndElement();
            xml.WriteEndElement();
        });
    }

    private static void Mail(XmlWriter xml, Account account, string identifier, string title, string host, MailService incoming, MailService outgoing)
    {
        var address = SafeXml.Clean(account.PrimaryAddress);
        xml.WriteStartElement("dict");
        Text(xml, "EmailAccountDescription", title);
        Text(xml, "EmailAccountName", SafeXml.Clean(account.DisplayName));
        Text(xml, "EmailAccountType", incoming.Kind == MailServiceKind.Imap ? "EmailTypeIMAP" : "EmailTypePOP");
        Text(xml, "EmailAddress", address);
        Text(xml, "IncomingMailServerAuthentication", "EmailAuthPassword");
        Text(xml, "IncomingMailServerHostName", host);
        Number(xml, "IncomingMailServerPortNumber", incoming.Port);
        Truth(xml, "IncomingMailServerUseSSL", true);
        Text(xml, "IncomingMailServerUsername", address);
        Text(xml, "OutgoingMailServerAuthentication", "EmailAuthPassword");
        Text(xml, "OutgoingMailServerHostName", host);
        Number(xml, "OutgoingMailServerPortNumber", outgoing.Port);
        Truth(xml, "OutgoingMailServerUseSSL", true);
        Text(xml, "OutgoingMailServerUsername", address);
        Truth(xml, "OutgoingPasswordSameAsIncomingPassword", true);
        Text(xml, "PayloadDisplayName", title);
        Payload(xml, account, identifier + ".account", "com.apple.mail.managed");
        xml.WriteEndElement();
    }

    /// <summary>What every payload has. The same account gives the same ids, so that a profile taken again replaces the one before.</summary>
    private static void Payload(XmlWriter xml, Account account, string identifier, string type)
    {
        Text(xml, "PayloadIdentifier", identifier);
        Text(xml, "PayloadType", type);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{account.MailboxGuid:N}/{type}"), hash);
        Text(xml, "PayloadUUID", new Guid(hash[..16]).ToString("D").ToUpperInvariant());
        Number(xml, "PayloadVersion", 1);
    }

    /// <summary>TLS from the first byte before STARTTLS (RFC 8314 3).</summary>
    private static MailService? Best(IReadOnlyList<MailService> services, MailServiceKind kind) =>
        services.Where(s => s.Kind == kind && s.Tls != TlsMode.None).MaxBy(s => s.Tls);

    private static void Text(XmlWriter xml, string key, string value)
    {
        xml.WriteElementString("key", key);
        xml.WriteElementString("string", value);
    }

    private static void Number(XmlWriter xml, string key, int value)
    {
        xml.WriteElementString("key", key);
        xml.WriteElementString("integer", value.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    private static void Truth(XmlWriter xml, string key, bool value)
    {
        xml.WriteElementString("key", key);
        xml.WriteStartElement(value ? "true" : "false");
        xml.WriteEndElement();
    }
}
