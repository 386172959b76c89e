using System.Text;
using Rialto.Content.Mail;
using Rialto.Content.Mime;
using Rialto.Content.Tests.Mime;
using Rialto.Model;
using Rialto.Testing;

namespace Rialto.Content.Tests.Mail;

public class ConversionTests
{
    private static PropertyMessage Fixture(string name) =>
        MimeToProperties.Convert(MimeMessage.Parse(File.ReadAllBytes(Path.Combine(Corpus.RepositoryRoot!, "tests", "Rialto.Content.Tests", "Fixtures", name + ".eml"))));

    [Fact]
    public void Header_and_recipients()
    {
        var message = Fixture("plain");
        var bag = message.Properties;
        bag.GetString(PropertyTags.Subject).ShouldBe("Re: [list] Hello \"you\" \\ there");
        bag.GetString(PropertyTags.NormalizedSubject).ShouldBe("[list] Hello \"you\" \\ there");
        bag.GetString(PropertyTags.SenderName).ShouldBe("Doe, John");
        bag.GetString(PropertyTags.SentRepresentingSmtpAddress).ShouldBe("john@example.com");
        bag.GetString(PropertyTags.InternetMessageId).ShouldBe("<1@example.com>");
        bag.GetTime(PropertyTags.ClientSubmitTime)!.Value.ToDateTimeOffset().ShouldBe(new DateTimeOffset(2026, 1, 1, 9, 0, 0, TimeSpan.Zero));
        bag.GetString(PropertyTags.Body).ShouldBe("Hello,\r\nworld.\r\n");
        bag.GetString(PropertyTags.TransportMessageHeaders)!.ShouldStartWith("Date: Thu, 1 Jan 2026");
        message.Recipients.Select(r => r.Properties.GetString(PropertyTags.DisplayName)).ShouldBe(["Mary \"M\" Major", "Jü"]);
        var entry = EntryId.Parse(message.Recipients[1].Properties.GetBinary(PropertyTags.EntryId)!).ShouldBeOfType<OneOffEntryId>();
        (entry.DisplayName, entry.AddressType, entry.EmailAddress).ShouldBe(("Jü", "SMTP", "j@example.com"));
    }

