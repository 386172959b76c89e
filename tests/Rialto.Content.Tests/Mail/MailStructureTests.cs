using System.Text;
using Rialto.Content.Mail;
using Rialto.Content.Mime;
using Rialto.Model;

namespace Rialto.Content.Tests.Mail;

/// <summary>Where the parts of mail go, and where they come from. [MS-OXCMAIL] 2.1.3.3, 2.1.3.4, 2.2.3.3, 2.2.3.4.</summary>
public class MailStructureTests
{
    private static PropertyMessage Read(string mail) => MimeToProperties.Convert(MimeMessage.Parse(Encoding.UTF8.GetBytes(mail.ReplaceLineEndings("\r\n"))));

    private static MimePart Written(PropertyMessage message, PropertiesToMimeOptions? options = null) => MimeMessage.Parse(PropertiesToMime.Convert(message, options)).Root;

    private static string Shape(MimePart part) => part.IsMultipart ? $"{part.Subtype}({string.Join(' ', part.Children.Select(Shape))})" : $"{part.Type}/{part.Subtype}";

    [Fact]
    public void Text_that_only_claims_to_be_base64_is_read_as_it_stands()
    {
        const string Prose = "Dear all,\r\nthe field above is wrong: a gateway decoded this.\r\n";
        Read("Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n" + Prose.ReplaceLineEndings("\n")).Properties.GetString(PropertyTags.Body).ShouldBe(Prose);
        Read("Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n  aGVs\n\tbG8= \n").Properties.GetString(PropertyTags.Body).ShouldBe("hello");
        // A list's footer after real base64 does not make the rest prose.
        Read("Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\n" + string.Concat(Enumerable.Repeat("aGVsbG8gaGVsbG8gaGVsbG8gaGVsbG8gaGVsbG8gaGVsbG8gaGVsbG8g\n", 20)) + "____ list ____\n")
            .Properties.GetString(PropertyTags.Body)!.ShouldStartWith("hello hello");
    }

    [Fact]
    public void A_line_of_blanks_before_the_header_is_none_of_it()
    {
        var message = Read(new string(' ', 255) + "\nDelivered-To: a@example.com\nSubject: there\n\ntext\n");
        message.Properties.GetString(PropertyTags.Subject).ShouldBe("there");
        message.Properties.GetString(PropertyTags.Body).ShouldBe("text\r\n");
    }

    [Fact]
    public void Everything_in_its_place()
    {
        var message = Read("""
            Content-Type: multipart/mixed; boundary=m

            --m
            Content-Type: multipart/related; boundary=r

            --r
            Content-Type: multipart/alternative; boundary=a

            --a

            text
            --a
            Content-Type: text/html

            <p>page<img src="cid:1">
            --a--
            --r
            Content-Type: image/png
            Content-ID: <1>

            x
            --r--
            --m
            Content-Type: application/pdf; name=a.pdf
            Content-Description: The paper
            Content-Disposition: attachment; filename=a.pdf; modification-date="Thu, 1 Jan 2026 10:00:00 +0000"

            pdf
            --m--
            """);
        message.Attachments.Select(a => a.Properties.GetBoolean(PropertyTags.AttachmentHidden)).ShouldBe([true, false]);
        message.Attachments[1].Properties.GetString(PropertyTags.DisplayName).ShouldBe("The paper");
        message.Attachments[1].Properties.GetTime(PropertyTags.LastModificationTime)!.Value.ToDateTimeOffset().Year.ShouldBe(2026);
        var root = Written(message);
        Shape(root).ShouldBe("mixed(alternative(text/plain related(text/html image/png)) application/pdf)");
        HeaderText.Decode(root.Children[1].RawValue(MimeHeaderId.ContentDescription)).ShouldBe("The paper");
        MimeParameters.Parse(root.Children[1].RawValue(MimeHeaderId.ContentDisposition)).Get("modification-date").ShouldBe("Thu, 01 Jan 2026 10:00:00 +0000");
    }

