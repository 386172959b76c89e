// RFC 5321 4.5.4.1 (sending strategy), 5.1.
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.Extensions.Logging;
using Rialto.Delivery;
using Rialto.Net.Dns;
using Rialto.Store.Backend;

namespace Rialto.Smtp.Client;

/// <summary>
/// Sends mail to other servers: sorts it by destination, and lets each destination have as many connections as it needs and may have. Nothing here survives a restart, and nothing
/// need: the queue holds every entry until all of its recipients were answered for.
/// </summary>
public sealed class OutboundRelay : IOutboundTransport
{
    /// <summary>Destinations that are remembered, resting ones among them, before those that rested enough are forgotten.</summary>
    private const int MaximumKept = 10_000;

    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    private readonly ConcurrentDictionary<string, Destination> destinations = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource stopping = new();
    private readonly CancellationTokenSource draining = new();
    private readonly Func<string> hostName;
    private TlsReporting? reporting;
    private int pending;

    /// <param name="options">Its options.</param>
    /// <param name="blobs">Where messages are.</param>
    /// <param name="hostName">This server's name, for EHLO.</param>
    /// <param name="isOwn">Whether an address is one that this server listens on.</param>
    /// <param name="dataDirectory">Where MTA-STS policies are kept; null: in memory alone.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">For everything about connections.</param>
    /// <param name="stsPort">The port of policies: 443 but for tests.</param>
    public OutboundRelay(
        OutboundOptions options, IBlobStore blobs, Func<string> hostName, Func<IPEndPoint, bool> isOwn, string? dataDirectory, TimeProvider time, ILogger logger, int stsPort = 443)
    {
        Options = options;
        Blobs = blobs;
        Time = time;
        Logger = logger;
        this.hostName = hostName;
        Resolver = new DnsResolver(new DnsOptions { Servers = [.. options.DnsServers.Select(ParseServer)], TrustsValidation = options.TrustDnssec });
        Routes = new(options, Resolver, hostName, isOwn, time);
        Tls = new(options, Resolver, dataDirectory is null ? null : Path.Combine(dataDirectory, "mta-sts"), time, logger, stsPort);
        Connections = new(options.MaximumConnections);
        From = options.BindAddress.Length == 0 ? null : IPAddress.Parse(options.BindAddress);
        if (options.SmartHostUser.Length > 0)
        {
            if (options.SmartHostPasswordFile.Length == 0) throw new ArgumentException("The smart host's user needs a file with the password: smartHostPasswordFile.");
            Credentials = new(options.SmartHostUser, File.ReadAllText(options.SmartHostPasswordFile).TrimEnd('\r', '\n'));
        }
    }

    internal OutboundOptions Options { get; }

    internal IBlobStore Blobs { get; }

    internal TimeProvider Time { get; }

    internal ILogger Logger { get; }

    internal DnsResolver Resolver { get; }

    internal MailRoutes Routes { get; }

    internal TlsPlans Tls { get; }

    internal SemaphoreSlim Connections { get; }

    internal IPAddress? From { get; }

    internal ClientCredentials? Credentials { get; }

    internal string HostName => hostName();

    /// <summary>Addresses that could not be reached lately, and until when they come last.</summary>
    internal ConcurrentDictionary<IPEndPoint, DateTimeOffset> Down { get; } = new();

    /// <summary>Cancelled when whatever is going on has to end.</summary>
    internal CancellationToken Stop => stopping.Token;

    /// <summary>Cancelled when nothing new begins.</summary>
    internal CancellationToken Drain => draining.Token;

    /// <summary>Connections that are up or being made.</summary>
    internal int Busy => Options.MaximumConnections - Connections.CurrentCount;

    /// <summary>Recipients in memory.</summary>
    public int Pending => Volatile.Read(ref pending);

    /// <inheritdoc/>
    public void Send(OutboundJob job)
    {
        var groups = new Dictionary<(string Destination, bool IsAscii), (string Domain, List<QueuedRecipient> Recipients)>();
        foreach (var recipient in job.Recipients)
        {
            if (DomainOf(recipient.Address) is not { } domain)
            {
                job.Answer([new(recipient, new(553, "5.1.3", "The recipient is not a valid address."))]);
                continue;
            }

            // Who needs SMTPUTF8 may have to be refused by a server that the others need not be.
            var key = (Routes.DestinationOf(domain), Ascii.IsValid(recipient.Address));
            if (!groups.TryGetValue(key, out var group)) groups.Add(key, group = (domain, []));
            group.Recipients.Add(recipient);
        }

        foreach (var ((name, _), (domain, recipients)) in groups)
        {
            for (var at = 0; at < recipients.Count; at += Options.RecipientsPerTransaction)
                Send(name, new OutboundUnit(job, domain, recipients.GetRange(at, Math.Min(Options.RecipientsPerTransaction, recipients.Count - at))));
        }
    }

    /// <summary>Begins to tell other domains how mail to them was protected. RFC 8460.</summary>
    /// <param name="queue">Where reports by mail go.</param>
    /// <param name="submitter">The organisation's domain.</param>
    /// <param name="dataDirectory">Where counts are kept; null: in memory alone.</param>
    /// <param name="signsMail">Whether mail that leaves is signed; where it is not, reports go by HTTPS alone.</param>
    public void StartReporting(IMailQueueStorage queue, Func<string> submitter, string? dataDirectory, bool signsMail) => StartReporting(queue, submitter, dataDirectory, false, null, signsMail);

