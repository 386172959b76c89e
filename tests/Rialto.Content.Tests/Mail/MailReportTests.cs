using System.Text;
using Rialto.Content.Mail;
using Rialto.Content.Mime;
using Rialto.Model;

namespace Rialto.Content.Tests.Mail;

/// <summary>Delivery reports and receipts both ways. [MS-OXCMAIL] 2.1.3.6, 2.2.3.7.</summary>
public class MailReportTests
{
    private const string Failure = """
        From: Mail System <mailer-daemon@mx.example.net>
        To: Ann <ann@example.com>
        Subject: Undeliverable: hello
        Date: Thu, 1 Jan 2026 10:00:00 +0000
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary=b

        --b
        Content-Type: text/plain

        It did not work.
        --b
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.example.net
        Arrival-Date: Thu, 1 Jan 2026 09:00:00 +0000

        Final-Recipient: rfc822; bob@example.net
        Action: failed
        Status: 5.1.1
        Remote-MTA: dns; inner.example.net
        Diagnostic-Code: smtp; 550 5.1.1
         no such user

        Final-Recipient: rfc822; late@example.net
        Action: delayed
        Status: 4.4.1
        --b
        Content-Type: message/rfc822

        From: Ann <ann@example.com>
        To: bob@example.net
        Subject: hello
        Message-ID: <1@example.com>
        Date: Thu, 1 Jan 2026 08:00:00 +0000

        Hello.
        --b--
        """;

    private static PropertyMessage Read(string mail) => MimeToProperties.Convert(MimeMessage.Parse(Encoding.UTF8.GetBytes(mail.ReplaceLineEndings("\r\n"))));

    [Fact]
    public void A_failure_is_about_those_it_failed_for()
    {
        var message = Read(Failure);
        var bag = message.Properties;
        bag.GetString(PropertyTags.MessageClass).ShouldBe("REPORT.IPM.Note.NDR");
        bag.GetString(PropertyTags.ReportingMessageTransferAgent).ShouldBe("mx.example.net");
        bag.GetString(PropertyTags.OriginalSubject).ShouldBe("hello");
        bag.GetString(PropertyTags.OriginalMessageId).ShouldBe("<1@example.com>");
        bag.GetString(PropertyTags.OriginalSenderEmailAddress).ShouldBe("ann@example.com");
        bag.GetString(PropertyTags.DisplayTo).ShouldBe("bob@example.net");
        bag.GetTime(PropertyTags.OriginalSubmitTime)!.Value.ToDateTimeOffset().Hour.ShouldBe(8);
        var row = message.Recipients.Single().Properties;
        row.GetString(PropertyTags.SmtpAddress).ShouldBe("bob@example.net");
        row.GetInt32(PropertyTags.NonDeliveryReportStatusCode).ShouldBe(511);
        row.GetInt32(PropertyTags.NonDeliveryReportDiagCode, 99).ShouldBe(35);
        row.GetString(PropertyTags.RemoteMessageTransferAgent).ShouldBe("inner.example.net");
        row.GetString(PropertyTags.SupplementaryInfo).ShouldBe("<inner.example.net #5.1.1 smtp; 550 5.1.1 no such user>");
        message.Attachments[0].Embedded!.Properties.GetString(PropertyTags.Subject).ShouldBe("hello");
        message.Attachments[1].Properties.GetBoolean(PropertyTags.AttachmentHidden).ShouldBeTrue();
    }

    [Fact]
    public void A_report_goes_back_as_it_came()
    {
        var mime = MimeMessage.Parse(PropertiesToMime.Convert(Read(Failure)));
        mime.Root.Subtype.ShouldBe("report");
        MimeParameters.Parse(mime.Root.RawValue(MimeHeaderId.ContentType)).Get("report-type").ShouldBe("delivery-status");
        mime.Root.Children.Select(p => $"{p.Type}/{p.Subtype}").ShouldBe(["text/plain", "message/delivery-status", "message/rfc822"]);
        Encoding.ASCII.GetString(mime.Root.Children[1].RawBody).ShouldContain("Arrival-Date: Thu, 1 Jan 2026 09:00:00");
        MailAddress.ParseAll(mime.Root, MimeHeaderId.To).ShouldBe([new MailAddress("Ann", "ann@example.com")]);
    }

