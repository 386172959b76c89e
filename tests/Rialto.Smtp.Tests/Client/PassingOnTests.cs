using Rialto.Delivery;
using Rialto.Directory;
using static Rialto.Smtp.Tests.Client.Sending;

namespace Rialto.Smtp.Tests.Client;

/// <summary>Mail that goes on to somewhere else than it was addressed to: forwarding, catch-all, rewritten senders, journals, disclaimers.</summary>
public class PassingOnTests
{
    private static Task<T> ChangeAsync<T>(Sending sending, string address, Func<T, T> change)
        where T : Recipient => sending.Office.Directory.Service.UpdateAsync(sending.Office.Directory.Current.FindByAddress(address)!.Id, change);

    private static Task ChangeAsync(Sending sending, Func<Organisation, Organisation> change) =>
        sending.Office.Directory.Service.UpdateAsync(sending.Office.Directory.Current.Organisation!.Id, change);

    [Fact]
    public async Task A_mailbox_passes_its_mail_on_under_a_sender_that_leads_back()
    {
        await using var server = new ScriptedServer();
        await using var sending = await StartAsync(server);
        await ChangeAsync(sending, o => o with { MailSecret = SenderRewriting.NewSecret() });
        await ChangeAsync<Account>(sending, "user2@example.com", a => a with { Forwarding = new("away@there.test") });
        await sending.Office.EnqueueAsync("stranger@elsewhere.test", [To("user2@example.com")]);
        await sending.DrainAsync();
        (await sending.Office.InboxAsync("user2@example.com")).ShouldBeEmpty();
        server.Messages.ShouldHaveSingleItem();
        server.Lines.ShouldContain("RCPT TO:<away@there.test> ORCPT=rfc822;user2@example.com");
        var sender = server.Lines.Single(l => l.StartsWith("MAIL", StringComparison.Ordinal)).Split('<', '>')[1];
        sender.ShouldStartWith("SRS0=");
        sender.ShouldEndWith("=elsewhere.test=stranger@example.com");

        var now = sending.Office.Time.GetUtcNow();
        SenderRewriting.Restore(sending.Office.Directory.Current, sender.ToLowerInvariant(), now).ShouldBe("stranger@elsewhere.test");
        SenderRewriting.Restore(sending.Office.Directory.Current, sender, now.AddDays(30)).ShouldBeNull();
        SenderRewriting.Restore(sending.Office.Directory.Current, sender.Replace("stranger", "another", StringComparison.Ordinal), now).ShouldBeNull();
        // A report to it goes to the stranger; other mail to it goes nowhere.
        sending.Dns.Mx("elsewhere.test", (10, "mx.there.test"));
        await sending.Office.EnqueueAsync("", [To(sender, "NEVER")]);
        await sending.DrainAsync();
        server.Lines.ShouldContain(l => l.StartsWith("RCPT TO:<stranger@elsewhere.test> ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Forwarding_here_keeps_copies_where_it_is_asked_to_and_ends_in_circles()
    {
        await using var sending = await StartAsync(null);
        await ChangeAsync<Account>(sending, "user1@example.com", a => a with { Forwarding = new("user2@example.com", KeepsCopy: true) });
        await ChangeAsync<Account>(sending, "user2@example.com", a => a with { Forwarding = new("user3@example.com") });
        await sending.Office.EnqueueAsync("s@elsewhere.test", [To("user1@example.com")]);
        await sending.DrainAsync();
        foreach (var (user, count) in new[] { (1, 1), (2, 0), (3, 1) }) (await sending.Office.InboxAsync($"user{user}@example.com")).Count.ShouldBe(count);
        await ChangeAsync<Account>(sending, "user3@example.com", a => a with { Forwarding = new("user2@example.com") });
        await sending.Office.EnqueueAsync("s@elsewhere.test", [To("user2@example.com")]);
        await sending.DrainAsync();
        ((await sending.Office.InboxAsync("user2@example.com")).Count + (await sending.Office.InboxAsync("user3@example.com")).Count).ShouldBe(2);
        sending.Office.Queue.Messages.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_forwarding_that_keeps_a_copy_tells_of_one_delivery(bool keepsCopy)
    {
        await using var server = new ScriptedServer();
        await using var sending = await StartAsync(server);
        await ChangeAsync<Account>(sending, "user2@example.com", a => a with { Forwarding = new("away@there.test", keepsCopy) });
        await sending.SendAsync(To("user2@example.com", "SUCCESS,FAILURE"));
        server.Lines.ShouldContain($"RCPT TO:<away@there.test> NOTIFY={(keepsCopy ? "NEVER" : "SUCCESS,FAILURE")} ORCPT=rfc822;user2@example.com");
        var reports = await sending.Office.InboxAsync("user1@example.com");
        if (!keepsCopy) reports.ShouldBeEmpty("the next server tells");
        else reports.ShouldHaveSingleItem().ShouldContain("Final-Recipient: rfc822; user2@example.com\r\nAction: delivered\r\n");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_comes_back_from_outside_is_not_passed_on_again(bool keepsCopy)
    {
        await using var server = new ScriptedServer();
        await using var sending = await StartAsync(server);
        await ChangeAsync<Account>(sending, "user2@example.com", a => a with { Forwarding = new("away@there.test", keepsCopy) });
        await sending.Office.EnqueueAsync("user1@example.com", [To("user2@example.com")], submitter: "user1@example.com");
        await sending.DrainAsync();
        var sent = server.Messages.ShouldHaveSingleItem();
        // The other side passes it back, as somebody else's mail.
        await sending.Office.EnqueueAsync("user1@example.com", [To("user2@example.com")], content: "Received: from there.test\r\n" + sent);
        await sending.DrainAsync();
        server.Messages.Count.ShouldBe(1);
        (await sending.Office.InboxAsync("user2@example.com")).Count.ShouldBe(keepsCopy ? 2 : 0);
        var reports = await sending.Office.InboxAsync("user1@example.com");
        if (keepsCopy) reports.ShouldBeEmpty();
        else reports.ShouldHaveSingleItem().ShouldContain("Status: 5.4.6");
    }

    [Fact]
    public async Task Unknown_addresses_of_a_domain_may_have_somebody()
    {
        await using var sending = await StartAsync(null);
        var domain = sending.Office.Directory.Current.DefaultDomain!;
        await sending.Office.Directory.Service.UpdateAsync<Domain>(domain.Id, d => d with { CatchAll = "user3@example.com" });
        await sending.Office.EnqueueAsync("s@elsewhere.test", [To("whoever@example.com")]);
        await sending.DrainAsync();
        (await sending.Office.InboxAsync("user3@example.com")).Count.ShouldBe(1);
        // A catch-all that is nobody catches nothing, and ends.
        await sending.Office.Directory.Service.UpdateAsync<Domain>(domain.Id, d => d with { CatchAll = "nobody@example.com" });
        RecipientResolver.Resolve(sending.Office.Directory.Current, "whoever@example.com", null).Kind.ShouldBe(RouteKind.Refused);
    }

    [Fact]
    public async Task A_journal_has_a_report_of_every_message_with_who_got_it_and_why()
    {
        await using var server = new ScriptedServer();
        await using var sending = await StartAsync(server);
        await ChangeAsync(sending, o => o with { JournalRules = [new("all", "user3@example.com"), new("outside", "journal@there.test", MailScope.External)] });
        var text = "From: user1@example.com\r\nTo: user2@example.com\r\nCc: a@there.test\r\nSubject: kept\r\nMessage-ID: <1@x>\r\n\r\nText.\r\n";
        await sending.SendAsync(text, null, To("user2@example.com"), To("a@there.test"), To("b@there.test"));
        var report = (await sending.Office.InboxAsync("user3@example.com")).ShouldHaveSingleItem();
        report.ShouldContain("X-MS-Journal-Report:");
        report.ShouldContain("Sender: user1@example.com\r\n");
        report.ShouldContain("\r\nTo: user2@example.com\r\n");
        report.ShouldContain("\r\nCc: a@there.test\r\n");
        report.ShouldContain("\r\nBcc: b@there.test\r\n");
        report.ShouldContain(text);
        server.Messages.Count(m => m.Contains("X-MS-Journal-Report:", StringComparison.Ordinal)).ShouldBe(1);
        await sending.SendAsync("Subject: inside\r\n\r\nx\r\n", null, To("user2@example.com"));
        server.Messages.Count(m => m.Contains("X-MS-Journal-Report:", StringComparison.Ordinal)).ShouldBe(1);
        (await sending.Office.InboxAsync("user3@example.com")).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_journal_report_that_nobody_takes_goes_to_the_alternate_mailbox_once()
    {
        await using var server = new ScriptedServer { Reply = l => l.StartsWith("RCPT TO:<journal@", StringComparison.Ordinal) ? "550 5.1.1 gone\r\n" : null };
        await using var sending = await StartAsync(server);
        await ChangeAsync(sending, o => o with { JournalRules = [new("outside", "journal@there.test")], JournalAlternate = "user3@example.com" });
        await sending.SendAsync("Subject: kept\r\n\r\nText.\r\n", null, To("user2@example.com"));
        var report = (await sending.Office.InboxAsync("user3@example.com")).ShouldHaveSingleItem();
        report.ShouldContain("X-MS-Journal-Report:");
        report.ShouldContain("Subject: kept");
        sending.Office.Queue.Messages.ShouldBeEmpty();

        // Where the alternate is no better, it ends there.
        await ChangeAsync(sending, o => o with { JournalAlternate = "nobody@example.com" });
        await sending.SendAsync("Subject: lost\r\n\r\nText.\r\n", null, To("user2@example.com"));
        sending.Office.Queue.Messages.ShouldBeEmpty();
        sending.Office.Log.Lines.ShouldContain(l => l.Contains("nobody@example.com", StringComparison.Ordinal));
        (await sending.Office.InboxAsync("user3@example.com")).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_disclaimer_is_below_what_leaves_and_not_below_what_stays()
    {
        await using var server = new ScriptedServer();
        await using var sending = await StartAsync(server);
        await ChangeAsync(sending, o => o with { Disclaimers = [new("legal", "Nur für Empfänger.", "<p><b>Nur f&uuml;r Empf&auml;nger.</b></p>")] });
        var text = "Subject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nHello.\r\n--b\r\n"
            + "Content-Type: text/html; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<html><body>Gr=FC=DFe</body></html>\r\n--b--\r\n";
        await sending.SendAsync(text, null, To("a@there.test"), To("user2@example.com"));
        var sent = server.Messages.ShouldHaveSingleItem();
        sent.ShouldContain("Nur f=C3=BCr Empf=C3=A4nger.");
        sent.ShouldContain("<b>Nur f&uuml;r");
        sent.ShouldContain("Gr=C3=BC=C3=9Fe");
        (await sending.Office.InboxAsync("user2@example.com")).ShouldHaveSingleItem().ShouldNotContain("Nur f");
        var signed = "MIME-Version: 1.0\r\nContent-Type: multipart/signed; boundary=b; protocol=\"x/y\"\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nx\r\n--b\r\nContent-Type: x/y\r\n\r\nx\r\n--b--\r\n";
        await sending.SendAsync(signed, null, To("a@there.test"));
        server.Messages.ShouldContain(signed);
    }

    [Fact]
    public void An_account_may_be_kept_from_sending_to_very_many()
    {
        var limits = new SendingLimits(new DeliveryOptions { MaximumRecipientsPerHour = 3 }, TimeProvider.System);
        var account = Guid.NewGuid();
        limits.TryTake(account, 2).ShouldBeTrue();
        limits.TryTake(account, 2).ShouldBeFalse();
        limits.TryTake(account, 1).ShouldBeTrue();
        limits.TryTake(Guid.NewGuid(), 3).ShouldBeTrue();
    }
}
