using System.Text;
using Rialto.Content.Mail;
using Rialto.Content.Mime;

namespace Rialto.Content.Tests.Mail;

public class JournalReportTests
{
    private static readonly JournalReport Report = new()
    {
        Sender = "ann@example.com", OnBehalfOf = "boss@example.com", Subject = "Grüße: an alle", MessageId = "<1@example.com>",
        Recipients =
        [
            new JournalRecipient("To", "bob@example.com"), new JournalRecipient("Cc", "eve@example.com", Expanded: "all@example.com"),
            new JournalRecipient("Bcc", "new@example.com", Forwarded: "old@example.com"), new JournalRecipient("Recipient", "x@example.com"),
        ],
    };

    private static byte[] Made(string original) => Report.Write(new MailAddress("Journal", "journal@example.com"), new MailAddress("", "archive@example.com"),
        new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), "<j@example.com>", Encoding.UTF8.GetBytes(original));

    [Fact]
    public void Reports_come_back_with_the_original_untouched()
    {
        const string original = "From: ann@example.com\r\nSubject: Grüße: an alle\r\n\r\n  as it was \r\n";
        var back = JournalReport.Read(MimeMessage.Parse(Made(original)))!;
        back.Recipients.ShouldBe(Report.Recipients);
        (back with { Recipients = Report.Recipients, Original = null }).ShouldBe(Report);
        var inner = back.Original!;
        inner.RawHeader.ToArray().Concat(inner.RawBody.ToArray()).ToArray().ShouldBe(Encoding.UTF8.GetBytes(original));
    }

    [Fact]
    public void The_text_is_as_the_format_has_it()
    {
        var text = MimeText.Decode(MimeMessage.Parse(Made("")).Root.Children[0]);
        text.ShouldBe("Sender: ann@example.com\r\nOn-Behalf-Of: boss@example.com\r\nSubject: Grüße: an alle\r\nMessage-ID: <1@example.com>\r\nTo: bob@example.com\r\n"
            + "Cc: eve@example.com, Expanded: all@example.com\r\nBcc: new@example.com, Forwarded: old@example.com\r\nRecipient: x@example.com\r\n");
    }

    [Fact]
    public void Values_make_no_lines_of_their_own()
    {
        var report = Report with { Subject = "a\r\nTo: evil@example.com" };
        var mail = report.Write(new MailAddress("", "j@example.com"), new MailAddress("", "a@example.com"), DateTimeOffset.UnixEpoch, "<j@example.com>", "x"u8);
        JournalReport.Read(MimeMessage.Parse(mail))!.Recipients.ShouldBe(Report.Recipients);
    }

    [Theory]
    [InlineData("Subject: x\r\n\r\nSender: a@b\r\n")]
    [InlineData("X-MS-Journal-Report:\r\nContent-Type: text/html\r\n\r\nSender: a@b\r\n")]
    public void Other_mail_is_no_report(string mail) => JournalReport.Read(MimeMessage.Parse(Encoding.ASCII.GetBytes(mail))).ShouldBeNull();
}
