// RFC 8460 3 (where reports are wanted), 4.1 and 5.5 (when they are sent, and for how long that is tried), 5.3 and 5.4 (how).
using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Rialto.Delivery;
using Rialto.Directory;
using Rialto.Net.Dns;
using Rialto.Store.Backend;

namespace Rialto.Smtp.Client;

/// <summary>Sends each domain that wants it a report of how mail to it was protected, once its day is over.</summary>
internal sealed class TlsReporting : IDisposable
{
    /// <summary>RFC 8460 5.5: a day of trying; two days more for a server that was off.</summary>
    public const int DaysTried = 3;

    /// <summary>Receivers of one domain's reports.</summary>
    private const int MaximumReceivers = 2;

    private static readonly TimeSpan Period = TimeSpan.FromMinutes(5);

    /// <summary>4.1: reports go out within so long after the day they are about, not all of the world's at midnight.</summary>
    private static readonly TimeSpan Spread = TimeSpan.FromHours(4);

    /// <summary>5.5: the wait before a receiver is tried again doubles up to this.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(4);

    private readonly TlsReportBook book;
    private readonly DnsResolver resolver;
    private readonly IMailQueueStorage queue;
    private readonly IBlobStore blobs;
    private readonly Func<string> submitter;
    private readonly Func<string> hostName;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly HttpClient http;
    private readonly ITimer timer;
    private readonly bool reachesPrivate;
    private readonly bool signsMail;
    private readonly Dictionary<(string Day, string Domain), (DateTimeOffset Next, TimeSpan Wait)> plans = [];
    private int busy;

