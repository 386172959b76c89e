using System.IO.Compression;
using Rialto.Net;
using Rialto.Testing;

namespace Rialto.MailAccess.Tests.Imap.Commands;

public sealed class CompressCommandTests : ImapTest
{
    /// <summary>Both directions of a client that has compressed them: a writer whose flush is a Z_SYNC_FLUSH, a reader.</summary>
    private async Task<(ImapClient Client, DeflateStream Output)> CompressAsync()
    {
        var (output, input, transport, session) = Server.Connect(Server.Protocol, TlsMode.StartTls, allowPlainText: true);
        var plain = new ImapClient(input, output, transport, session);
        await plain.ReadLineAsync();
        await plain.RunAsync($"LOGIN user1@example.com {TestDirectory.Password}");
        (await plain.RunAsync("COMPRESS DEFLATE")).ShouldStartWith("OK");
        var writer = new DeflateStream(output, CompressionLevel.Optimal, leaveOpen: true);
        return (new ImapClient(new DeflateStream(input, CompressionMode.Decompress), writer, transport, session), writer);
    }

    [Fact]
    public async Task Both_directions_are_compressed_and_idle_is_woken()
    {
        var body = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"line {i}\r\n"));
        await Server.DeliverAsync(Mail("Large", body));
        var (client, _) = await CompressAsync();

        (await client.RunAsync("COMPRESS DEFLATE")).ShouldStartWith("NO [COMPRESSIONACTIVE]");
        (await client.RunAsync("SELECT INBOX")).ShouldContain("* 1 EXISTS");
        for (var i = 0; i < 3; i++)
            (await client.RunAsync("FETCH 1 BODY.PEEK[TEXT]")).ShouldContain("line 19999\r\n");
        await client.SendAsync("i IDLE\r\n");
        (await client.ReadLineAsync()).ShouldBe("+ idling");
        await Server.DeliverAsync(Mail("News"));
        (await client.ReadLineAsync()).ShouldBe("* 2 EXISTS");
        (await client.ReadLineAsync()).ShouldBe("* 0 RECENT");
        await client.SendAsync("DONE\r\n");
        (await client.ReadToAsync("i")).ShouldStartWith("OK");
        (await client.AppendAsync(Mail("Sent compressed"))).ShouldContain("OK [APPENDUID ");
        (await client.RunAsync("LOGOUT")).ShouldContain("* BYE");
        await client.Session.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task A_bomb_meets_the_limits_of_lines()
    {
        var (client, writer) = await CompressAsync();
        var zeros = new byte[64 * 1024];
        Array.Fill(zeros, (byte)'a');
        for (var i = 0; i < 1000; i++)
            await writer.WriteAsync(zeros);
        await writer.FlushAsync();
        await client.SendAsync("\r\n");

        (await client.ReadLineAsync()).ShouldBe("* BAD Line is too long");
        (await client.RunAsync("NOOP")).ShouldStartWith("OK");
        await client.RunAsync("LOGOUT");
        await client.Session.WaitAsync(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Bytes_that_are_no_stream_end_the_connection_alone()
    {
        (await Client.RunAsync("COMPRESS GZIP")).ShouldStartWith("BAD");
        (await Client.RunAsync("COMPRESS DEFLATE")).ShouldStartWith("OK");
        await Client.SendAsync("\u0007\u0007 this is not deflated at all\r\n");
        await Client.Session.WaitAsync(TimeSpan.FromSeconds(30));
        await using var other = await Server.LogInAsync(2);
        (await other.RunAsync("NOOP")).ShouldStartWith("OK");
    }

    [Fact]
    public async Task Strangers_are_not_compressed()
    {
        await using var stranger = await Server.ConnectAsync();
        (await stranger.RunAsync("COMPRESS DEFLATE")).ShouldStartWith("BAD");
    }
}