    [Fact]
    public void Calendars_keep_their_bytes_and_make_a_class_and_nothing_else()
    {
        const string calendar = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Tr\u00E4ffen\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        var message = Read($"Content-Type: multipart/alternative; boundary=a\n\n--a\n\nCome!\n--a\nContent-Type: text/calendar; method=REQUEST; charset=utf-8\n\n{calendar}--a--\n");
        message.Properties.GetString(PropertyTags.MessageClass).ShouldBe("IPM.Schedule.Meeting.Request");
        message.NamedProperties.ShouldBeEmpty();
        var kept = message.Attachments.Single().Properties;
        Encoding.UTF8.GetString(kept.GetBinary(PropertyTags.AttachDataBinary)!).ShouldBe(calendar.TrimEnd());
        kept.GetBoolean(PropertyTags.AttachmentHidden).ShouldBeTrue();
        message.Properties.GetBoolean(PropertyTags.HasAttachments).ShouldBeFalse();
        var root = Written(message);
        Shape(root).ShouldBe("alternative(text/plain text/calendar)");
        MimeParameters.Parse(root.Children[1].RawValue(MimeHeaderId.ContentType)).Get("method").ShouldBe("REQUEST");
        TransferDecoder.Decode(root.Children[1].Encoding, root.Children[1].RawBody).ShouldBe(kept.GetBinary(PropertyTags.AttachDataBinary));
        Shape(Written(Read($"Content-Type: text/calendar\n\n{calendar}"))).ShouldBe("text/calendar");
    }

    [Fact]
    public void Pgp_mail_stays_what_it_is()
    {
        var encrypted = Read("Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b\n\n--b\nContent-Type: application/pgp-encrypted\n\nVersion: 1\n--b\nContent-Type: application/octet-stream\n\nPGP\n--b--\n");
        encrypted.Attachments.Count.ShouldBe(2);
        var root = Written(encrypted);
        Shape(root).ShouldBe("encrypted(application/pgp-encrypted application/octet-stream)");
        MimeParameters.Parse(root.RawValue(MimeHeaderId.ContentType)).Get("protocol").ShouldBe("application/pgp-encrypted");
        var signed = "Content-Type: multipart/signed; protocol=\"application/pgp-signature\"; boundary=b\r\n\r\n--b\r\n\r\nHello \r\n--b\r\nContent-Type: application/pgp-signature\r\n\r\nPGP\r\n--b--\r\n";
        Encoding.ASCII.GetString(PropertiesToMime.Convert(Read("Subject: x\n" + signed))).ShouldEndWith(signed);
    }

    [Fact]
    public void Macintosh_files_keep_both_halves()
    {
        var message = Read("Content-Type: multipart/mixed; boundary=m\n\n--m\n\nsee\n--m\nContent-Type: multipart/appledouble; boundary=d\n\n--d\nContent-Type: application/applefile\n\nheader\n--d\nContent-Type: image/gif; name=cat.gif\n\nGIF\n--d--\n--m--\n");
        var attachment = message.Attachments.Single().Properties;
        attachment.GetString(PropertyTags.AttachLongFilename).ShouldBe("cat.gif");
        attachment.GetBinary(PropertyTags.AttachDataBinary).ShouldBe("GIF"u8.ToArray());
        var root = Written(message);
        Shape(root).ShouldBe("mixed(text/plain appledouble(application/applefile image/gif))");
        TransferDecoder.Decode(root.Children[1].Children[0].Encoding, root.Children[1].Children[0].RawBody).ShouldBe("header"u8.ToArray());
    }

    [Theory]
    [InlineData("access-type=anon-ftp; site=\"ftp.example.com\"; directory=\"pub/x\"; name=\"a b.txt\"; mode=image", "ftp://ftp.example.com/pub/x/a%20b.txt;type=i")]
    [InlineData("access-type=URL; URL=\"https://example.com/ x\"", "https://example.com/x")]
    [InlineData("access-type=mail-server; server=\"x@example.com\"", null)]
    public void External_bodies_become_shortcuts(string parameters, string? address)
    {
        var message = Read($"Content-Type: multipart/mixed; boundary=m\n\n--m\n\nsee\n--m\nContent-Type: message/external-body; {parameters}\n\nContent-Type: text/plain\n\n--m--\n");
        var data = Encoding.ASCII.GetString(message.Attachments.Single().Properties.GetBinary(PropertyTags.AttachDataBinary)!);
        if (address is null)
            data.ShouldContain("Content-Type: text/plain");
        else
            data.ShouldBe($"[InternetShortcut]\r\nURL={address}\r\n");
    }

