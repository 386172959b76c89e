using Rialto.Mapi.Http;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Mapi.Wire;
using Rialto.Wire;

namespace Rialto.Mapi.Tests.Http;

/// <summary>Sessions that nobody uses end, and an account has so many at most.</summary>
public class ExpiryTests
{
    private static readonly byte[] s_empty = WireCodec.ToArray(new ExecuteRequest { MaxRopOut = 0x10008, RopBuffer = RopSession.Extended([2, 0]) });

    [Fact]
    public async Task An_idle_session_expires()
    {
        await using var server = await MapiServer.StartAsync(o => o.SessionIdle = TimeSpan.FromMilliseconds(300));
        using var client = server.Client();
        await client.ConnectAsync(server.User(1).LegacyExchangeDn);
        (await client.SendAsync("Execute", s_empty)).Code.ShouldBe(ResponseCode.Success);
        await Task.Delay(600);
        (await client.SendAsync("Execute", s_empty)).Code.ShouldBe(ResponseCode.ContextNotFound);
        server.Service.SessionCount.ShouldBe(0);
    }

    [Fact]
    public async Task An_account_has_so_many_sessions_at_most()
    {
        await using var server = await MapiServer.StartAsync(o => o.MaximumSessionsPerAccount = 3);
        var clients = new List<MapiHttpClient>();
        for (var i = 0; i < 5; i++)
        {
            clients.Add(server.Client());
            await clients[i].ConnectAsync(server.User(1).LegacyExchangeDn);
        }
        server.Service.SessionCount.ShouldBe(3);
        (await clients[0].SendAsync("Execute", s_empty)).Code.ShouldBe(ResponseCode.ContextNotFound);
        (await clients[4].SendAsync("Execute", s_empty)).Code.ShouldBe(ResponseCode.Success);
        foreach (var client in clients)
            client.Dispose();
    }

    [Fact]
    public async Task NotificationWait_returns_when_its_time_is_over_and_tells_that_it_waits()
    {
        await using var server = await MapiServer.StartAsync(o =>
        {
            o.NotificationWait = TimeSpan.FromMilliseconds(700);
            o.PendingPeriod = TimeSpan.FromMilliseconds(200);
        });
        using var client = server.Client();
        await client.ConnectAsync(server.User(1).LegacyExchangeDn);
        var reply = await client.SendAsync("NotificationWait", WireCodec.ToArray(default(NotificationWaitRequest)), takeCookies: false);
        reply.MetaTags.ShouldContain("PENDING");
        WireCodec.TryRead<NotificationWaitResponse>(reply.Body, out var response).ShouldBeTrue();
        response.EventPending.ShouldBe(0u);
        (await client.SendAsync("Execute", s_empty)).Code.ShouldBe(ResponseCode.Success);
    }
}
