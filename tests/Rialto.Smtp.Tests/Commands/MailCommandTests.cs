namespace Rialto.Smtp.Tests.Commands;

public class MailCommandTests
{
    [Theory]
    [InlineData("MAIL FROM:<a@b.test> SIZE=100 BODY=8BITMIME RET=HDRS ENVID=a+2Bb AUTH=<>", "250 2.1.0")]
    [InlineData("mail from: <a@b.test>", "250 2.1.0")]
    [InlineData("MAIL FROM:<> SMTPUTF8", "250 2.1.0")]
    [InlineData("MAIL FROM:<a@b.test> AUTH=user+40b.test", "250 2.1.0")]
    [InlineData("MAIL FROM:a@b.test", "501 5.1.7")]
    [InlineData("MAIL FROM:<nobody>", "501 5.1.7")]
    [InlineData("MAIL TO:<a@b.test>", "501 5.5.4")]
    [InlineData("MAIL FROM:<a@b.test> SIZE=157286401", "552 5.3.4")]
    [InlineData("MAIL FROM:<a@b.test> SIZE=99999999999999999999", "552 5.3.4")]
    [InlineData("MAIL FROM:<a@b.test> SIZE=-1", "501 5.5.4")]
    [InlineData("MAIL FROM:<a@b.test> SIZE=", "501 5.5.4")]
    [InlineData("MAIL FROM:<a@b.test> BODY=BINARYMIME", "250 2.1.0")]
    [InlineData("MAIL FROM:<a@b.test> BODY=TERNARYMIME", "501 5.5.4")]
    [InlineData("MAIL FROM:<a@b.test> REQUIRETLS", "555 5.5.4")]
    [InlineData("MAIL FROM:<a@b.test> RET=ALL", "501 5.5.4")]
    [InlineData("MAIL FROM:<a@b.test> RET=FULL RET=HDRS", "501 5.5.4")]
    [InlineData("MAIL FROM:<a@b.test> ENVID=a+2bb", "501 5.5.4")]
    [InlineData("MAIL FROM:<a@b.test> ENVID=a=b", "501 5.5.4")]
    [InlineData("MAIL FROM:<a@b.test> HOLDFOR=5", "555 5.5.4")]
    public async Task Senders_and_parameters(string line, string reply)
    {
        await using var server = await SmtpServer.StartAsync();
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        await client.ExpectAsync(line, reply);
    }

    [Fact]
    public async Task Addresses_beyond_ascii_need_smtputf8()
    {
        await using var server = await SmtpServer.StartAsync();
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        await client.SendAsync("MAIL FROM:<grün@b.test>\r\n"u8.ToArray());
        (await client.ReadAsync()).ShouldStartWith("553 5.6.7");
        await client.SendAsync("MAIL FROM:<grün@b.test> SMTPUTF8\r\n"u8.ToArray());
        (await client.ReadAsync()).ShouldStartWith("250");
        await client.ExpectAsync("MAIL FROM:<a@b.test>", "503 5.5.1");
    }

    [Fact]
    public async Task Submitters_send_from_what_is_theirs()
    {
        await using var server = await SmtpServer.StartAsync();
        var directory = server.Office.Directory;
        var user1 = directory.Account("user1@example.com");
        await directory.Service.AddAsync(new Directory.SharedMailbox { PrimaryAddress = "office@example.com", SendAs = [user1.Id] });
        await using var client = await (await server.ConnectAsync("submission")).LogInAsync();
        foreach (var (sender, reply) in new[]
        {
            ("user1@example.com", "250"), ("USER1+tag@example.net", "250"), ("office@example.com", "250"), ("", "250"),
            ("user2@example.com", "553 5.7.1"), ("user1@elsewhere.test", "553 5.7.1"), ("nobody@example.com", "553 5.7.1"),
        })
        {
            await client.ExpectAsync($"MAIL FROM:<{sender}>", reply);
            await client.ExpectAsync("RSET", "250");
        }
    }
}
