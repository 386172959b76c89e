using System.Text;
using Rialto.Content.Mail;
using Rialto.Content.Mime;

namespace Rialto.Content.Tests.Mail;

public class MessageFactsTests
{
    [Theory]
    [InlineData("Re: hello", "Re: ", "hello")]
    [InlineData("FW:  hello", "FW:  ", "hello")]
    [InlineData("AW: Re: x", "AW: ", "Re: x")]
    [InlineData("hello: x", "", "hello: x")]
    [InlineData("R2: x", "", "R2: x")]
    [InlineData("10:30 x", "", "10:30 x")]
    [InlineData("c:\\x", "", "c:\\x")]
    [InlineData("", "", "")]
    [InlineData("回复: x", "回复: ", "x")]
    public void Subjects_are_split(string subject, string prefix, string normalized) => SubjectText.Split(subject).ShouldBe((prefix, normalized));

    [Fact]
    public void A_simple_message()
    {
        var facts = Facts("""
            From: "Doe, John" <john@example.com>
            Sender: assistant@example.com
            To: a@example.com, Bee <b@example.com>
            Cc: c@example.com
            Subject: =?utf-8?q?Re=3A_J=C3=BC?=
            Date: Thu, 1 Jan 2026 10:00:00 +0100
            Message-ID: <2@example.com>
            References: <0@example.com> <1@example.com>
            In-Reply-To: <1@example.com>
            X-Priority: 1 (Highest)
            Sensitivity: Private
            Disposition-Notification-To: john@example.com

            Hello,

              world.
            """);
        facts.Subject.ShouldBe("Re: Jü");
        (facts.SubjectPrefix, facts.NormalizedSubject, facts.ConversationTopic).ShouldBe(("Re: ", "Jü", "Jü"));
        facts.From.ShouldBe(new MailAddress("Doe, John", "john@example.com"));
        facts.Sender.ShouldBe(new MailAddress("", "assistant@example.com"));
        facts.DisplayTo.ShouldBe("a@example.com; Bee");
        facts.DisplayCc.ShouldBe("c@example.com");
        facts.Recipients.Count.ShouldBe(3);
        facts.Date.ShouldBe(new DateTimeOffset(2026, 1, 1, 10, 0, 0, TimeSpan.FromHours(1)));
        facts.MessageId.ShouldBe("<2@example.com>");
        facts.Importance.ShouldBe(2);
        facts.Sensitivity.ShouldBe(2);
        facts.ReadReceiptRequested.ShouldBeTrue();
        facts.MessageClass.ShouldBe("IPM.Note");
        facts.HasAttachments.ShouldBeFalse();
        facts.Preview.ShouldBe("Hello, world.");
    }

    [Fact]
    public void A_thread_has_one_conversation_in_whatever_order_it_comes()
    {
        var first = Facts("Message-ID: <0@x>\nSubject: s\n\n");
        var second = Facts("Message-ID: <1@x>\nIn-Reply-To: <0@x>\n\n");
        var third = Facts("Message-ID: <2@x>\nReferences: <0@x> <1@x>\n\n");
        second.ConversationId.ShouldBe(first.ConversationId);
        third.ConversationId.ShouldBe(first.ConversationId);
        Facts("Message-ID: <9@x>\n\n").ConversationId.ShouldNotBe(first.ConversationId);
    }

    [Fact]
    public void Thread_index_is_taken_over()
    {
        var index = new byte[27];
        index[0] = 1;
        index[10] = 7;
        Facts($"Thread-Index: {Convert.ToBase64String(index)}\nThread-Topic: t\n\n").ConversationIndex.ShouldBe(index);
    }

    [Theory]
    [InlineData("multipart/signed; protocol=\"application/pkcs7-signature\"", "", "IPM.Note.SMIME.MultipartSigned")]
    [InlineData("multipart/signed; protocol=\"application/pgp-signature\"", "", "IPM.Note.SMIME.MultipartSigned")]
    [InlineData("multipart/report; report-type=delivery-status", "Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nAction: failed\n", "REPORT.IPM.Note.NDR")]
    [InlineData("multipart/report; report-type=delivery-status", "Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nAction: delivered\n", "REPORT.IPM.Note.DR")]
    [InlineData("multipart/report; report-type=delivery-status", "Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nAction: delayed\n", "REPORT.IPM.Note.Delayed.DR")]
    [InlineData("multipart/report", "Content-Type: message/disposition-notification\n\nDisposition: manual-action/MDN-sent-manually; displayed\n", "REPORT.IPM.Note.IPNRN")]
    [InlineData("multipart/report", "Content-Type: message/disposition-notification\n\nDisposition: manual-action/MDN-sent-manually; deleted\n", "REPORT.IPM.Note.IPNNRN")]
    [InlineData("multipart/alternative", "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:1\n 2\nEND:VEVENT\n", "IPM.Schedule.Meeting.Request")]
    [InlineData("multipart/mixed", "Content-Type: text/calendar\n\nBEGIN:VCALENDAR\nMETHOD:CANCEL\nBEGIN:VEVENT\nUID:12\nEND:VEVENT\n", "IPM.Schedule.Meeting.Canceled")]
    [InlineData("multipart/mixed", "Content-Type: text/calendar\n\nMETHOD:REPLY\nBEGIN:VEVENT\nUID:12\nATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b\n", "IPM.Schedule.Meeting.Resp.Pos")]
    [InlineData("multipart/mixed", "Content-Type: text/calendar\n\nMETHOD:REPLY\nBEGIN:VEVENT\nUID:12\nATTENDEE;PARTSTAT=DECLINED:mailto:a@b\n", "IPM.Schedule.Meeting.Resp.Neg")]
    [InlineData("multipart/mixed", "Content-Type: text/calendar\n\nMETHOD:REPLY\nBEGIN:VEVENT\nUID:12\nATTENDEE;PARTSTAT=TENTATIVE:mailto:a@b\n", "IPM.Schedule.Meeting.Resp.Tent")]
    [InlineData("multipart/mixed", "Content-Type: text/calendar\nContent-Disposition: attachment\n\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:12\n", "IPM.Note")]
    public void Message_classes(string type, string part, string expected)
    {
        var facts = Facts($"Content-Type: {type}; boundary=b\n\n--b\n\ntext\n--b\n{(part.Length > 0 ? part : "Content-Type: application/x\n\nx\n")}--b--\n");
        facts.MessageClass.ShouldBe(expected);
        if (expected.StartsWith("IPM.Schedule", StringComparison.Ordinal))
            facts.CalendarUid.ShouldBe("12");
    }

