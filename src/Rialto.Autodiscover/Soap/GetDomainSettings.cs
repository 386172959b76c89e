// [MS-OXWSADISC], GetDomainSettings; the SOAP reference of the Exchange developer documentation.
using System.Xml;
using Rialto.Autodiscover.Accounts;

namespace Rialto.Autodiscover.Soap;

/// <summary>What is the same for everybody of a domain.</summary>
internal static class GetDomainSettings
{
    public const string Name = "GetDomainSettings";

    public static Action<XmlWriter> Execute(SoapEnvelope request, AutodiscoverServices services, MailboxFinder finder, ServiceAddresses addresses)
    {
        if (request.Domains.Count == 0 || request.Settings.Count == 0 || request.Domains.Count > services.Options.MaximumUsers)
            return xml => SoapAnswer.Outcome(xml, "InvalidRequest", "The request names no domain, no setting, or too many.");
        var directory = services.Directory.Current;
        return xml =>
        {
            SoapAnswer.Outcome(xml, "NoError", "");
            xml.WriteStartElement("DomainResponses", SoapNames.Autodiscover);
            foreach (var domain in request.Domains)
            {
                xml.WriteStartElement("DomainResponse", SoapNames.Autodiscover);
                var elsewhere = finder.Redirect("x@" + domain);
                var target = elsewhere?.RedirectUrl ?? (elsewhere?.RedirectAddress is { } address ? ServiceAddresses.DomainOf(address) : null);
                if (target is not null)
                    SoapAnswer.Outcome(xml, elsewhere?.RedirectUrl is null ? "RedirectAddress" : "RedirectUrl", "The domain's mailboxes are on another server.");
                else if (directory.FindDomain(domain) is null)
                    SoapAnswer.Outcome(xml, "InvalidDomain", "The domain is not served here.");
                else
                    SoapAnswer.Outcome(xml, "NoError", "No error.");
                Settings(xml, target is null && directory.FindDomain(domain) is not null ? request.Settings : [], services, addresses);
                SoapAnswer.RedirectTarget(xml, target);
                xml.WriteEndElement();
            }
            xml.WriteEndElement();
        };
    }

    private static void Settings(XmlWriter xml, List<string> names, AutodiscoverServices services, ServiceAddresses addresses)
    {
        var values = names.Distinct(StringComparer.Ordinal).Select(name => (Name: name, Value: name switch
        {
            "ExternalEwsUrl" => addresses.Ews,
            "ExternalEwsVersion" => SettingSource.VersionText(services.ServerVersion),
            _ => null,
        })).ToList();
        xml.WriteStartElement("DomainSettingErrors", SoapNames.Autodiscover);
        foreach (var (name, _) in values.Where(v => v.Value is null))
        {
            xml.WriteStartElement("DomainSettingError", SoapNames.Autodiscover);
            SoapAnswer.Outcome(xml, "InvalidSetting", "There is no such setting.");
            xml.WriteElementString("SettingName", SoapNames.Autodiscover, name);
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
        xml.WriteStartElement("DomainSettings", SoapNames.Autodiscover);
        foreach (var (name, value) in values.Where(v => v.Value is not null))
        {
            xml.WriteStartElement("DomainSetting", SoapNames.Autodiscover);
            xml.WriteAttributeString("type", SoapNames.Instance, "DomainStringSetting");
            xml.WriteElementString("Name", SoapNames.Autodiscover, name);
            xml.WriteElementString("Value", SoapNames.Autodiscover, value);
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
    }
}
