using System.Text;

namespace Rialto.Delivery.Tests;

public class DeliveryReportTests
{
    [Fact]
    public async Task An_unknown_recipient_is_reported_with_the_message()
    {
        await using var office = await MailOffice.CreateAsync();
        await office.EnqueueAsync(
            "user1@example.com",
            [new("gone@example.com", "rfc822;old+2Bx@example.com", null, 0, 0, null), new("user2@example.com", null, null, 0, 0, null)],
            change: m => m with { EnvelopeId = "QQ+3D314" });
        await office.DrainAsync();
        (await office.InboxAsync("user2@example.com")).ShouldHaveSingleItem();
        var report = (await office.InboxAsync("user1@example.com")).ShouldHaveSingleItem();
        report.ShouldStartWith("Return-Path: <>\r\nFrom: Mail Delivery System <postmaster@example.com>\r\nTo: <user1@example.com>\r\n");
        report.ShouldContain("Auto-Submitted: auto-replied\r\n");
        report.ShouldContain("Content-Type: multipart/report; report-type=delivery-status;\r\n");
        report.ShouldContain("\r\nReporting-MTA: dns; mail.example.com\r\nOriginal-Envelope-Id: QQ=314\r\nArrival-Date: ");
        report.ShouldContain(
            "\r\nOriginal-Recipient: rfc822;old+x@example.com\r\nFinal-Recipient: rfc822; gone@example.com\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 ");
        report.ShouldContain("Content-Type: message/rfc822\r\n\r\nSubject: test\r\n\r\nHello.\r\n");
        report.ShouldNotContain("user2@example.com");
        office.Queue.Messages.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("HDRS")]
    [InlineData(null)]
    public async Task Only_the_header_is_returned_when_asked_or_when_the_message_is_large(string? ret)
    {
        await using var office = await MailOffice.CreateAsync(configure: o => o.MaximumReturnedSize = 100);
        await office.EnqueueAsync(
            "user1@example.com", [new("gone@example.com", null, null, 0, 0, null)], content: "Subject: long\r\n\r\n" + (ret is null ? new string('x', 200) : "secret") + "\r\n", change: m => m with { Return = ret });
        await office.DrainAsync();
        var report = (await office.InboxAsync("user1@example.com")).ShouldHaveSingleItem();
        report.ShouldContain("Content-Type: text/rfc822-headers\r\n\r\nSubject: long\r\n");
        report.ShouldNotContain("secret");
        report.ShouldNotContain("xxx");
    }

