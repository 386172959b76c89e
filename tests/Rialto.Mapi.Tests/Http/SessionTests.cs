using System.Net;
using Rialto.Mapi.Http;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Mapi.Wire;
using Rialto.Wire;

namespace Rialto.Mapi.Tests.Http;

/// <summary>[MS-OXCMAPIHTTP] 3.2.5: headers, cookies, sequence, the end of sessions.</summary>
public class SessionTests(MapiServerFixture fixture) : IClassFixture<MapiServerFixture>
{
    private static readonly byte[] s_empty = WireCodec.ToArray(new ExecuteRequest { MaxRopOut = 0x10008, RopBuffer = RopSession.Extended([2, 0]), Flags = ExecuteFlags.NoCompression | ExecuteFlags.NoXorMagic });

    private MapiServer Server => fixture.Server;

    [Fact]
    public async Task Connect_answers_in_chunks_with_all_headers()
    {
        using var client = Server.Client();
        var reply = await client.SendAsync("Connect", WireCodec.ToArray(new ConnectRequest { UserDn = Server.User(1).LegacyExchangeDn, DefaultCodePage = 1252 }));
        reply.Code.ShouldBe(ResponseCode.Success);
        reply.Message.StatusCode.ShouldBe(HttpStatusCode.OK);
        reply.Message.Headers.TransferEncodingChunked.ShouldBe(true);
        reply.MetaTags[0].ShouldBe("PROCESSING");
        reply.MetaTags[^1].ShouldBe("DONE");
        reply.AdditionalHeaders.Keys.ShouldBe(["X-ElapsedTime", "X-StartTime"], ignoreOrder: true);
        reply.Message.Content.Headers.ContentType!.MediaType.ShouldBe(MapiHttpHeaders.ContentType);
        var headers = reply.Message.Headers;
        headers.GetValues(MapiHttpHeaders.RequestType).Single().ShouldBe("Connect");
        headers.GetValues(MapiHttpHeaders.RequestId).Single().ShouldEndWith(":1");
        headers.GetValues(MapiHttpHeaders.ClientInfo).Single().ShouldEndWith(":1");
        headers.GetValues(MapiHttpHeaders.ServerApplication).Single().ShouldStartWith("Exchange/15.");
        headers.GetValues(MapiHttpHeaders.ExpirationInfo).Single().ShouldBe("900000");
        headers.GetValues(MapiHttpHeaders.PendingPeriod).Single().ShouldBe("30000");
        client.Cookies.Keys.ShouldBe([MapiHttpHeaders.ContextCookie, MapiHttpHeaders.SequenceCookie], ignoreOrder: true);
        WireCodec.TryRead<ConnectResponse>(reply.Body, out var connected).ShouldBeTrue();
        connected.ErrorCode.ShouldBe(0u);
        connected.DisplayName.ShouldBe("User 1");
        connected.DnPrefix.ShouldStartWith("/o=Example/ou=");
    }

    [Fact]
    public async Task Connect_of_an_unknown_name_is_refused_in_the_body()
    {
        using var client = Server.Client();
        (await client.ConnectAsync("/o=Nobody/cn=none")).ErrorCode.ShouldBe(0x3EBu);
        client.Cookies.ShouldBeEmpty();
    }

    [Fact]
    public async Task Connect_in_anothers_name_is_refused()
    {
        using var client = Server.Client(1);
        (await client.ConnectAsync(Server.User(2).LegacyExchangeDn)).ErrorCode.ShouldBe(0x3F2u);
    }

    [Fact]
    public async Task Without_password_nothing_is_answered()
    {
        using var client = new MapiHttpClient(Server.Address, "user1@example.com", "wrong");
        var reply = await client.SendAsync("Connect", Array.Empty<byte>());
        reply.Message.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        reply.Message.Headers.WwwAuthenticate.Single().Scheme.ShouldBe("Basic");
    }