    [Fact]
    public void Flowed_text_is_paragraphs_and_enriched_text_a_page()
    {
        Read("Content-Type: text/plain; format=flowed\n\none \ntwo\nthree\n").Properties.GetString(PropertyTags.Body).ShouldBe("one two\r\nthree\r\n");
        var enriched = Read("Content-Type: text/enriched\n\n<bold>Now</bold> is the time\n").Properties;
        enriched.GetString(PropertyTags.Body)!.Trim().ShouldBe("Now is the time");
        Encoding.UTF8.GetString(enriched.GetBinary(PropertyTags.Html)!).ShouldContain("<b>Now</b>");
    }

    [Fact]
    public void Rights_managed_mail_is_recognised_and_kept()
    {
        var message = Read("Content-Type: multipart/mixed; boundary=m\n\n--m\n\nThis message is protected.\n--m\nContent-Type: application/x-microsoft-rpmsg-message; name=message.rpmsg\nContent-Transfer-Encoding: base64\n\nAQID\n--m--\n");
        RightsManagedMessage.WrappedIn(message)!.Properties.GetBinary(PropertyTags.AttachDataBinary).ShouldBe([1, 2, 3]);
        Encoding.ASCII.GetString(PropertiesToMime.Convert(message)).ShouldContain("Content-Class: rpmsg.message");
        RightsManagedMessage.WrappedIn(Read("\nx")).ShouldBeNull();
    }

    [Fact]
    public void Encapsulated_when_asked_and_whole_again()
    {
        var message = new PropertyMessage();
        message.Properties.Set(PropertyValue.Of(PropertyTags.MessageClass, "IPM.TaskRequest"));
        message.Properties.Set(PropertyValue.Of(PropertyTags.Subject, "do"));
        message.Properties.Set(PropertyValue.Of(PropertyTags.Body, "Do it."));
        message.Properties.Set(PropertyValue.Of(PropertyTags.InternetMessageId, "<1@example.com>"));
        message.NamedProperties[0x8000] = PropertyNames.PidLidFlagRequest;
        message.Properties.Set(PropertyValue.Of(new PropertyTag(0x8000, PropertyType.String), "now"));
        var mime = PropertiesToMime.Convert(message, new PropertiesToMimeOptions { UseTnef = true });
        Encoding.ASCII.GetString(mime).ShouldContain("X-MS-TNEF-Correlator: <1@example.com>");
        var back = MimeToProperties.Convert(MimeMessage.Parse(mime));
        back.Properties.GetString(PropertyTags.MessageClass).ShouldBe("IPM.TaskRequest");
        back.Attachments.ShouldBeEmpty();
        back.NamedProperties.Values.ShouldContain(PropertyNames.PidLidFlagRequest);
        // Forwarded with another message, it is a file of that.
        var other = Encoding.ASCII.GetString(mime).Replace("X-MS-TNEF-Correlator: <1@example.com>", "X-MS-TNEF-Correlator: <2@example.com>", StringComparison.Ordinal);
        MimeToProperties.Convert(MimeMessage.Parse(Encoding.ASCII.GetBytes(other))).Attachments.Single().Properties.GetString(PropertyTags.AttachLongFilename).ShouldBe("winmail.dat");
    }

    [Theory]
    [InlineData("308006092A864886F70D010703A080", "enveloped-data")]
    [InlineData("30820100060 92A864886F70D010702A0", "signed-data")]
    [InlineData("3010060B2A864886F70D0109100109A0", "compressed-data")]
    [InlineData("3003020101", null)]
    [InlineData("30", null)]
    [InlineData("", null)]
    [InlineData("3084", null)]
    public void Opaque_mail_says_what_it_is(string hex, string? type) => SecureMimeType.Of(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal))).ShouldBe(type);

    [Fact]
    public void Embedded_messages_share_the_names_of_the_outermost()
    {
        var message = Read("X-A: 1\nContent-Type: multipart/mixed; boundary=m\n\n--m\n\nx\n--m\nContent-Type: message/rfc822\n\nX-B: 2\nX-A: 3\n\ny\n--m--\n");
        var inner = message.Attachments.Single().Embedded!;
        message.NamedProperties.Count.ShouldBe(2);
        inner.NamedProperties.ShouldAllBe(n => message.NamedProperties[n.Key] == n.Value);
        var root = Written(message);
        root.Children[1].Embedded!.TryFindHeader("X-B"u8, out _).ShouldBeTrue();
    }
}
