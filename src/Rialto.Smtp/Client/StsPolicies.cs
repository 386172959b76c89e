// RFC 8461 3.3 (fetching), 5.1 (what is kept counts while it lasts), 10.2 (an attacker must not make one forget).
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using Rialto.Net.Dns;

namespace Rialto.Smtp.Client;

/// <summary>The MTA-STS policies of other domains: fetched when their record changes, and kept in files, so that neither a restart nor a silenced DNS server loses one that still counts.</summary>
internal sealed class StsPolicies : IDisposable
{
    /// <summary>How long the absence of a policy, or a failed fetch, is believed.</summary>
    private static readonly TimeSpan Unknown = TimeSpan.FromMinutes(15);

    private const int MaximumKept = 10_000;

    private readonly DnsResolver resolver;
    private readonly string? directory;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly HttpClient http;
    private readonly int port;
    private readonly ConcurrentDictionary<string, Kept> known = new(StringComparer.Ordinal);

    /// <param name="directory">Where they are kept; null: in memory alone.</param>
    /// <param name="validate">Checks servers' certificates; null: as the system does.</param>
    /// <param name="port">443 but for tests.</param>
    public StsPolicies(DnsResolver resolver, string? directory, TimeProvider time, ILogger logger, RemoteCertificateValidationCallback? validate = null, int port = 443)
    {
        this.resolver = resolver;
        this.directory = directory;
        this.time = time;
        this.logger = logger;
        this.port = port;
        var handler = new SocketsHttpHandler
        {
            // 3.3: no redirects, and no proxy in between.
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(20),
            ConnectCallback = ConnectAsync,
        };
        if (validate is not null) handler.SslOptions.RemoteCertificateValidationCallback = validate;
        http = new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(60), MaxResponseContentBufferSize = StsPolicy.MaximumLength };
    }

    /// <summary>Told of each policy that could not be had, and why, as RFC 8460 4.3 names it.</summary>
    public Action<string, string>? Failed { get; set; }

    private sealed record Kept(StsPolicy? Policy, DateTimeOffset Until, DateTimeOffset LookAgain);

    /// <summary>The policy that counts for a domain now; null when there is none.</summary>
    public async ValueTask<StsPolicy?> FindAsync(string domain, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (!known.TryGetValue(domain, out var kept)) kept = Load(domain, now);
        if (kept is not null && kept.LookAgain > now) return kept.Until > now ? kept.Policy : null;
        var lasting = kept is { Policy: not null } && kept.Until > now ? kept : null;

        var answer = await resolver.QueryAsync("_mta-sts." + domain, DnsRecordType.Txt, cancel);
        var id = StsPolicy.IdOf(answer.All<DnsText>().Select(t => t.Text));
        if (id is null || id == lasting?.Policy!.Id) return Keep(domain, lasting is null ? new(null, now, now + Unknown) : lasting with { LookAgain = now + Unknown });
        var policy = await FetchAsync(domain, id, cancel);
        if (policy is null) return Keep(domain, lasting is null ? new(null, now, now + Unknown) : lasting with { LookAgain = now + Unknown });
        Save(domain, policy, now);
        return Keep(domain, new(policy, now + policy.MaximumAge, now + Unknown));
    }

    public void Dispose() => http.Dispose();

    private StsPolicy? Keep(string domain, Kept kept)
    {
        if (known.Count >= MaximumKept) known.Clear();
        known[domain] = kept;
        return kept.Policy;
    }

    private async Task<StsPolicy?> FetchAsync(string domain, string id, CancellationToken cancel)
    {
        var address = new UriBuilder("https", "mta-sts." + domain, port, "/.well-known/mta-sts.txt").Uri;
        try
        {
            using var response = await http.GetAsync(address, cancel);
            if (response.StatusCode == HttpStatusCode.OK && response.Content.Headers.ContentType?.MediaType == "text/plain"
                && StsPolicy.Read(id, await response.Content.ReadAsByteArrayAsync(cancel)) is { } policy)
                return policy;
            Failed?.Invoke(domain, response.StatusCode == HttpStatusCode.OK ? TlsFinding.PolicyInvalid : TlsFinding.FetchFailed);
            ClientLog.NoPolicy(logger, domain, $"the answer was {(int)response.StatusCode}, or no policy");
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException && !cancel.IsCancellationRequested)
        {
            Failed?.Invoke(domain, e.InnerException is System.Security.Authentication.AuthenticationException ? TlsFinding.PolicyCertificate : TlsFinding.FetchFailed);
            ClientLog.NoPolicy(logger, domain, e.Message);
        }

        return null;
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var host = context.DnsEndPoint.Host;
        var four = await resolver.QueryAsync(host, DnsRecordType.A, cancel);
        var six = await resolver.QueryAsync(host, DnsRecordType.Aaaa, cancel);
        Exception? last = null;
        foreach (var address in four.All<DnsAddress>().Concat(six.All<DnsAddress>()).Take(4))
        {
            var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(address.Address, context.DnsEndPoint.Port, cancel);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (Exception e)
            {
                socket.Dispose();
                if (e is not SocketException) throw;
                last = e;
            }
        }

        throw new HttpRequestException($"{host} cannot be reached.", last);
    }

    private string? FileOf(string domain) => directory is null || domain.AsSpan().ContainsAny('/', '\\', '\0') || domain.StartsWith('.') ? null : Path.Combine(directory, domain + ".txt");

    private Kept? Load(string domain, DateTimeOffset now)
    {
        try
        {
            if (FileOf(domain) is not { } file || !File.Exists(file) || new FileInfo(file).Length > 2 * StsPolicy.MaximumLength) return null;
            var text = File.ReadAllText(file);
            var lines = text.Split("\r\n", 3);
            if (lines is not [var fetched, var id, var policy] || !fetched.StartsWith("fetched: ", StringComparison.Ordinal) || !id.StartsWith("id: ", StringComparison.Ordinal)
                || !DateTimeOffset.TryParse(fetched.AsSpan(9), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var when)) return null;
            return StsPolicy.Read(id[4..], Encoding.UTF8.GetBytes(policy)) is { } read && when + read.MaximumAge > now ? new(read, when + read.MaximumAge, now) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private void Save(string domain, StsPolicy policy, DateTimeOffset now)
    {
        if (FileOf(domain) is not { } file) return;
        try
        {
            System.IO.Directory.CreateDirectory(directory!);
            var beside = file + ".new";
            File.WriteAllText(beside, $"fetched: {now.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)}\r\n{policy.Write()}");
            File.Move(beside, file, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            ClientLog.NoPolicy(logger, domain, "it cannot be kept: " + e.Message);
        }
    }
}