    internal TlsReporting StartReporting(IMailQueueStorage queue, Func<string> submitter, string? dataDirectory, bool reachesPrivate, System.Net.Security.RemoteCertificateValidationCallback? validate, bool signsMail = true)
    {
        var book = Tls.Reports = new(dataDirectory is null ? null : Path.Combine(dataDirectory, "tls-reports"), Time, Logger);
        return reporting = new(book, Resolver, queue, Blobs, submitter, hostName, Time, Logger, reachesPrivate, validate, signsMail);
    }

    /// <summary>Every destination may be tried at once: somebody knows that it is back.</summary>
    public void EndRests()
    {
        Down.Clear();
        foreach (var destination in destinations.Values) destination.EndRest();
    }

    /// <summary>Tells the queue, and makes room.</summary>
    internal void Answer(OutboundUnit unit, Func<QueuedRecipient, int, OutboundResult> result)
    {
        Interlocked.Add(ref pending, -unit.Recipients.Count);
        unit.Job.Answer([.. unit.Recipients.Select(result)]);
    }

    internal void Forget(string name, Destination destination) => destinations.TryRemove(new(name, destination));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (stopping.IsCancellationRequested) return;
        await draining.CancelAsync();
        var ends = Task.WhenAll(destinations.Values.Select(d => d.Ended));
        await Task.WhenAny(ends, Task.Delay(Options.DrainTimeout));
        await stopping.CancelAsync();
        await Task.WhenAny(ends, Task.Delay(TimeSpan.FromSeconds(5)));
        reporting?.Dispose();
        Tls.Dispose();
    }

    /// <summary>The domain in lower case and A-labels; null for an address without one.</summary>
    internal static string? DomainOf(string address)
    {
        var at = address.LastIndexOf('@');
        if (at < 0 || at == address.Length - 1) return null;
        var domain = address[(at + 1)..].TrimEnd('.').ToLowerInvariant();
        if (domain.Length == 0 || domain.StartsWith('[') || Ascii.IsValid(domain)) return domain.Length == 0 ? null : domain;
        try
        {
            return Idn.GetAscii(domain).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static IPEndPoint ParseServer(string text)
    {
        if (IPAddress.TryParse(text.Trim('[', ']'), out var address)) return new(address, 53);
        return IPEndPoint.TryParse(text, out var server) && server.Port > 0 ? server : throw new ArgumentException($"outbound.dnsServers: \"{text}\" is neither IP nor IP:PORT.");
    }

    private void Send(string name, OutboundUnit unit)
    {
        // Connections that are protected otherwise are others: what needs TLS and what would go without share none.
        var demand = unit.Demand;
        var key = demand switch { TlsDemand.Required => "!" + name, TlsDemand.NotRequired => "?" + name, _ => name };
        if (destinations.Count > MaximumKept)
        {
            foreach (var (other, destination) in destinations)
            {
                if (destination.TryRetire()) Forget(other, destination);
            }
        }

        if (Interlocked.Add(ref pending, unit.Recipients.Count) > Options.MaximumPending)
        {
            Answer(unit, static (r, _) => new(r, new(451, "4.3.1", "Too much mail is being sent at the moment."), IsPostponed: true));
            return;
        }

        while (!destinations.GetOrAdd(key, static (k, s) => new Destination(k, s.name, s.demand, s.relay), (name, demand, relay: this)).TryAdd(unit))
        {
            // It was just given up; the next one is new.
        }
    }
}

/// <summary>One message for recipients at one destination: what one transaction carries.</summary>
internal sealed class OutboundUnit(OutboundJob job, string domain, IReadOnlyList<QueuedRecipient> recipients)
{
    public OutboundJob Job => job;

    /// <summary>The domain of the (first) recipient, whose policies apply.</summary>
    public string Domain => domain;

    public IReadOnlyList<QueuedRecipient> Recipients => recipients;

    /// <summary>What its connection has to be. A report (null sender) about mail that required TLS asks for the same where the server knows it, and goes all the same where not. RFC 8689 5.</summary>
    public TlsDemand Demand => job.Message is { Tls: TlsDemand.Required, Sender.Length: 0 } ? TlsDemand.Policy : job.Message.Tls;

    /// <summary>Takes apart who fits from who does not; itself and null when all fit.</summary>
    public (OutboundUnit? Fitting, OutboundUnit? Others) Divide(Func<QueuedRecipient, bool> fits)
    {
        var rest = new List<QueuedRecipient>();
        var fitting = new List<QueuedRecipient>(recipients.Count);
        foreach (var recipient in recipients) (fits(recipient) ? fitting : rest).Add(recipient);
        if (rest.Count == 0) return (this, null);
        return (fitting.Count == 0 ? null : new(job, domain, fitting) { Losses = Losses }, new(job, domain, rest) { Losses = Losses });
    }

    /// <summary>Connections that were lost over it.</summary>
    public int Losses { get; set; }
}
