// [MS-OXDSCLI] 2.2.4.1.1.2.6: the URLs of the services and the names of servers.
using Microsoft.AspNetCore.Http;
using Rialto.Directory;

namespace Rialto.Autodiscover;

/// <summary>Where each service is for one request: scheme and port as the client came, the host that is configured.</summary>
internal sealed class ServiceAddresses
{
    public const string PoxPath = "/autodiscover/autodiscover.xml";
    public const string SoapPath = "/autodiscover/autodiscover.svc";
    public const string JsonPath = "/autodiscover/autodiscover.json";

    private readonly string _root;

    public ServiceAddresses(HttpRequest request, AutodiscoverOptions options)
    {
        Host = options.HostName.Length > 0 ? options.HostName : request.Host.Host;
        IsSecure = request.IsHttps;
        _root = new UriBuilder(request.Scheme, Host, request.Host.Port ?? -1).Uri.GetLeftPart(UriPartial.Authority);
    }

    public string Host { get; }

    public bool IsSecure { get; }

    public string Pox => _root + PoxPath;

    public string Soap => _root + SoapPath;

    public string Ews => _root + "/EWS/Exchange.asmx";

    public string UnifiedMessaging => _root + "/EWS/UM2007Legacy.asmx";

    public string ActiveSync => _root + "/Microsoft-Server-ActiveSync";

    public string ControlPanel => _root + "/ecp/";

    public string WebClient => _root + "/owa/";

    public string MailStore(MailboxRecipient mailbox) => $"{_root}/mapi/emsmdb/?MailboxId={ServerOf(mailbox)}";

    public string AddressBook(MailboxRecipient mailbox) => $"{_root}/mapi/nspi/?MailboxId={ServerOf(mailbox)}";

    public string OfflineAddressBook(Guid book) => $"{_root}/OAB/{book:D}/";

    /// <summary>The server's name as mailbox servers are called since Exchange 2013: the mailbox's GUID in the domain of its address, so that any server can stand for it.</summary>
    public static string ServerOf(MailboxRecipient mailbox) => $"{mailbox.MailboxGuid:D}@{DomainOf(mailbox.PrimaryAddress)}";

    public static string ServerDnOf(MailboxRecipient mailbox, Organisation organisation) => $"{LegacyDn.Base(organisation.Name)}/cn=Configuration/cn=Servers/cn={ServerOf(mailbox)}";

    public static string DatabaseDnOf(MailboxRecipient mailbox, Organisation organisation) => ServerDnOf(mailbox, organisation) + "/cn=Microsoft Private MDB";

    public static string DomainOf(string address) => address[(address.LastIndexOf('@') + 1)..];
}