    [Fact]
    public async Task The_endpoint_shows_itself_to_a_browser()
    {
        using var client = Server.Client();
        using var page = await client.GetAsync();
        page.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await page.Content.ReadAsStringAsync()).ShouldContain("user1@example.com");
    }

    [Fact]
    public async Task A_used_sequence_is_invalid()
    {
        using var client = await ConnectedAsync();
        var first = client.Cookies[MapiHttpHeaders.SequenceCookie];
        (await client.SendAsync("Execute", s_empty)).Code.ShouldBe(ResponseCode.Success);
        client.Cookies[MapiHttpHeaders.SequenceCookie].ShouldNotBe(first);
        var next = client.Cookies[MapiHttpHeaders.SequenceCookie];
        client.Cookies[MapiHttpHeaders.SequenceCookie] = first;
        (await client.SendAsync("Execute", s_empty)).Code.ShouldBe(ResponseCode.InvalidSequence);
        // The session itself goes on.
        client.Cookies[MapiHttpHeaders.SequenceCookie] = next;
        (await client.SendAsync("Execute", s_empty)).Code.ShouldBe(ResponseCode.Success);
    }

    [Fact]
    public async Task Missing_cookies_are_missed()
    {
        using var client = await ConnectedAsync();
        client.Cookies.Remove(MapiHttpHeaders.SequenceCookie);
        (await client.SendAsync("Execute", s_empty)).Code.ShouldBe(ResponseCode.MissingCookie);
        client.Cookies.Clear();
        (await client.SendAsync("Execute", s_empty)).Code.ShouldBe(ResponseCode.MissingCookie);
    }

    [Fact]
    public async Task Cookies_that_are_not_ours_are_invalid_or_unknown()
    {
        using var client = await ConnectedAsync();
        client.Cookies[MapiHttpHeaders.ContextCookie] = "nonsense";
        (await client.SendAsync("Execute", s_empty)).Code.ShouldBe(ResponseCode.InvalidContextCookie);
        // A space is no character of cookies.
        client.Cookies[MapiHttpHeaders.ContextCookie] = "Invalid cookie";
        (await client.SendAsync("Execute", s_empty)).Code.ShouldBe(ResponseCode.InvalidContextCookie);
        client.Cookies[MapiHttpHeaders.ContextCookie] = new string('A', 32);
        (await client.SendAsync("Execute", s_empty)).Code.ShouldBe(ResponseCode.ContextNotFound);
    }

    [Fact]
    public async Task A_session_of_somebody_else_is_not_found()
    {
        using var owner = await ConnectedAsync();
        using var thief = Server.Client(2);
        foreach (var (name, value) in owner.Cookies)
            thief.Cookies[name] = value;
        (await thief.SendAsync("Execute", s_empty)).Code.ShouldBe(ResponseCode.ContextNotFound);
        (await owner.SendAsync("Execute", s_empty)).Code.ShouldBe(ResponseCode.Success);
    }

    [Fact]
    public async Task Disconnect_ends_the_session()
    {
        using var client = await ConnectedAsync();
        var reply = await client.SendAsync("Disconnect", WireCodec.ToArray(default(DisconnectRequest)));
        reply.Code.ShouldBe(ResponseCode.Success);
        reply.MetaTags[^1].ShouldBe("DONE");
        reply.Message.Headers.TransferEncodingChunked.ShouldBe(true);
        (await client.SendAsync("Execute", s_empty)).Code.ShouldBe(ResponseCode.ContextNotFound);
    }

    [Fact]
    public async Task Connect_again_replaces_the_session()
    {
        using var client = await ConnectedAsync();
        var old = new Dictionary<string, string>(client.Cookies);
        (await client.ConnectAsync(Server.User(1).LegacyExchangeDn)).ErrorCode.ShouldBe(0u);
        client.Cookies[MapiHttpHeaders.ContextCookie].ShouldNotBe(old[MapiHttpHeaders.ContextCookie]);
        (await client.SendAsync("Execute", s_empty)).Code.ShouldBe(ResponseCode.Success);
        foreach (var (name, value) in old)
            client.Cookies[name] = value;
        (await client.SendAsync("Execute", s_empty)).Code.ShouldBe(ResponseCode.ContextNotFound);
    }

    [Fact]
    public async Task PING_has_no_body()
    {
        using var client = await ConnectedAsync();
        var reply = await client.SendAsync("PING", Array.Empty<byte>());
        reply.Code.ShouldBe(ResponseCode.Success);
        reply.Body.ShouldBeEmpty();
        (await client.SendAsync("Execute", s_empty)).Code.ShouldBe(ResponseCode.Success);
    }

    [Fact]
    public async Task An_unknown_request_type_is_invalid()
    {
        using var client = await ConnectedAsync();
        var reply = await client.SendAsync("Bind", Array.Empty<byte>());
        reply.Code.ShouldBe(ResponseCode.InvalidRequestType);
        reply.Message.Content.Headers.ContentType!.MediaType.ShouldBe("text/html");
    }

    [Fact]
    public async Task A_body_of_wrong_sizes_is_invalid()
    {
        using var client = await ConnectedAsync();
        (await client.SendAsync("Execute", new byte[] { 3, 0, 0, 0, 255, 255, 0, 0, 1, 2, 3 })).Code.ShouldBe(ResponseCode.InvalidRequestBody);
        (await client.SendAsync("Execute", new byte[] { 3, 0, 0, 0, 255, 255, 255, 255 })).Code.ShouldBe(ResponseCode.InvalidRequestBody);
        (await client.SendAsync("Connect", new byte[] { 1, 2, 3 })).Code.ShouldBe(ResponseCode.InvalidRequestBody);
        (await client.SendAsync("Execute", s_empty)).Code.ShouldBe(ResponseCode.Success);
    }

    [Fact]
    public async Task A_body_beyond_the_limit_is_too_large()
    {
        using var client = await ConnectedAsync();
        (await client.SendAsync("Execute", new byte[Server.Service.Options.MaximumRequestBody + 1])).Code.ShouldBe(ResponseCode.TooLarge);
        (await client.SendAsync("Execute", s_empty)).Code.ShouldBe(ResponseCode.Success);
    }

    [Fact]
    public async Task A_buffer_that_cannot_be_parsed_is_RpcFormat_and_the_session_lives()
    {
        using var client = await ConnectedAsync();
        foreach (var buffer in new byte[][] { RopSession.Extended([5, 0, 0x28, 0, 0]), RopSession.Extended([3, 0, 0x02]), [0, 0, 4, 0, 9, 0, 9, 0], RopSession.Extended([200, 0]) })
        {
            var response = await client.ExecuteAsync(buffer);
            response.ErrorCode.ShouldBe(0x4B6u);
            response.RopBuffer.ShouldBeEmpty();
        }
        (await client.SendAsync("Execute", s_empty)).Code.ShouldBe(ResponseCode.Success);
    }

    private async Task<MapiHttpClient> ConnectedAsync(int user = 1)
    {
        var client = Server.Client(user);
        (await client.ConnectAsync(Server.User(user).LegacyExchangeDn)).ErrorCode.ShouldBe(0u);
        return client;
    }
}
