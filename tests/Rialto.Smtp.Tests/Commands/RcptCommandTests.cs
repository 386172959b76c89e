using Rialto.Directory;

namespace Rialto.Smtp.Tests.Commands;

public class RcptCommandTests
{
    [Theory]
    [InlineData("RCPT TO:<user1@example.com>", "250 2.1.5")]
    [InlineData("RCPT TO:<USER1+box@EXAMPLE.NET>", "250 2.1.5")]
    [InlineData("rcpt to: <@a.test:user1@example.com> NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;user1+2Bx@example.com", "250 2.1.5")]
    [InlineData("RCPT TO:<Postmaster>", "250 2.1.5")]
    [InlineData("RCPT TO:<postmaster@example.com> NOTIFY=NEVER", "250 2.1.5")]
    [InlineData("RCPT TO:<nobody@example.com>", "550 5.1.1")]
    [InlineData("RCPT TO:<a@elsewhere.test>", "550 5.7.1 Relaying denied")]
    [InlineData("RCPT TO:<user1%elsewhere.test@elsewhere.test>", "550 5.7.1 Relaying denied")]
    [InlineData("RCPT TO:<a@[127.0.0.1]>", "550 5.7.1 Relaying denied")]
    [InlineData("RCPT TO:<>", "501 5.1.3")]
    [InlineData("RCPT TO:user1@example.com", "501 5.1.3")]
    [InlineData("RCPT FROM:<user1@example.com>", "501 5.5.4")]
    [InlineData("RCPT TO:<user1@example.com> NOTIFY=NEVER,SUCCESS", "501 5.5.4")]
    [InlineData("RCPT TO:<user1@example.com> NOTIFY=SUCCESS,SUCCESS", "250 2.1.5")]
    [InlineData("RCPT TO:<user1@example.com> NOTIFY=SUCCESS,SUCCESS,SUCCESS,SUCCESS,SUCCESS,SUCCESS,SUCCESS,SUCCESS,SUCCESS", "501 5.5.4")]
    [InlineData("RCPT TO:<user1@example.com> NOTIFY=SUCCESS,", "501 5.5.4")]
    [InlineData("RCPT TO:<user1@example.com> ORCPT=x_old/kind;a", "250 2.1.5")]
    [InlineData("RCPT TO:<user1@example.com> ORCPT=rfc822;", "250 2.1.5")]
    [InlineData("RCPT TO:<user1@example.com> ORCPT=user1@example.com", "501 5.5.4")]
    [InlineData("RCPT TO:<user1@example.com> ORCPT=rfc822;a=b", "501 5.5.4")]
    [InlineData("RCPT TO:<user1@example.com> ORCPT=rfc822;a+0G", "501 5.5.4")]
    [InlineData("RCPT TO:<user1@example.com> XRCPT=1", "555 5.5.4")]
    public async Task Recipients_and_parameters(string line, string reply)
    {
        await using var server = await SmtpServer.StartAsync();
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        await client.ExpectAsync("MAIL FROM:<a@b.test>", "250");
        await client.ExpectAsync(line, reply);
    }

    [Fact]
    public async Task Who_is_logged_in_may_write_to_the_outside()
    {
        await using var server = await SmtpServer.StartAsync();
        await using var client = await (await server.ConnectAsync("submission")).LogInAsync();
        (await client.SendMessageAsync("user1@example.com", "a@elsewhere.test", "Subject: out\r\n\r\nx\r\n.\r\n")).ShouldStartWith("250");
        await server.Office.DrainAsync();
        var held = server.Office.Queue.Messages.ShouldHaveSingleItem();
        Delivery.HeldMail.IsHeld(held.Recipients.ShouldHaveSingleItem()).ShouldBeTrue();
        held.Submitter.ShouldBe("user1@example.com");
    }

