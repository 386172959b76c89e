using System.Net;
using Rialto.Delivery;
using Rialto.Delivery.Tests;
using Rialto.Smtp.Client;
using Rialto.Testing;

namespace Rialto.Smtp.Tests.Client;

/// <summary>A mail office with everything between its queue and other servers: DNS, the relay, the desk.</summary>
public sealed class Sending : IAsyncDisposable
{
    private readonly OutboundRelay relay;
    private readonly MailQueue queue;

    private Sending(MailOffice office, LocalDns dns, OutboundOptions options, int stsPort, string? data, Rspamd? filter)
    {
        Office = office;
        Dns = dns;
        Options = options;
        relay = new(options, office.Backend.Blobs, () => "mail.example.com", e => Own.Contains(e.Address), data, office.Time, office.Log, stsPort);
        queue = new(office.Queue, office.Store, office.Directory.Service, office.Options, office.Time, office.Log, relay, filter);
    }

    public MailOffice Office { get; }

    public LocalDns Dns { get; }

    internal OutboundRelay Relay => relay;

    public OutboundOptions Options { get; }

    /// <summary>Addresses that count as this server's.</summary>
    public HashSet<IPAddress> Own { get; } = [];

    /// <summary>Mail for there.test goes to the server, where one is given.</summary>
    public static async Task<Sending> StartAsync(ScriptedServer? server, Action<OutboundOptions>? configure = null, int stsPort = 443, string? data = null, TimeProvider? time = null, Rspamd? filter = null)
    {
        var dns = new LocalDns();
        if (server is not null)
        {
            dns.Mx("there.test", (10, "mx.there.test"));
            dns.A("mx.there.test", server.EndPoint.Address.ToString());
        }

        var options = new OutboundOptions
        {
            DnsServers = [dns.Address], Port = server?.EndPoint.Port ?? 25, IdleTime = TimeSpan.FromMilliseconds(200), ConnectTimeout = TimeSpan.FromMinutes(1), DrainTimeout = TimeSpan.FromSeconds(1),
        };
        configure?.Invoke(options);
        return new(await MailOffice.CreateAsync(time: time), dns, options, stsPort, data, filter);
    }

    public static QueuedRecipient To(string address, string? notify = null, string? original = null) => new(address, original, notify, 0, 0, null);

    /// <summary>Sends from user1, and waits until everybody was answered for.</summary>
    public async Task<Guid> SendAsync(string content, Func<QueuedMessage, QueuedMessage>? change, params QueuedRecipient[] recipients)
    {
        var id = await Office.EnqueueAsync("user1@example.com", recipients, submitter: "user1@example.com", content: content, change: change);
        await DrainAsync();
        return id;
    }

    public Task<Guid> SendAsync(params QueuedRecipient[] recipients) => SendAsync("Subject: out\r\n\r\nHello there.\r\n", null, recipients);

    /// <summary>Waits until every connection was idle for so long that it was closed: what is sent after that goes over a new one. A clock moved by hand is moved for that.</summary>
    public async Task IdleAsync() =>
        (await Eventually.HoldsAsync(() =>
        {
            // A connection may begin to be idle after the clock was moved.
            (Office.Time as ManualTimeProvider)?.Advance(Options.IdleTime * 2);
            return relay.Busy == 0;
        })).ShouldBeTrue("an idle connection is not closed");

    /// <summary>Attempts what is due and waits for nobody.</summary>
    public Task AttemptAsync() => queue.DrainAsync(default);

    /// <summary>Attempts what is due until nothing is on its way any more, reports included.</summary>
    public async Task DrainAsync()
    {
        for (var quiet = 0; quiet < 2;)
        {
            var attempted = await queue.DrainAsync(default);
            for (var i = 0; queue.Sending > 0; i++)
            {
                i.ShouldBeLessThan(6_000, "nobody answers for the recipients: " + string.Join('\n', Office.Log.Lines));
                await Task.Delay(10);
            }

            quiet = attempted == 0 ? quiet + 1 : 0;
        }
    }

    public async Task<string> OnlyReportAsync() => (await Office.InboxAsync("user1@example.com")).ShouldHaveSingleItem();

    public async ValueTask DisposeAsync()
    {
        await queue.DisposeAsync();
        await Office.DisposeAsync();
        Dns.Dispose();
    }
}
