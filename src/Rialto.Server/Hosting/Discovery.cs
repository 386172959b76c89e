using Rialto.Autodiscover;
using Rialto.Directory;
using Rialto.Ldap;
using Rialto.Model;
using Rialto.Net;
using Rialto.Server.Configuration;
using Rialto.Store;

namespace Rialto.Server.Hosting;

/// <summary>What the ways of discovery are told of this server.</summary>
internal static class Discovery
{
    public static AutodiscoverServices Describe(
        RialtoServices services, RialtoOptions options, Authenticator authenticator, TlsCertificates certificates, Func<IReadOnlyList<PlannedListener>> listeners) => new()
    {
        Directory = services.Directory,
        Authenticator = authenticator,
        Options = options.Autodiscover,
        Time = services.Time,
        ServerVersion = VersionOf(options.Mapi.ServerApplication),
        MailServices = () => [.. MailServicesOf(listeners())],
        SecurePort = () => listeners().FirstOrDefault(l => l is { Kind: ListenerKind.Http, Tls: TlsMode.Implicit })?.Port,
        OfflineAddressBook = _ => services.Oab.DefaultBook,
        Shares = (mailbox, principal, cancel) => SharesAsync(services.Engine, mailbox, principal, cancel),
        MovedTo = (mailbox, cancel) => services.Engine.MovedToAsync(mailbox.MailboxGuid, cancel),
        Certificate = () => certificates.CurrentWithChain,
    };

    /// <summary>What the directory tells of Autodiscover; null where nothing is served over TLS.</summary>
    public static AutodiscoverPoint? PointOf(RialtoOptions options, IReadOnlyList<PlannedListener> listeners)
    {
        if (listeners.FirstOrDefault(l => l is { Kind: ListenerKind.Http, Tls: TlsMode.Implicit }) is not { } https)
            return null;
        var host = options.Autodiscover.HostName;
        return new(host, new UriBuilder("https", host, https.Port == 443 ? -1 : https.Port, "/autodiscover/autodiscover.xml").Uri.AbsoluteUri, options.Autodiscover.SiteName);
    }

    /// <summary>IMAP, POP3 and submission among the listeners, by their names.</summary>
    public static IEnumerable<MailService> MailServicesOf(IReadOnlyList<PlannedListener> listeners)
    {
        foreach (var listener in listeners)
        {
            MailServiceKind? kind = listener.Name switch
            {
                "imap" or "imaps" => MailServiceKind.Imap,
                "pop3" or "pop3s" => MailServiceKind.Pop3,
                "submission" or "submissions" => MailServiceKind.Submission,
                _ => null,
            };
            if (kind is { } served)
                yield return new MailService(served, listener.Port, listener.Tls);
        }
    }

    /// <summary>Whether somebody sees any folder of a mailbox: a log-on would succeed. Free and busy times, which everybody may see, are no reason.</summary>
    private static async ValueTask<bool> SharesAsync(StoreEngine engine, MailboxRecipient mailbox, Principal principal, CancellationToken cancel)
    {
        if (!(await engine.OpenAsync(mailbox.MailboxGuid, principal, cancel, evenMoved: true)).TryGet(out var session))
            return false;
        using (session)
            return session.Folders.Descendants(session.Folders.Root.Id)
                .Any(f => (session.RightsOn(f.Id) & (FolderRights.FolderVisible | FolderRights.ReadAny | FolderRights.FolderOwner)) != 0);
    }

    /// <summary>Of "Exchange/15.01.2507.000".</summary>
    private static Version VersionOf(string application) =>
        Version.TryParse(application.AsSpan(application.IndexOf('/', StringComparison.Ordinal) + 1), out var version) && version.Build >= 0 ? version : new Version(15, 1, 2507, 0);
}
