using System.Net;
using System.Xml;
using System.Xml.Linq;
using System.Xml.Schema;
using Rialto.Directory;

namespace Rialto.Autodiscover.Tests;

/// <summary>autodiscover.svc.</summary>
public sealed class SoapTests : AutodiscoverTest
{
    private const string Action = "http://schemas.microsoft.com/exchange/2010/Autodiscover/Autodiscover/";
    private static readonly XNamespace s_names = "http://schemas.microsoft.com/exchange/2010/Autodiscover";
    private static readonly XNamespace s_soap = "http://schemas.xmlsoap.org/soap/envelope/";
    private static readonly XNamespace s_soap12 = "http://www.w3.org/2003/05/soap-envelope";
    private static readonly XNamespace s_addressing = "http://www.w3.org/2005/08/addressing";
    private static readonly XNamespace s_instance = "http://www.w3.org/2001/XMLSchema-instance";

    /// <summary>Every name of a setting that clients know (the EWS Managed API's list).</summary>
    private static readonly string[] s_settings =
    [
        "UserDisplayName", "UserDN", "UserDeploymentId", "InternalMailboxServer", "InternalRpcClientServer", "InternalMailboxServerDN", "InternalEcpUrl", "InternalEcpVoicemailUrl",
        "InternalEcpEmailSubscriptionsUrl", "InternalEcpTextMessagingUrl", "InternalEcpDeliveryReportUrl", "InternalEcpPhotoUrl", "InternalEcpRetentionPolicyTagsUrl", "InternalEcpPublishingUrl",
        "InternalEcpConnectUrl", "InternalEcpTeamMailboxUrl", "InternalEcpExtensionInstallationUrl", "InternalEwsUrl", "InternalEmwsUrl", "InternalOABUrl", "InternalPhotosUrl", "InternalUMUrl",
        "InternalWebClientUrls", "MailboxDN", "PublicFolderServer", "ActiveDirectoryServer", "ExternalMailboxServer", "ExternalMailboxServerRequiresSSL", "ExternalMailboxServerAuthenticationMethods",
        "EcpVoicemailUrlFragment", "EcpEmailSubscriptionsUrlFragment", "EcpTextMessagingUrlFragment", "EcpDeliveryReportUrlFragment", "EcpRetentionPolicyTagsUrlFragment", "EcpPublishingUrlFragment",
        "ExternalEcpUrl", "ExternalEwsUrl", "ExternalEmwsUrl", "ExternalOABUrl", "ExternalUMUrl", "ExternalWebClientUrls", "CrossOrganizationSharingEnabled", "AlternateMailboxes", "CasVersion",
        "EwsSupportedSchemas", "InternalPop3Connections", "ExternalPop3Connections", "InternalImap4Connections", "ExternalImap4Connections", "InternalSmtpConnections", "ExternalSmtpConnections",
        "InternalServerExclusiveConnect", "ExternalEwsVersion", "MobileMailboxPolicy", "DocumentSharingLocations", "UserMSOnline", "InternalMailboxServerAuthenticationMethods", "MailboxVersion",
        "SPMySiteHostURL", "SiteMailboxCreationURL", "InternalRpcHttpServer", "InternalRpcHttpConnectivityRequiresSsl", "InternalRpcHttpAuthenticationMethod", "ExternalServerExclusiveConnect",
        "ExchangeRpcUrl", "ShowGalAsDefaultView", "AutoDiscoverSMTPAddress", "InteropExternalEwsUrl", "InteropExternalEwsVersion", "PublicFolderInformation", "RedirectUrl", "EwsPartnerUrl",
        "CertPrincipalName", "GroupingInformation", "MapiHttpEnabled",
    ];

    [Fact]
    public async Task A_users_settings_are_told()
    {
        await Host.Directory.Service.AddAsync(new PublicStore { PrimaryAddress = "public@example.com" });
        await AddSharedAsync("info", m => m with { FullAccess = [Host.Directory.Account("user1@example.com").Id] });
        var account = Host.Directory.Account("user1@example.com");
        var (status, answer) = await Host.SoapAsync(UserSettings(["user1@example.net"], s_settings));
        status.ShouldBe(HttpStatusCode.OK);
        var root = $"https://mail.example.com:{Host.SecurePort}";
        Value(answer, "UserDN").ShouldBe(account.LegacyExchangeDn);
        Value(answer, "AutoDiscoverSMTPAddress").ShouldBe("user1@example.com");
        Value(answer, "ExternalEwsUrl").ShouldBe(root + "/EWS/Exchange.asmx");
        Value(answer, "EwsSupportedSchemas").ShouldContain("Exchange2016");
        Value(answer, "CasVersion").ShouldBe("15.01.2507.000");
        Value(answer, "PublicFolderInformation").ShouldBe("public@example.com");
        Value(answer, "InternalEcpVoicemailUrl").ShouldBe(root + "/ecp/" + Value(answer, "EcpVoicemailUrlFragment"));
        Setting(answer, "AlternateMailboxes").Descendants(s_names + "SmtpAddress").Single().Value.ShouldBe("info@example.com");
        Setting(answer, "ExternalImap4Connections").Descendants(s_names + "ProtocolConnection").Select(c => (c.Element(s_names + "Port")!.Value, c.Element(s_names + "EncryptionMethod")!.Value)).ShouldBe([("993", "SSL"), ("143", "TLS")]);
        Setting(answer, "ExternalPop3Connections").Descendants(s_names + "ProtocolConnection").ShouldBeEmpty();
        // Every name is known; what there is nothing to say of is told so.
        answer.Descendants(s_names + "UserSettingError").Select(e => e.Element(s_names + "ErrorCode")!.Value).Distinct().ShouldBe(["SettingIsNotAvailable"]);
        answer.Descendants(s_names + "UserSetting").Count().ShouldBeGreaterThan(60);
    }

