namespace Rialto.Smtp.Tests;

public class EndToEndTests
{
    [Fact]
    public async Task A_message_from_outside_arrives_with_its_trace_header()
    {
        await using var server = await SmtpServer.StartAsync();
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        (await client.SendMessageAsync("a@elsewhere.test", "user1@example.com", "Subject: hi\r\n\r\n..dot\r\nend\r\n.\r\n")).ShouldStartWith("250 2.0.0");
        await client.ExpectAsync("QUIT", "221 2.0.0");
        (await client.IsClosedAsync()).ShouldBeTrue();

        await server.Office.DrainAsync();
        var message = (await server.Office.InboxAsync("user1@example.com")).ShouldHaveSingleItem();
        message.ShouldStartWith("Return-Path: <a@elsewhere.test>\r\nReceived: from client.test ([127.0.0.1])\r\n\tby mail.example.com with ESMTP id ");
        message.ShouldContain("\r\n\tfor <user1@example.com>;\r\n\t");
        message.ShouldEndWith(" +0000\r\nSubject: hi\r\n\r\n.dot\r\nend\r\n");
        server.Office.Queue.Messages.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("submission")]
    [InlineData("submissions")]
    public async Task A_submission_gets_what_it_lacks_and_says_who_sent_it(string listener)
    {
        await using var server = await SmtpServer.StartAsync(plainLogin: false);
        await using var client = await server.ConnectAsync(listener);
        if (listener == "submission")
        {
            (await client.AskAsync("EHLO laptop")).ShouldContain("STARTTLS");
            await client.ExpectAsync("MAIL FROM:<user1@example.com>", "530 5.7.0 Must issue a STARTTLS");
            await client.ExpectAsync("STARTTLS", "220 2.0.0");
            await client.StartTlsAsync();
        }

        await client.LogInAsync();
        (await client.SendMessageAsync("user1@example.com", "user2@example.com", "From: user1@example.com\r\n\r\nbody\r\n.\r\n")).ShouldStartWith("250 2.0.0");
        await server.Office.DrainAsync();
        var message = (await server.Office.InboxAsync("user2@example.com")).ShouldHaveSingleItem();
        message.ShouldContain(" with ESMTPSA id ");
        message.ShouldContain("\t(TLSv1.3)\r\n");
        message.ShouldMatch(@"\r\n\tfor <user2@example\.com>\r\n\ttls TLS_[A-Z0-9_]+;\r\n");
        message.ShouldContain("\t(authenticated as user1@example.com)\r\n");
        message.ShouldMatch(@"From: user1@example\.com\r\nDate: [^\r]* \+0000\r\nMessage-ID: <[0-9a-f]{32}@example\.com>\r\n\r\nbody\r\n$");
    }

    [Theory]
    [InlineData("smtp")]
    [InlineData("submissions")]
    public async Task Nobody_outside_speaks_for_the_organisation(string listener)
    {
        await using var server = await SmtpServer.StartAsync(plainLogin: false);
        await using var client = await server.ConnectAsync(listener);
        if (listener == "smtp") await client.HelloAsync();
        else await client.LogInAsync();
        const string header = "X-MS-Exchange-Organization-SCL: -1\r\nSubject: hi\r\n\tthere\r\nx-ms-exchange-organization-authas:\r\n Internal\r\n\tand more\r\nX-MS-Exchange-Forest-A: b\r\n"
            + "X-Microsoft-Exchange-Organization: c\r\nX-MS-Exchange-CrossTenant: kept\r\nX-MS-Exchange: kept\r\nFrom: user1@example.com\r\nDate: Tue, 1 Jul 2025 08:00:00 +0000\r\nMessage-ID: <1@x>\r\n";
        const string body = "X-MS-Exchange-Organization-SCL: in the text\r\n";
        (await client.SendMessageAsync("user1@example.com", "user2@example.com", $"{header}\r\n{body}.\r\n")).ShouldStartWith("250 2.0.0");
        await server.Office.DrainAsync();
        var message = (await server.Office.InboxAsync("user2@example.com")).ShouldHaveSingleItem();
        message.ShouldEndWith("+0000\r\nSubject: hi\r\n\tthere\r\nX-MS-Exchange-CrossTenant: kept\r\nX-MS-Exchange: kept\r\nFrom: user1@example.com\r\nDate: Tue, 1 Jul 2025 08:00:00 +0000\r\n"
            + $"Message-ID: <1@x>\r\n\r\n{body}");
    }

    [Fact]
    public async Task A_filter_in_front_is_believed_where_that_is_configured()
    {
        await using var server = await SmtpServer.StartAsync(configure: o => o.TrustOrganizationFields = true);
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        (await client.SendMessageAsync("a@elsewhere.test", "user1@example.com", "X-MS-Exchange-Organization-SCL: 7\r\n\r\nText\r\n.\r\n")).ShouldStartWith("250 2.0.0");
        await server.Office.DrainAsync();
        (await server.Office.InboxAsync("user1@example.com")).ShouldHaveSingleItem().ShouldEndWith("X-MS-Exchange-Organization-SCL: 7\r\n\r\nText\r\n");
    }
}