    [Fact]
    public void Opaque_smime_is_no_attachment()
    {
        var facts = Facts("Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\nContent-Transfer-Encoding: base64\n\nAAAA\n");
        (facts.MessageClass, facts.HasAttachments).ShouldBe(("IPM.Note.SMIME", false));
    }

    [Theory]
    [InlineData("mixed", "Content-Type: application/pdf\n\n", true)]
    [InlineData("mixed", "Content-Type: text/plain; name=x.txt\n\n", true)]
    [InlineData("mixed", "Content-Type: message/rfc822\n\nSubject: x\n\n", true)]
    [InlineData("mixed", "Content-Type: text/plain\n\nfooter", false)]
    [InlineData("related", "Content-Type: image/png\nContent-ID: <1>\n\n", false)]
    [InlineData("related", "Content-Type: application/pdf\n\n", true)]
    [InlineData("signed", "Content-Type: application/pkcs7-signature; name=smime.p7s\n\n", false)]
    [InlineData("alternative", "Content-Type: text/html\n\n", false)]
    public void Attachments_are_told_from_the_rest(string subtype, string part, bool expected) =>
        Facts($"Content-Type: multipart/{subtype}; boundary=b\n\n--b\nContent-Type: text/html\n\n<p>x\n--b\n{part}\n--b--\n").HasAttachments.ShouldBe(expected);

    [Theory]
    [InlineData("<p>a<br>b</p><p>c", "a\nb\nc")]
    [InlineData("<style>p{}</style><script>if (a<b) x=\"</p>\"</script>x", "x")]
    [InlineData("<!-- <p>no</p> -->a &amp; b&nbsp;&lt;c&gt; &euro; &#x20AC; &bogus; & d", "a & b <c> € € &bogus; & d")]
    [InlineData("a   \r\n b", "a b")]
    [InlineData("<a href=\"x>y\">link</a>", "link")]
    [InlineData("1 < 2 > 0", "1 < 2 > 0")]
    [InlineData("<img alt='>'>x<td>1</td><td>2</td>", "x\n1\n2")]
    [InlineData("a<b", "a")]
    [InlineData("<script>never closed", "")]
    public void Html_becomes_text(string html, string expected)
    {
        var text = new StringBuilder();
        HtmlText.Strip(html, text, 1000);
        text.ToString().Trim().ShouldBe(expected);
    }

    [Theory]
    [InlineData("<")]
    [InlineData("<a ")]
    [InlineData("<a b=\"")]
    [InlineData("<a b=\">")]
    [InlineData("<!--")]
    [InlineData("&amp")]
    [InlineData("<script></")]
    [InlineData("<p>")]
    public void Hostile_html_ends(string repeated)
    {
        var text = new StringBuilder();
        HtmlText.Strip(string.Concat(Enumerable.Repeat(repeated, 3_000_000 / repeated.Length)), text, int.MaxValue);
        text.Length.ShouldBeLessThanOrEqualTo(3_000_000);
    }

    [Fact]
    public void Index_text_has_all_parts_names_and_messages_within()
    {
        var text = TextExtractor.Extract(Message("""
            Content-Type: multipart/mixed; boundary=b

            --b
            Content-Type: text/html

            <p>hello <b>bold</b></p>
            --b
            Content-Type: application/pdf; name="report.pdf"

            %PDF
            --b
            Content-Type: message/rfc822

            Subject: =?utf-8?q?J=C3=BC?=

            inner
            --b--
            """));
        text.ShouldBe("hello bold\nreport.pdf\nJü\ninner\n");
    }

    [Fact]
    public void Reading_a_small_message_costs_little()
    {
        var bytes = File.ReadAllBytes(Path.Combine(Rialto.Testing.Corpus.RepositoryRoot!, "tests", "Rialto.Content.Tests", "Fixtures", "plain.eml"));
        for (var i = 0; i < 200; i++)
            ImapDigest.Build(MimeMessage.Parse(bytes));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            ImapDigest.Build(MimeMessage.Parse(bytes));
        ((GC.GetAllocatedBytesForCurrentThread() - before) / 100).ShouldBeLessThan(3 * 1024);
    }

    private static MimeMessage Message(string text) => MimeMessage.Parse(Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n")));

    private static MessageFacts Facts(string text) => MessageFacts.Of(Message(text));
}