    [Fact]
    public async Task Nobody_is_told_who_asked_not_to_be()
    {
        await using var office = await MailOffice.CreateAsync();
        await office.EnqueueAsync("user1@example.com", [new("gone@example.com", null, "NEVER", 0, 0, null), new("gone2@example.com", null, "SUCCESS", 0, 0, null)]);
        await office.DrainAsync();
        (await office.InboxAsync("user1@example.com")).ShouldBeEmpty();
        office.Queue.Messages.ShouldBeEmpty();
        office.Log.Lines.ShouldContain(l => l.Contains("2 recipients failed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Success_is_reported_to_who_asked()
    {
        await using var office = await MailOffice.CreateAsync();
        await office.Directory.Service.AddAsync(new Directory.Group { PrimaryAddress = "staff@example.com", Members = [office.Directory.Account("user3@example.com").Id] });
        await office.EnqueueAsync("user1@example.com", [new("user2@example.com", null, "SUCCESS", 0, 0, null), new("staff@example.com", null, "SUCCESS,FAILURE", 0, 0, null)]);
        await office.DrainAsync();
        var report = (await office.InboxAsync("user1@example.com")).ShouldHaveSingleItem();
        report.ShouldContain("Final-Recipient: rfc822; user2@example.com\r\nAction: delivered\r\nStatus: 2.1.5\r\n");
        report.ShouldContain("Final-Recipient: rfc822; staff@example.com\r\nAction: expanded\r\n");
        report.ShouldContain("Content-Type: text/rfc822-headers");
        report.ShouldNotContain("user3");
    }

    [Theory]
    [InlineData(null, "X-Rialto-Envelope-Recipient: rfc822;staff@example.com\r\n")]
    [InlineData("rfc822;team@elsewhere.test", "Original-Recipient: rfc822;team@elsewhere.test\r\n")]
    public async Task Only_what_the_sender_said_is_told_as_the_original_recipient(string? said, string told)
    {
        await using var office = await MailOffice.CreateAsync(configure: o => o.GiveUpAfter = TimeSpan.Zero);
        await office.Directory.Service.AddAsync(new Directory.Group { PrimaryAddress = "staff@example.com", Members = [office.Directory.Account("user2@example.com").Id] });
        await office.SetQuotaAsync("user2@example.com", 10);
        await office.EnqueueAsync("user1@example.com", [new("staff@example.com", said, null, 0, 0, null)]);
        await office.DrainAsync();
        var report = (await office.InboxAsync("user1@example.com")).ShouldHaveSingleItem();
        report.ShouldContain($"\r\n\r\n{told}Final-Recipient: rfc822; user2@example.com\r\nAction: failed\r\nStatus: 5.2.2\r\n");
        if (said is null) report.ShouldNotContain("Original-Recipient: ");
    }

    [Fact]
    public void A_name_that_is_not_whole_is_not_called_one_of_the_dns()
    {
        var message = new QueuedMessage { Id = Guid.NewGuid(), Content = default, Sender = "a@b.test", Recipients = [], ReceivedUtcTicks = DateTime.UnixEpoch.Ticks };
        var reported = new ReportedRecipient(new("gone@example.com", null, null, 0, 0, null), ReportAction.Failed, DeliveryStatus.UnknownRecipient);
        var text = Encoding.UTF8.GetString(System.Buffers.BuffersExtensions.ToArray(DsnWriter.Write(message, default, [reported], new("mail", "postmaster@example.com", DateTimeOffset.UnixEpoch, Guid.Empty), new())));
        text.ShouldContain("\r\nReporting-MTA: x-local-hostname; mail\r\n");
    }

    [Fact]
    public async Task The_null_sender_is_never_answered()
    {
        await using var office = await MailOffice.CreateAsync();
        await office.PostAsync("", "gone@example.com");
        await office.PostAsync("gone-too@example.com", "gone@example.com");
        await office.DrainAsync();
        office.Queue.Messages.ShouldBeEmpty();
        office.Log.Lines.Count(l => l.Contains("has no sender to report to", StringComparison.Ordinal)).ShouldBe(1);
        office.Log.Lines.Count(l => l.Contains("asked not to be told", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public async Task Reports_to_the_outside_are_held_like_other_mail()
    {
        await using var office = await MailOffice.CreateAsync();
        await office.PostAsync("a@elsewhere.test", "gone@example.com");
        await office.DrainAsync();
        var held = office.Queue.Messages.ShouldHaveSingleItem();
        held.Sender.ShouldBe("");
        HeldMail.IsHeld(held.Recipients.ShouldHaveSingleItem()).ShouldBeTrue();
    }

    [Fact]
    public async Task A_report_that_cannot_be_written_keeps_the_entry()
    {
        await using var office = await MailOffice.CreateAsync();
        await office.PostAsync("user1@example.com", "gone@example.com");
        office.Queue.BeforeEnqueue = () => throw new Store.Backend.StorageUnavailableException("The disk is full.");
        await office.DrainAsync();
        office.Queue.Messages.ShouldHaveSingleItem().Recipients.ShouldHaveSingleItem().Attempts.ShouldBe(1);
    }

    [Fact]
    public void Parameters_cannot_write_fields_of_their_own()
    {
        var message = new QueuedMessage
        {
            Id = Guid.NewGuid(), Content = default, Sender = "a@b.test", Recipients = [], ReceivedUtcTicks = DateTime.UnixEpoch.Ticks, EnvelopeId = "x+0D+0AEvil:+20yes",
        };
        var reported = new ReportedRecipient(new("gone@example.com", "rfc822;x+0D+0AAction:+20delivered", null, 0, 0, null), ReportAction.Failed, DeliveryStatus.UnknownRecipient);
        var text = Encoding.UTF8.GetString(System.Buffers.BuffersExtensions.ToArray(
            DsnWriter.Write(message, default, [reported], new("mail.example.com", "postmaster@example.com", DateTimeOffset.UnixEpoch, Guid.Empty), new())));
        text.ShouldNotContain("\nEvil");
        text.ShouldNotContain("\nAction: delivered");
    }

    [Fact]
    public async Task International_messages_get_international_reports()
    {
        await using var office = await MailOffice.CreateAsync();
        await office.EnqueueAsync("user1@example.com", [new("grün@example.com", null, null, 0, 0, null)], change: m => m with { SmtpUtf8 = true });
        await office.DrainAsync();
        var report = (await office.InboxAsync("user1@example.com")).ShouldHaveSingleItem();
        report.ShouldContain("Content-Type: message/global-delivery-status\r\n");
        report.ShouldContain("Final-Recipient: utf-8; grün@example.com\r\n");
        report.ShouldContain("Content-Type: message/global\r\n");
    }
}
