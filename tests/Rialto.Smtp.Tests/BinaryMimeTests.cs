using System.Text;
using Rialto.Smtp.Tests.Client;
using static Rialto.Smtp.Tests.Client.Sending;

namespace Rialto.Smtp.Tests;

/// <summary>RFC 3030 3: messages of octets, in and out.</summary>
public class BinaryMimeTests
{
    private static readonly string Octets = "\0\n.\n\r\n.\r\nMAIL\rx\n\x7f" + new string('y', 2_000) + "\n\0";

    private static readonly string Message =
        "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\nContent-Transfer-Encoding: binary\r\nSubject: octets\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHello.\r\n"
        + $"--b\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\n\r\n{Octets}\r\n--b--\r\n";

    private static async Task<string> SendAsync(SmtpClient client, string message)
    {
        await client.ExpectAsync("MAIL FROM:<a@b.test> BODY=BINARYMIME", "250 2.1.0");
        await client.ExpectAsync("RCPT TO:<user1@example.com>", "250 2.1.5");
        await client.SendAsync($"BDAT {message.Length} LAST\r\n{message}");
        return await client.ReadAsync();
    }

    [Fact]
    public async Task Octets_arrive_as_they_are()
    {
        await using var server = await SmtpServer.StartAsync();
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        (await SendAsync(client, Message)).ShouldStartWith("250");
        await client.ExpectAsync("NOOP", "250 2.0.0");
        await server.Office.DrainAsync();
        Encoding.Latin1.GetString((await server.Office.InboxBytesAsync("user1@example.com")).ShouldHaveSingleItem()).ShouldEndWith(Message, Case.Sensitive);
    }

    [Fact]
    public async Task Octets_come_in_chunks_and_in_no_other_way()
    {
        await using var server = await SmtpServer.StartAsync();
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        await client.ExpectAsync("MAIL FROM:<a@b.test> BODY=BINARYMIME", "250");
        await client.ExpectAsync("RCPT TO:<user1@example.com>", "250");
        await client.ExpectAsync("DATA", "503 5.5.1");
        await client.ExpectAsync("RSET", "250");
        await client.ExpectAsync("MAIL FROM:<a@b.test>", "250");
        await client.ExpectAsync("RCPT TO:<user1@example.com>", "250");
        await client.ExpectRawAsync($"BDAT {Message.Length} LAST\r\n{Message}", "550 5.5.2");
    }

    [Fact]
    public async Task Their_header_has_lines_all_the_same()
    {
        await using var server = await SmtpServer.StartAsync();
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        (await SendAsync(client, "Subject: x\nX-MS-Exchange-Organization-SCL: -1\r\n\r\nx\r\n")).ShouldStartWith("550 5.5.2");
        (await SendAsync(client, "Subject: x\n\nx\r\n")).ShouldStartWith("550 5.5.2");
        (await SendAsync(client, "Subject: x\r\n\r\nx\n")).ShouldStartWith("250");
    }

    [Fact]
    public async Task They_go_on_as_octets_to_a_server_that_takes_them()
    {
        await using var server = new ScriptedServer { Features = ["PIPELINING", "8BITMIME", "CHUNKING", "BINARYMIME"] };
        await using var sending = await StartAsync(server);
        await sending.SendAsync(Message, null, To("a@there.test"));
        server.Lines.ShouldContain("MAIL FROM:<user1@example.com> BODY=BINARYMIME");
        server.Messages.ShouldHaveSingleItem().ShouldBe(Message);
    }

    [Theory]
    [InlineData("PIPELINING", "8BITMIME", "CHUNKING")]
    [InlineData("8BITMIME")]
    [InlineData]
    public async Task They_go_on_encoded_to_a_server_that_does_not(params string[] features)
    {
        await using var server = new ScriptedServer { Features = features };
        await using var sending = await StartAsync(server);
        await sending.SendAsync(Message, null, To("a@there.test"));
        server.Lines.ShouldNotContain(l => l.Contains("BINARYMIME", StringComparison.Ordinal));
        var sent = server.Messages.ShouldHaveSingleItem();
        sent.ShouldContain("Content-Transfer-Encoding: base64\r\n");
        sent.ShouldNotContain("binary");
        var encoded = sent[(sent.IndexOf("base64\r\n\r\n", StringComparison.Ordinal) + 10)..sent.LastIndexOf("\r\n--b--", StringComparison.Ordinal)];
        Encoding.Latin1.GetString(Convert.FromBase64String(encoded)).ShouldBe(Octets);
        sent.Split("\r\n").ShouldAllBe(l => l.Length < 998 && !l.Contains('\n', StringComparison.Ordinal) && !l.Contains('\0', StringComparison.Ordinal));
    }

    [Fact]
    public async Task Octets_outside_of_any_part_are_returned_and_nothing_empty_is_sent()
    {
        await using var server = new ScriptedServer { Features = ["8BITMIME"] };
        await using var sending = await StartAsync(server);
        await sending.SendAsync(Message.Replace("--b\r\nContent-Type: text/plain", "pre\namble\r\n--b\r\nContent-Type: text/plain", StringComparison.Ordinal), null, To("a@there.test"));
        server.Lines.ShouldNotContain(l => l.StartsWith("MAIL", StringComparison.Ordinal));
        (await sending.OnlyReportAsync()).ShouldContain("Status: 5.6.3");
    }

    [Fact]
    public async Task What_is_signed_is_returned()
    {
        await using var server = new ScriptedServer { Features = ["8BITMIME", "CHUNKING"] };
        await using var sending = await StartAsync(server);
        await sending.SendAsync(
            "MIME-Version: 1.0\r\nContent-Type: multipart/signed; boundary=b; protocol=\"application/pgp-signature\"\r\nContent-Transfer-Encoding: binary\r\n\r\n--b\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\n\r\na\nb\r\n--b\r\nContent-Type: application/pgp-signature\r\n\r\nx\r\n--b--\r\n",
            null, To("a@there.test"));
        server.Messages.ShouldBeEmpty();
        (await sending.OnlyReportAsync()).ShouldContain("Status: 5.6.3");
    }
}