    [Fact]
    public async Task Answers_are_as_the_description_says()
    {
        using var description = await Host.GetAsync("/autodiscover/autodiscover.svc?wsdl", "user1@example.com");
        description.StatusCode.ShouldBe(HttpStatusCode.OK);
        var wsdl = XDocument.Parse(await description.Content.ReadAsStringAsync());
        wsdl.Descendants(XName.Get("address", "http://schemas.xmlsoap.org/wsdl/soap/")).Single().Attribute("location")!.Value.ShouldBe($"https://mail.example.com:{Host.SecurePort}/autodiscover/autodiscover.svc");
        var schemas = new XmlSchemaSet();
        schemas.Add(null, wsdl.Descendants(XName.Get("schema", "http://www.w3.org/2001/XMLSchema")).Single().CreateReader());
        await AddSharedAsync("info", m => m with { FullAccess = [Host.Directory.Account("user1@example.com").Id] });
        foreach (var request in new[]
        {
            UserSettings(["user1@example.com", "nobody@example.com"], [.. s_settings, "NoSuch"]),
            UserSettings([], "UserDN"),
            DomainSettings(["example.com", "other.example"], "ExternalEwsUrl", "ExternalEwsVersion", "NoSuch"),
            Envelope("GetFederationInformation", "<a:Domain>example.com</a:Domain>"),
        })
        {
            var (status, answer) = await Host.SoapAsync(request);
            status.ShouldBe(HttpStatusCode.OK);
            var errors = new List<string>();
            foreach (var part in new[] { answer.Descendants(s_soap + "Body").Single().Elements().Single(), answer.Descendants(s_names + "ServerVersionInfo").Single() })
                new XDocument(part).Validate(schemas, (_, e) => errors.Add(e.Message));
            errors.ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task Each_user_has_an_outcome_and_others_and_nobody_the_same()
    {
        var (_, answer) = await Host.SoapAsync(UserSettings(["user1@example.com", "user2@example.com", "nobody@example.com", ""], "UserDN", "NoSuch", "ActiveDirectoryServer"));
        var responses = answer.Descendants(s_names + "UserResponse").ToList();
        responses.Select(r => r.Element(s_names + "ErrorCode")!.Value).ShouldBe(["NoError", "InvalidUser", "InvalidUser", "InvalidUser"]);
        responses[1].ToString().ShouldBe(responses[2].ToString());
        responses[0].Descendants(s_names + "UserSettingError").Select(e => (e.Element(s_names + "SettingName")!.Value, e.Element(s_names + "ErrorCode")!.Value))
            .ShouldBe([("NoSuch", "InvalidSetting"), ("ActiveDirectoryServer", "SettingIsNotAvailable")]);
    }

    [Fact]
    public async Task Too_many_users_and_none_are_no_request()
    {
        foreach (var request in new[] { UserSettings([.. Enumerable.Range(0, 101).Select(i => $"u{i}@example.com")], "UserDN"), UserSettings([], "UserDN"), UserSettings(["user1@example.com"]) })
        {
            var (status, answer) = await Host.SoapAsync(request);
            status.ShouldBe(HttpStatusCode.OK);
            answer.Descendants(s_names + "Response").Single().Element(s_names + "ErrorCode")!.Value.ShouldBe("InvalidRequest");
        }
    }

    [Fact]
    public async Task A_domain_is_ours_or_not()
    {
        var (_, answer) = await Host.SoapAsync(DomainSettings(["example.net", "other.example"], "ExternalEwsUrl", "Other"));
        var responses = answer.Descendants(s_names + "DomainResponse").ToList();
        responses.Select(r => r.Element(s_names + "ErrorCode")!.Value).ShouldBe(["NoError", "InvalidDomain"]);
        responses[0].Descendants(s_names + "Value").Single().Value.ShouldEndWith("/EWS/Exchange.asmx");
        responses[0].Descendants(s_names + "DomainSettingError").Single().Element(s_names + "SettingName")!.Value.ShouldBe("Other");
        (_, answer) = await Host.SoapAsync(Envelope("GetFederationInformation", "<a:Domain>example.com</a:Domain>"));
        answer.Descendants(s_names + "ErrorCode").Single().Value.ShouldBe("NotFederated");
    }

    [Fact]
    public async Task Addressing_headers_are_answered()
    {
        var (_, answer) = await Host.SoapAsync(UserSettings(["user1@example.com"], "UserDN"));
        answer.Descendants(s_addressing + "Action").Single().Value.ShouldBe(Action + "GetUserSettingsResponse");
        answer.Descendants(s_addressing + "RelatesTo").Single().Value.ShouldBe("urn:uuid:6389558d-9e05-465e-ade9-aae14c4bcd10");
        answer.Descendants(s_names + "MajorVersion").Single().Value.ShouldBe("15");
    }

    [Fact]
    public async Task Soap_12_is_answered_in_its_own_kind()
    {
        var (_, answer) = await Host.SoapAsync(UserSettings(["user1@example.com"], "UserDN").Replace(s_soap.NamespaceName, s_soap12.NamespaceName, StringComparison.Ordinal));
        answer.Root!.Name.ShouldBe(s_soap12 + "Envelope");
        (_, answer) = await Host.SoapAsync(Envelope("NoSuch", "").Replace(s_soap.NamespaceName, s_soap12.NamespaceName, StringComparison.Ordinal));
        answer.Descendants(s_soap12 + "Subcode").Single().Value.ShouldBe("a:ActionNotSupported");
    }

    [Theory]
    [InlineData("", HttpStatusCode.BadRequest, "s:Client")]
    [InlineData("<x/>", HttpStatusCode.BadRequest, "s:Client")]
    [InlineData("<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body>", HttpStatusCode.BadRequest, "s:Client")]
    [InlineData("<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body/></s:Envelope>", HttpStatusCode.BadRequest, "s:Client")]
    [InlineData("<!DOCTYPE x [<!ENTITY e 'x'>]><s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body>&e;</s:Body></s:Envelope>", HttpStatusCode.BadRequest, "s:Client")]
    [InlineData("<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body><x/></s:Body></s:Envelope>", HttpStatusCode.InternalServerError, "a:ActionNotSupported")]
    [InlineData("<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Header><x s:mustUnderstand='1'/></s:Header><s:Body><x/></s:Body></s:Envelope>", HttpStatusCode.InternalServerError, "s:MustUnderstand")]
    public async Task What_is_no_request_is_a_fault(string body, HttpStatusCode expected, string code)
    {
        var (status, answer) = await Host.SoapAsync(body);
        status.ShouldBe(expected);
        answer.Descendants(s_soap + "Fault").Single().Element("faultcode")!.Value.ShouldBe(code);
    }

    [Fact]
    public async Task An_action_that_is_not_the_bodys_is_a_fault()
    {
        var (_, answer) = await Host.SoapAsync(UserSettings(["user1@example.com"], "UserDN").Replace(Action + "GetUserSettings", Action + "GetDomainSettings", StringComparison.Ordinal));
        answer.Descendants(s_soap + "Fault").Single().Element("faultcode")!.Value.ShouldBe("a:ActionNotSupported");
    }

    [Fact]
    public async Task Without_a_log_in_there_is_nothing()
    {
        using var response = await Host.GetAsync("/autodiscover/autodiscover.svc?wsdl");
        response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
    }

    internal static string UserSettings(string[] users, params string[] settings) => Envelope("GetUserSettings",
        $"<a:Users>{string.Concat(users.Select(u => $"<a:User><a:Mailbox>{u}</a:Mailbox></a:User>"))}</a:Users><a:RequestedSettings>{string.Concat(settings.Select(s => $"<a:Setting>{s}</a:Setting>"))}</a:RequestedSettings>");

    private static string DomainSettings(string[] domains, params string[] settings) => Envelope("GetDomainSettings",
        $"<a:Domains>{string.Concat(domains.Select(d => $"<a:Domain>{d}</a:Domain>"))}</a:Domains><a:RequestedSettings>{string.Concat(settings.Select(s => $"<a:Setting>{s}</a:Setting>"))}</a:RequestedSettings>");

    private static string Envelope(string operation, string request) => $"""
        <?xml version="1.0" encoding="utf-8"?>
        <soap:Envelope xmlns:a="{s_names}" xmlns:wsa="{s_addressing}" xmlns:soap="{s_soap}">
          <soap:Header><a:RequestedServerVersion>Exchange2016</a:RequestedServerVersion><wsa:Action soap:mustUnderstand="1">{Action}{operation}</wsa:Action>
            <wsa:MessageID>urn:uuid:6389558d-9e05-465e-ade9-aae14c4bcd10</wsa:MessageID><wsa:To soap:mustUnderstand="1">https://mail.example.com/autodiscover/autodiscover.svc</wsa:To></soap:Header>
          <soap:Body><a:{operation}RequestMessage><a:Request>{request}</a:Request></a:{operation}RequestMessage></soap:Body>
        </soap:Envelope>
        """;

    private static XElement Setting(XDocument answer, string name) => answer.Descendants(s_names + "UserSetting").Single(s => s.Element(s_names + "Name")!.Value == name);

    private static string Value(XDocument answer, string name)
    {
        var setting = Setting(answer, name);
        ((string?)setting.Attribute(s_instance + "type")).ShouldBe("StringSetting");
        return setting.Element(s_names + "Value")!.Value;
    }
}