    [Fact]
    public async Task A_public_folder_takes_mail_from_those_who_may_post()
    {
        await using var server = await SmtpServer.StartAsync();
        var office = server.Office;
        var store = await office.Directory.Service.AddAsync(new PublicStore { PrimaryAddress = "public@example.com" });
        await office.Store.CreatePublicStoreAsync(store.MailboxGuid, null, default);
        using var session = (await office.Store.OpenAsync(store.MailboxGuid, Model.Principal.System, default)).Value;
        // What is made there takes over what everybody may: post, but not from outside.
        var folder = (await session.CreateFolderAsync(Rialto.Store.SpecialFolders.IdOf(Model.SpecialFolder.PublicIpmSubtree), new Rialto.Store.NewFolder("Info"), default)).Value;
        await office.Directory.Service.AddAsync(new MailPublicFolder { FolderId = folder.Id.Value, PrimaryAddress = "info@example.com" });
        await using (var outside = await (await server.ConnectAsync()).HelloAsync())
        {
            await outside.ExpectAsync("MAIL FROM:<user1@example.com>", "250");
            await outside.ExpectAsync("RCPT TO:<info@example.com>", "550 5.7.1");
            await outside.ExpectAsync("RCPT TO:<public@example.com>", "550 5.1.1");
        }
        await using var client = await (await server.ConnectAsync("submission")).LogInAsync();
        (await client.SendMessageAsync("user1@example.com", "info@example.com", "Subject: in\r\n\r\nx\r\n.\r\n")).ShouldStartWith("250");
        await office.DrainAsync();
        session.Folders.TryGet(folder.Id, out var now).ShouldBeTrue();
        now!.Counters.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_mailbox_over_quota_is_refused_for_now()
    {
        await using var server = await SmtpServer.StartAsync();
        await server.Office.SetQuotaAsync("user1@example.com", 1_000);
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        await client.ExpectAsync("MAIL FROM:<a@b.test> SIZE=2000", "250");
        await client.ExpectAsync("RCPT TO:<user1@example.com>", "452 4.2.2");
        await client.ExpectAsync("RCPT TO:<user2@example.com>", "250");
    }

    [Fact]
    public async Task A_closed_mailbox_and_a_members_only_group_refuse()
    {
        await using var server = await SmtpServer.StartAsync();
        var directory = server.Office.Directory;
        var user1 = directory.Account("user1@example.com");
        await directory.Service.AddAsync(new Group { PrimaryAddress = "staff@example.com", Members = [user1.Id], RequireAuthenticatedSender = true });
        await directory.Service.UpdateAsync<Account>(directory.Account("user2@example.com").Id, a => a with { MailboxEnabled = false });
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        await client.ExpectAsync("MAIL FROM:<user1@example.com>", "250");
        await client.ExpectAsync("RCPT TO:<staff@example.com>", "550 5.7.1");
        await client.ExpectAsync("RCPT TO:<user2@example.com>", "550 5.2.1");
        await using var member = await (await server.ConnectAsync("submission")).LogInAsync();
        await member.ExpectAsync("MAIL FROM:<user1@example.com>", "250");
        await member.ExpectAsync("RCPT TO:<staff@example.com>", "250");
    }

    [Fact]
    public async Task Recipients_beyond_the_limit_wait_for_another_message()
    {
        await using var server = await SmtpServer.StartAsync(configure: o => o.MaximumRecipients = 2);
        await using var client = await (await server.ConnectAsync()).HelloAsync();
        await client.ExpectAsync("MAIL FROM:<a@b.test>", "250");
        await client.ExpectAsync("RCPT TO:<user1@example.com>", "250");
        await client.ExpectAsync("RCPT TO:<USER1@example.com>", "250");
        await client.ExpectAsync("RCPT TO:<user2@example.com>", "250");
        await client.ExpectAsync("RCPT TO:<user3@example.com>", "452 4.5.3");
    }

    [Fact]
    public async Task Who_has_sent_to_very_many_waits_and_nobody_else_does()
    {
        await using var server = await SmtpServer.StartAsync();
        server.Office.Options.MaximumRecipientsPerHour = 2;
        await using (var client = await (await server.ConnectAsync("submission")).LogInAsync())
        {
            await client.ExpectAsync("MAIL FROM:<user1@example.com>", "250");
            await client.ExpectAsync("RCPT TO:<user2@example.com>", "250");
            await client.ExpectAsync("RCPT TO:<a@elsewhere.test>", "250");
            await client.ExpectAsync("RCPT TO:<b@elsewhere.test>", "450 4.7.1");
        }

        // Another connection of the same account changes nothing; another account, and mail from outside, have nothing to do with it.
        await using (var again = await (await server.ConnectAsync("submission")).LogInAsync())
        {
            await again.ExpectAsync("MAIL FROM:<user1@example.com>", "250");
            await again.ExpectAsync("RCPT TO:<user2@example.com>", "450 4.7.1");
        }

        await using (var other = await (await server.ConnectAsync("submission")).LogInAsync("user2@example.com"))
        {
            await other.ExpectAsync("MAIL FROM:<user2@example.com>", "250");
            await other.ExpectAsync("RCPT TO:<user1@example.com>", "250");
        }

        await using var outside = await (await server.ConnectAsync()).HelloAsync();
        await outside.ExpectAsync("MAIL FROM:<a@elsewhere.test>", "250");
        for (var i = 1; i <= 3; i++) await outside.ExpectAsync($"RCPT TO:<user{i}@example.com>", "250");
    }
}