    [Fact]
    public void Bodies_and_attachments()
    {
        var message = Fixture("mixed");
        message.Properties.GetString(PropertyTags.Body).ShouldBe("one\r\ntwo");
        Encoding.ASCII.GetString(message.Properties.GetBinary(PropertyTags.Html)!).ShouldBe("<p>one</p>");
        message.Properties.GetInt32(PropertyTags.InternetCodepage).ShouldBe(65001);
        message.Attachments.Count.ShouldBe(2);
        message.Attachments[0].Embedded!.Properties.GetString(PropertyTags.Subject).ShouldBe("inner");
        message.Attachments[0].Properties.GetInt32(PropertyTags.AttachMethod).ShouldBe(5);
        var pdf = message.Attachments[1].Properties;
        pdf.GetString(PropertyTags.AttachLongFilename).ShouldBe("ä long name.pdf");
        pdf.GetString(PropertyTags.AttachExtension).ShouldBe(".pdf");
        pdf.GetString(PropertyTags.AttachMimeTag).ShouldBe("application/pdf");
        pdf.GetString(PropertyTags.AttachContentId).ShouldBe("pdf@example.com");
        pdf.GetBinary(PropertyTags.AttachDataBinary).ShouldBe("ABC"u8.ToArray());
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("groups")]
    [InlineData("mixed")]
    public void Properties_survive_a_round_trip(string name)
    {
        var before = Fixture(name);
        var after = MimeToProperties.Convert(MimeMessage.Parse(PropertiesToMime.Convert(before)));
        foreach (var tag in (PropertyTag[])[PropertyTags.Subject, PropertyTags.SenderName, PropertyTags.SenderEmailAddress, PropertyTags.SentRepresentingEmailAddress, PropertyTags.Body,
            PropertyTags.Html, PropertyTags.ConversationIndex, PropertyTags.ConversationTopic, PropertyTags.ClientSubmitTime, PropertyTags.InternetMessageId, PropertyTags.HasAttachments,
            PropertyTags.Importance, PropertyTags.Sensitivity])
        {
            if (!before.Properties.Get(tag).IsAbsent && !(tag == PropertyTags.InternetMessageId && before.Properties.GetString(tag) is null))
                after.Properties.Get(tag).ShouldBe(before.Properties.Get(tag), tag.ToString());
        }
        after.Attachments.Count.ShouldBe(before.Attachments.Count);
        for (var i = 0; i < after.Attachments.Count; i++)
            after.Attachments[i].Properties.GetBinary(PropertyTags.AttachDataBinary).ShouldBe(before.Attachments[i].Properties.GetBinary(PropertyTags.AttachDataBinary));
        Recipients(after).ShouldBe(Recipients(before).Where(r => !r.EndsWith("=nobody", StringComparison.Ordinal)).Append(Recipients(before).FirstOrDefault(r => r.EndsWith("=nobody", StringComparison.Ordinal))!)
            .Where(r => r is not null).Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Recipients(PropertyMessage message) => message.Recipients
        .Select(r => $"{r.Properties.GetInt32(PropertyTags.RecipientType)} {r.Properties.GetString(PropertyTags.DisplayName)}={r.Properties.GetString(PropertyTags.SmtpAddress)}")
        .Order(StringComparer.Ordinal);

    [Fact]
    public void Nothing_in_a_property_breaks_out_of_the_header()
    {
        var message = new PropertyMessage();
        message.Properties.Set(PropertyValue.Of(PropertyTags.Subject, "a\r\nBcc: x@example.com\r\n\r\nbody"));
        message.Properties.Set(PropertyValue.Of(PropertyTags.SenderName, "n\r\nX: y"));
        message.Properties.Set(PropertyValue.Of(PropertyTags.SenderSmtpAddress, "a@b\r\nX: y"));
        message.Properties.Set(PropertyValue.Of(PropertyTags.InternetMessageId, "<1@x>\r\nX: y"));
        var attachment = new PropertyAttachment();
        attachment.Properties.Set(PropertyValue.Of(PropertyTags.AttachLongFilename, "f\"\r\nX: y"));
        attachment.Properties.Set(PropertyValue.Of(PropertyTags.AttachMimeTag, "a/b\r\nX: y"));
        attachment.Properties.Set(PropertyValue.Of(PropertyTags.AttachContentId, "1\r\nX: y"));
        message.Attachments.Add(attachment);
        var parsed = MimeInvariants.Check(PropertiesToMime.Convert(message));
        foreach (var part in parsed.Root.Descendants())
            part.TryFindHeader("X"u8, out _).ShouldBeFalse();
        parsed.Root.HasHeader(MimeHeaderId.Bcc).ShouldBeFalse();
        parsed.Root.Children.Count.ShouldBe(2);
    }

    [Fact]
    public void Clear_signed_mail_comes_back_byte_for_byte()
    {
        var entity = "Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nsigned  text \r\n--b\r\n"
            + "Content-Type: application/pkcs7-signature\r\nContent-Transfer-Encoding: base64\r\n\r\nAAAA\r\n--b--\r\n";
        var message = MimeToProperties.Convert(MimeMessage.Parse(Encoding.ASCII.GetBytes("From: a@b\r\nMIME-Version: 1.0\r\n" + entity)));
        message.Properties.GetString(PropertyTags.MessageClass).ShouldBe("IPM.Note.SMIME.MultipartSigned");
        message.Properties.GetString(PropertyTags.Body).ShouldBe("signed  text ");
        message.Attachments.Count.ShouldBe(1);
        Encoding.ASCII.GetString(message.Attachments[0].Properties.GetBinary(PropertyTags.AttachDataBinary)!).ShouldBe(entity);
        Encoding.ASCII.GetString(PropertiesToMime.Convert(message)).ShouldEndWith(entity);
    }

    [Fact]
    public void Lines_of_a_written_header_are_short_and_ascii()
    {
        var message = new PropertyMessage();
        message.Properties.Set(PropertyValue.Of(PropertyTags.Subject, string.Concat(Enumerable.Repeat("Grüße 😀 ", 30)).Trim()));
        for (var i = 0; i < 30; i++)
        {
            var recipient = new PropertyRecipient();
            recipient.Properties.Set(PropertyValue.Of(PropertyTags.DisplayName, $"Jürgen Ä. Größenwahn der {i}te"));
            recipient.Properties.Set(PropertyValue.Of(PropertyTags.SmtpAddress, $"user{i}@example.com"));
            recipient.Properties.Set(PropertyValue.Of(PropertyTags.RecipientType, 1));
            message.Recipients.Add(recipient);
        }
        var mime = PropertiesToMime.Convert(message);
        Ascii.IsValid(mime).ShouldBeTrue();
        foreach (var line in Encoding.ASCII.GetString(mime).Split("\r\n"))
            line.Length.ShouldBeLessThanOrEqualTo(78);
        var facts = MessageFacts.Of(MimeMessage.Parse(mime));
        facts.Subject.ShouldStartWith("Grüße 😀 Grüße 😀");
        facts.Recipients[29].Address.ShouldBe(new MailAddress("Jürgen Ä. Größenwahn der 29te", "user29@example.com"));
    }
}