    [Fact]
    public void Without_the_machine_s_part_it_is_made_of_the_properties()
    {
        var message = Read(Failure);
        message.Attachments.RemoveAt(1);
        message.Properties.Set(PropertyValue.Of(PropertyTags.ParentKey, "key"u8.ToArray()));
        var mime = MimeMessage.Parse(PropertiesToMime.Convert(message));
        var status = DeliveryStatus.Parse(mime.Root.Children[1].RawBody, 10);
        status.ReportingMta.ShouldBe("mx.example.net");
        status.CorrelationKey.ShouldBe("key"u8.ToArray());
        status.Recipients.ShouldBe([new DeliveryStatusRecipient("bob@example.net", "", DeliveryAction.Failed, "5.1.1", "inner.example.net", "<inner.example.net #5.1.1 smtp; 550 5.1.1 no such user>")]);
    }

    [Theory]
    [InlineData("REPORT.IPM.Note.NDR", "failed", "5.0.0")]
    [InlineData("REPORT.IPM.Note.DR", "delivered", "2.0.0")]
    [InlineData("REPORT.IPM.Note.Delayed.DR", "delayed", "4.0.0")]
    [InlineData("REPORT.IPM.Schedule.Meeting.Request.DR", "delivered", "2.0.0")]
    public void Made_reports_say_what_their_class_says(string messageClass, string action, string status)
    {
        var message = new PropertyMessage();
        message.Properties.Set(PropertyValue.Of(PropertyTags.MessageClass, messageClass));
        var recipient = new PropertyRecipient();
        recipient.Properties.Set(PropertyValue.Of(PropertyTags.SmtpAddress, "bob@example.net"));
        message.Recipients.Add(recipient);
        var part = MimeMessage.Parse(PropertiesToMime.Convert(message, new PropertiesToMimeOptions { Domain = "here.example" })).Root.Children[1];
        Encoding.ASCII.GetString(part.RawBody).ShouldBe($"Reporting-MTA: dns; here.example\r\n\r\nFinal-Recipient: rfc822; bob@example.net\r\nAction: {action}\r\nStatus: {status}\r\n");
    }

    [Theory]
    [InlineData("displayed", "REPORT.IPM.Note.IPNRN")]
    [InlineData("deleted", "REPORT.IPM.Note.IPNNRN")]
    public void Receipts_both_ways(string disposition, string messageClass)
    {
        var message = Read($"""
            From: Bob <bob@example.net>
            To: ann@example.com
            Subject: Read: hello
            Content-Type: multipart/report; report-type=disposition-notification; boundary=b

            --b

            I have read it.
            --b
            Content-Type: message/disposition-notification

            Final-Recipient: rfc822; bob@example.net
            Original-Message-ID: <1@example.com>
            Disposition: manual-action/MDN-sent-manually; {disposition}
            X-MSExch-Correlation-Key: AQID
            --b--
            """);
        message.Properties.GetString(PropertyTags.MessageClass).ShouldBe(messageClass);
        message.Properties.GetString(PropertyTags.OriginalMessageId).ShouldBe("<1@example.com>");
        message.Properties.GetBinary(PropertyTags.ParentKey).ShouldBe([1, 2, 3]);
        message.Recipients.Single().Properties.GetString(PropertyTags.SmtpAddress).ShouldBe("ann@example.com");
        message.Attachments.Clear();
        var notification = DispositionNotification.Parse(MimeMessage.Parse(PropertiesToMime.Convert(message)).Root.Children[1].RawBody);
        (notification.FinalRecipient, notification.Name, notification.Type, notification.Mode).ShouldBe(("bob@example.net", "Bob", disposition, "manual-action/MDN-sent-manually"));
        (notification.OriginalMessageId, notification.MessageClass).ShouldBe(("<1@example.com>", messageClass));
        notification.CorrelationKey.ShouldBe([1, 2, 3]);
    }

    [Theory]
    [InlineData("")]
    [InlineData(":\r\n:\r\n\r\n")]
    [InlineData("Action\r\n failed")]
    [InlineData("Final-Recipient: rfc822;\r\nAction: \u00ff\r\nStatus: 9999999999.1.1")]
    public void Anything_is_some_status(string body)
    {
        DeliveryStatus.Parse(Encoding.Latin1.GetBytes(body), 10).Recipients.Count.ShouldBe(0);
        DispositionNotification.Parse(Encoding.Latin1.GetBytes(body)).IsRead.ShouldBeFalse();
    }

    [Fact]
    public void A_status_of_a_million_lines_takes_no_more_than_its_bounds() =>
        DeliveryStatus.Parse(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("Action: failed\nFinal-Recipient: rfc822; a@b\n\n", 50_000))), 1000).Recipients.Count.ShouldBeLessThanOrEqualTo(1001);
}
