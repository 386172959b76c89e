// [MS-OXWSADISC], GetUserSettings; the SOAP reference of the Exchange developer documentation.
using System.Xml;
using Rialto.Autodiscover.Accounts;
using Rialto.Model;

namespace Rialto.Autodiscover.Soap;

/// <summary>Settings of some users, each with its own outcome.</summary>
internal static class GetUserSettings
{
    public const string Name = "GetUserSettings";

    /// <summary>The response, and whether a user was refused.</summary>
    public static async ValueTask<(Action<XmlWriter> Response, bool Refused)> ExecuteAsync(
        SoapEnvelope request, AutodiscoverServices services, MailboxFinder finder, Principal principal, ServiceAddresses addresses, CancellationToken cancel)
    {
        if (Refusal(request, services.Options) is { } wrong)
            return (xml => SoapAnswer.Outcome(xml, "InvalidRequest", wrong), false);
        var directory = services.Directory.Current;
        var findings = new Finding[request.Users.Count];
        for (var i = 0; i < findings.Length; i++)
            findings[i] = await finder.FindAsync(directory, principal, request.Users[i], "", cancel);
        var settings = request.Settings.Distinct(StringComparer.Ordinal).ToList();
        return (Write, findings.Any(f => f.IsRefused));

        void Write(XmlWriter xml)
        {
            SoapAnswer.Outcome(xml, "NoError", "");
            xml.WriteStartElement("UserResponses", SoapNames.Autodiscover);
            foreach (var finding in findings)
            {
                xml.WriteStartElement("UserResponse", SoapNames.Autodiscover);
                if (finding.Mailbox is { } mailbox && directory.Organisation is { } organisation)
                {
                    SoapAnswer.Outcome(xml, "NoError", "No error.");
                    SoapAnswer.RedirectTarget(xml, null);
                    UserSettings.Write(xml, settings, new SettingSource(services, addresses, organisation, mailbox, directory.PublicStore, () => finder.Alternatives(directory, mailbox)));
                }
                else
                {
                    Elsewhere(xml, finding);
                }
                xml.WriteEndElement();
            }
            xml.WriteEndElement();
        }
    }

    private static void Elsewhere(XmlWriter xml, Finding finding)
    {
        if (finding.RedirectUrl is not null)
            SoapAnswer.Outcome(xml, "RedirectUrl", "The mailbox is on another server.");
        else if (finding.RedirectAddress is not null)
            SoapAnswer.Outcome(xml, "RedirectAddress", "The mailbox has another address.");
        else
            SoapAnswer.Outcome(xml, "InvalidUser", "The email address can't be found.");
        SoapAnswer.RedirectTarget(xml, finding.RedirectUrl ?? finding.RedirectAddress);
        xml.WriteElementString("UserSettingErrors", SoapNames.Autodiscover, null);
        xml.WriteElementString("UserSettings", SoapNames.Autodiscover, null);
    }

    private static string? Refusal(SoapEnvelope request, AutodiscoverOptions options) => request switch
    {
        { Users.Count: 0 } => "The request names no user.",
        { Settings.Count: 0 } => "The request names no setting.",
        _ when request.Users.Count > options.MaximumUsers => "The request names too many users.",
        _ => null,
    };
}