    /// <param name="submitter">The organisation's domain.</param>
    /// <param name="reachesPrivate">Whether addresses that are no public ones may be posted to: only tests do.</param>
    /// <param name="validate">Checks servers' certificates; null: as the system does.</param>
    /// <param name="signsMail">Whether mail that leaves is signed (DKIM). 3: reports without a signature are to be ignored, so that none are sent.</param>
    public TlsReporting(
        TlsReportBook book, DnsResolver resolver, IMailQueueStorage queue, IBlobStore blobs, Func<string> submitter, Func<string> hostName, TimeProvider time, ILogger logger, bool reachesPrivate = false,
        System.Net.Security.RemoteCertificateValidationCallback? validate = null, bool signsMail = true)
    {
        this.signsMail = signsMail;
        this.book = book;
        this.resolver = resolver;
        this.queue = queue;
        this.blobs = blobs;
        // 4.4, 5.1: A-labels.
        this.submitter = () => OutboundRelay.DomainOf("postmaster@" + submitter()) ?? submitter();
        this.hostName = hostName;
        this.time = time;
        this.logger = logger;
        this.reachesPrivate = reachesPrivate;
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(20), ConnectCallback = ConnectAsync };
        if (validate is not null) handler.SslOptions.RemoteCertificateValidationCallback = validate;
        http = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(60), MaxResponseContentBufferSize = 64 * 1024 };
        timer = time.CreateTimer(_ => _ = RoundAsync(), null, Period * (1 + Random.Shared.NextDouble()), Period);
    }

    /// <summary>Where a record wants reports; nothing for what is no such record.</summary>
    public static IReadOnlyList<Uri> ReceiversOf(IEnumerable<string> records)
    {
        // 3: with several records, or none that begins so, nobody wants anything.
        var mine = records.Where(r => r.StartsWith("v=TLSRPTv1;", StringComparison.Ordinal)).ToList();
        if (mine.Count != 1) return [];
        var found = new List<Uri>();
        foreach (var field in mine[0].Split(';'))
        {
            if (field.Split('=', 2) is not [var name, var value] || name.Trim() != "rua") continue;
            foreach (var text in value.Split(','))
            {
                if (found.Count < MaximumReceivers && Uri.TryCreate(text.Trim(), UriKind.Absolute, out var receiver) && (receiver.Scheme == Uri.UriSchemeHttps || AddressOf(receiver) is not null)) found.Add(receiver);
            }
        }

        return found;
    }

    /// <summary>Sends what is due, and writes the counts down. True when nothing is left that has to wait.</summary>
    /// <param name="cancel">Ends it.</param>
    /// <param name="isPatient">Whether each report waits for its time: some hours after its day is over, and longer and longer after attempts that failed.</param>
    public async Task<bool> SendDueAsync(CancellationToken cancel, bool isPatient = false)
    {
        var done = true;
        var oldest = TlsReportBook.DayOf(time.GetUtcNow().AddDays(-DaysTried));
        foreach (var (day, domain, policies) in book.Due())
        {
            var isOld = string.CompareOrdinal(day, oldest) < 0;
            if (!isOld && isPatient && !IsTime(day, domain))
            {
                done = false;
            }
            else if (isOld || await SendAsync(new(day, domain, submitter(), policies), cancel))
            {
                book.Forget(day, domain);
                plans.Remove((day, domain));
            }
            else
            {
                done = false;
            }
        }

        book.Save();
        return done;
    }

    public void Dispose()
    {
        timer.Dispose();
        http.Dispose();
        book.Save();
    }

    private static string? AddressOf(Uri receiver)
    {
        if (receiver.Scheme != Uri.UriSchemeMailto) return null;
        var address = Uri.UnescapeDataString(receiver.OriginalString["mailto:".Length..].Split('?')[0]);
        return SmtpAddress.TryParse(address, out _) && System.Text.Ascii.IsValid(address) && !address.Any(c => c <= ' ') ? address : null;
    }

    /// <summary>Whether a report is to be tried now, which sets the time after which it is tried again. One round runs at a time.</summary>
    private bool IsTime(string day, string domain)
    {
        var now = time.GetUtcNow();
        if (!plans.TryGetValue((day, domain), out var plan))
        {
            var midnight = DateTimeOffset.ParseExact(day, "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal).AddDays(1);
            plan = (midnight + (Spread * Random.Shared.NextDouble()), Period);
        }

        var isTime = plan.Next <= now;
        if (isTime) plan = (now + plan.Wait, plan.Wait < LongestWait / 2 ? plan.Wait * 2 : LongestWait);
        plans[(day, domain)] = plan;
        return isTime;
    }

    private async Task RoundAsync()
    {
        if (Interlocked.Exchange(ref busy, 1) != 0) return;
        try
        {
            await SendDueAsync(CancellationToken.None, isPatient: true);
        }
        catch (Exception e)
        {
            ClientLog.ReportsUnavailable(logger, e);
        }
        finally
        {
            Volatile.Write(ref busy, 0);
        }
    }

    /// <summary>False when it has to be tried again.</summary>
    private async Task<bool> SendAsync(TlsReport report, CancellationToken cancel)
    {
        var answer = await resolver.QueryAsync("_smtp._tls." + report.Domain, DnsRecordType.Txt, cancel);
        if (answer.Status == DnsStatus.Failed) return false;
        var receivers = ReceiversOf(answer.All<DnsText>().Select(t => t.Text));
        if (!signsMail && receivers.Any(r => AddressOf(r) is not null))
        {
            receivers = [.. receivers.Where(r => AddressOf(r) is null)];
            if (receivers.Count == 0) ClientLog.ReportNotSent(logger, report.Domain, "mail", "Reports by mail have to be signed, and nothing signs here (delivery.rspamd).");
        }

        if (receivers.Count == 0) return true;
        var sent = false;
        foreach (var receiver in receivers)
        {
            // 5.4, 5.3: each receiver is tried; one that has it is enough.
            try
            {
                if (AddressOf(receiver) is { } address) await MailAsync(report, address, cancel);
                else await PostAsync(report, receiver, cancel);
                ClientLog.ReportSent(logger, report.Domain, report.Day, receiver.ToString());
                sent = true;
            }
            catch (Exception e) when (e is HttpRequestException or IOException or StorageUnavailableException or OperationCanceledException && !cancel.IsCancellationRequested)
            {
                ClientLog.ReportNotSent(logger, report.Domain, receiver.ToString(), e.Message);
            }
        }

        return sent;
    }

    private async Task MailAsync(TlsReport report, string address, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var content = await blobs.WriteAsync(new ReadOnlySequence<byte>(report.ToMail(address, hostName(), now)), cancel);
        await queue.EnqueueAsync(
            new QueuedMessage
            {
                Id = report.MailId(address),
                Content = content,
                Sender = "",
                Recipients = [new(address, null, "NEVER", 0, 0, null)],
                ReceivedUtcTicks = now.UtcTicks,
                // 3: a report on broken TLS must get through broken TLS.
                Tls = TlsDemand.NotRequired,
            },
            cancel);
    }

    private async Task PostAsync(TlsReport report, Uri receiver, CancellationToken cancel)
    {
        using var content = new ByteArrayContent(report.ToGzip());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/tlsrpt+gzip");
        using var response = await http.PostAsync(receiver, content, cancel);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>A stranger names the receiver: it must not be a machine that only this one reaches.</summary>
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var host = context.DnsEndPoint.Host;
        var addresses = IPAddress.TryParse(host.Trim('[', ']'), out var literal)
            ? [literal]
            : (await resolver.QueryAsync(host, DnsRecordType.A, cancel)).All<DnsAddress>().Concat((await resolver.QueryAsync(host, DnsRecordType.Aaaa, cancel)).All<DnsAddress>()).Select(a => a.Address).Take(4).ToList();
        Exception? last = null;
        foreach (var address in addresses)
        {
            if (!reachesPrivate && !IsPublic(address)) continue;
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(address, context.DnsEndPoint.Port, cancel);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (Exception e)
            {
                socket.Dispose();
                if (e is not SocketException) throw;
                last = e;
            }
        }

        throw new HttpRequestException($"{host} cannot be reached, or has no public address.", last);
    }

    internal static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (IPAddress.IsLoopback(address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)) return false;
        if (address.AddressFamily == AddressFamily.InterNetworkV6) return !(address.IsIPv6LinkLocal || address.IsIPv6SiteLocal || address.IsIPv6UniqueLocal || address.IsIPv6Multicast);
        var octets = address.GetAddressBytes();
        return octets is not ([0 or 10 or 127 or >= 224, ..] or [100, >= 64 and < 128, ..] or [169, 254, ..] or [172, >= 16 and < 32, ..] or [192, 168, ..] or [192, 0, 0, _] or [198, 18 or 19, ..]);
    }
}
