using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Rialto.Autodiscover;
using Rialto.Delivery;
using Rialto.Delivery.Trace;
using Rialto.Directory;
using Rialto.Ldap;
using Rialto.MailAccess.Imap;
using Rialto.MailAccess.Pop3;
using Rialto.Mapi;
using Rialto.Mapi.Http;
using Rialto.Net;
using Rialto.Oab.Http;
using Rialto.Server.Configuration;
using Rialto.Server.Records;
using Rialto.Smtp;
using Rialto.Smtp.Client;

namespace Rialto.Server.Hosting;

/// <summary>What the listeners speak: one object a protocol, over the server's parts.</summary>
internal sealed class Protocols : IDisposable
{
    private readonly Greylist? _greylist;
    private readonly SmtpProtocol _relay;
    private readonly SmtpProtocol _submission;
    private readonly ImapProtocol _imap;
    private readonly Pop3Protocol _pop3;
    private readonly LdapProtocol _ldap;
    private readonly MapiService _mapi;
    private readonly Action<IEndpointRouteBuilder> _autodiscover;
    private readonly Action<IEndpointRouteBuilder> _oab;
    private readonly Action<IEndpointRouteBuilder> _tlsPolicy;

    /// <param name="services">The server's parts.</param>
    /// <param name="options">The configuration.</param>
    /// <param name="hostName">The server's name.</param>
    /// <param name="authenticator">Who logs in.</param>
    /// <param name="delivery">The mail queue.</param>
    /// <param name="certificates">The server's certificate.</param>
    /// <param name="listeners">The listeners with the ports they are bound to; asked once the server is up.</param>
    /// <param name="trace">The message trace; null where none is kept.</param>
    /// <param name="loggers">Loggers.</param>
    public Protocols(
        RialtoServices services, RialtoOptions options, string hostName, Authenticator authenticator, MailQueue delivery, TlsCertificates certificates, Func<IReadOnlyList<PlannedListener>> listeners,
        MessageTrace? trace, ILoggerFactory loggers)
    {
        if (options.Autodiscover.HostName.Length == 0)
            options.Autodiscover.HostName = hostName;
        if (options.Smtp.HostName.Length == 0)
            options.Smtp.HostName = hostName;
        if (options.AllowPlainTextLogin)
            options.Mapi.AllowPlainTextOnLoopback = options.Autodiscover.AllowPlainTextOnLoopback = options.Oab.AllowPlainTextOnLoopback = true;
        var limits = new SendingLimits(options.Delivery, services.Time);
        var signIn = CreateSignIn(services, options, hostName, authenticator, certificates);
        _imap = new ImapProtocol(services.Engine, authenticator, options.Imap, loggers.CreateLogger<ImapProtocol>()) { Directory = services.Directory, Authentication = signIn, HostNames = [hostName] };
        var smtp = new SmtpServices
        {
            Options = options.Smtp,
            Directory = services.Directory,
            Authenticator = authenticator,
            Authentication = signIn,
            Store = services.Engine,
            Queue = services.Queue,
            Limits = limits,
            Filter = services.Filter,
            Greylist = _greylist = CreateGreylist(services, options, loggers),
            Time = services.Time,
            Trace = trace,
            Urls = _imap.OpenForSubmissionAsync,
            Logger = loggers.CreateLogger("Rialto.Smtp"),
        };
        _relay = new SmtpProtocol(SmtpRole.Relay, smtp);
        _submission = new SmtpProtocol(SmtpRole.Submission, smtp);
        _pop3 = new Pop3Protocol(services.Engine, authenticator, options.Pop3, loggers.CreateLogger<Pop3Protocol>()) { Authentication = signIn };
        if (options.Ldap.ClientCertificateAuthorities.Length > 0)
            options.Ldap.ClientCertificateAuthorities = Path.GetFullPath(options.Ldap.ClientCertificateAuthorities, options.Data);
        _ldap = new LdapProtocol(services.Directory, authenticator, options.Ldap, services.Time, loggers.CreateLogger<LdapProtocol>())
        {
            Passwords = services.Passwords,
            Authentication = signIn,
            Autodiscover = () => Discovery.PointOf(options, listeners()),
        };
        _autodiscover = routes => routes.MapAutodiscover(Discovery.Describe(services, options, authenticator, certificates, listeners) with { Authentication = signIn });
        _oab = routes => routes.MapOab(services.Oab.Library, authenticator, options.Oab, signIn);
        _tlsPolicy = routes => MtaStsPolicy.Map(routes, () => services.Directory.Current, options.MtaSts, hostName);
        _mapi = new MapiService(services.Engine, services.Directory, services.AddressBook, authenticator, options.Mapi, services.Time, loggers, signIn)
        {
            RuleLimits = options.Delivery.Rules,
            Transcripts = services.Running?.Transcripts,
            PostRules = new PostRules(services.Engine, services.Directory, services.Queue, options.Delivery, services.Time, loggers.CreateLogger<PostRules>()) { Wake = delivery.Wake },
            Submission = new MailSubmission(services.Engine, services.Directory, services.Queue, options.Delivery, services.Time, loggers.CreateLogger<MailSubmission>()) { Wake = delivery.Wake, Limits = limits, Trace = trace },
        };
        var receipts = new MailReceipts(services.Engine, services.Directory, services.Queue, options.Delivery, services.Time, loggers.CreateLogger<MailReceipts>());
        Expired = new ExpiredMail(services.Engine, receipts, services.Time);
        _mapi.SendReadReceipt = (due, cancel) => receipts.SendAsync(due.Mailbox, due.Message, due.IsRead, cancel);
    }

    public ExpiredMail Expired { get; }

    private static AuthenticationService CreateSignIn(RialtoServices services, RialtoOptions options, string hostName, Authenticator authenticator, TlsCertificates certificates)
    {
        if (options.SignIn.HostName.Length == 0)
            options.SignIn.HostName = hostName;
        if (options.SignIn.Keytab.Length > 0)
            options.SignIn.Keytab = Path.GetFullPath(options.SignIn.Keytab, options.Data);
        if (ExternalDirectory.IsConfigured(services))
            options.SignIn.KeepPasswordsElsewhere();
        try
        {
            return new AuthenticationService(authenticator, options.SignIn, services.Time) { HttpBindings = () => certificates.Bindings };
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            throw new ConfigurationException($"signIn: {e.Message}");
        }
    }

    public static MailQueue CreateDelivery(RialtoServices services, RialtoOptions options, string hostName, Func<IReadOnlyList<PlannedListener>> listeners, MessageTrace? trace, ILoggerFactory loggers)
    {
        if (options.Delivery.HostName.Length == 0)
            options.Delivery.HostName = hostName;
        return new MailQueue(services.Queue, services.Engine, services.Directory, options.Delivery, services.Time, loggers.CreateLogger<MailQueue>(), options.Outbound.Enabled ? CreateRelay(services, options, listeners, loggers) : null,
            services.Filter = CreateFilter(options, loggers)) { Trace = trace };
    }

    private static Greylist? CreateGreylist(RialtoServices services, RialtoOptions options, ILoggerFactory loggers)
    {
        if (!options.Smtp.Greylist.Enabled)
            return null;
        try
        {
            return new Greylist(options.Smtp.Greylist, Path.Combine(options.Data, "greylist"), services.Time, loggers.CreateLogger("Rialto.Smtp"));
        }
        catch (FormatException e)
        {
            throw new ConfigurationException(e.Message);
        }
    }

    private static Rspamd? CreateFilter(RialtoOptions options, ILoggerFactory loggers)
    {
        if (options.Delivery.Rspamd.Url.Length == 0)
            return null;
        if (options.Delivery.Rspamd.PasswordFile.Length > 0)
            options.Delivery.Rspamd.PasswordFile = Path.GetFullPath(options.Delivery.Rspamd.PasswordFile, options.Data);
        try
        {
            return new Rspamd(options.Delivery.Rspamd, loggers.CreateLogger("Rialto.Filter"));
        }
        catch (Exception e) when (e is UriFormatException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"delivery.rspamd: {e.Message}");
        }
    }

    private static OutboundRelay CreateRelay(RialtoServices services, RialtoOptions options, Func<IReadOnlyList<PlannedListener>> listeners, ILoggerFactory loggers)
    {
        if (options.Outbound.SmartHostPasswordFile.Length > 0)
            options.Outbound.SmartHostPasswordFile = Path.GetFullPath(options.Outbound.SmartHostPasswordFile, options.Data);
        if (options.Outbound.TrustedCertificates.Length > 0)
            options.Outbound.TrustedCertificates = Path.GetFullPath(options.Outbound.TrustedCertificates, options.Data);
        try
        {
            services.Outbound = new OutboundRelay(
                options.Outbound, services.Backend.Blobs, () => options.Delivery.EffectiveHostName, address => OwnAddresses.Include(address, listeners()), options.Data, services.Time,
                loggers.CreateLogger("Rialto.Outbound"));
            if (options.Outbound.TlsReports)
                services.Outbound.StartReporting(services.Queue, () => services.Directory.Current.DefaultDomain?.Name ?? options.Delivery.EffectiveHostName, options.Data, options.Delivery.Rspamd is { Url.Length: > 0, Outgoing: true });
            return services.Outbound;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
        {
            throw new ConfigurationException($"outbound: {e.Message}");
        }
    }

    public ConnectionProtocol For(ListenerKind kind) => kind switch
    {
        ListenerKind.Smtp => _relay,
        ListenerKind.Submission => _submission,
        ListenerKind.Imap => _imap,
        ListenerKind.Pop3 => _pop3,
        ListenerKind.Ldap => _ldap,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "HTTP is Kestrel's own."),
    };

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMapiHttp(_mapi);
        _autodiscover(routes);
        _oab(routes);
        _tlsPolicy(routes);
    }

    public void Dispose()
    {
        _mapi.Dispose();
        _greylist?.Dispose();
    }
}
