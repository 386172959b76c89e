using System.Text;
using Rialto.Content.Mail;
using Rialto.Content.Mime;
using Rialto.Content.Rtf;
using Rialto.Content.Tnef;
using Rialto.Model;
using Rialto.Testing;

namespace Rialto.Content.Tests.Mail;

/// <summary>Messages within messages' parts: TNEF streams, uuencoded files, bodies that are RTF alone.</summary>
public class CarriedContentTests
{
    private static readonly PropertyName s_category = new(PropertySets.PublicStrings, "Keywords");

    [Fact]
    public void A_tnef_stream_gives_its_class_its_properties_and_its_attachments()
    {
        var carried = new PropertyMessage();
        carried.Properties.Set(PropertyValue.Of(PropertyTags.MessageClass, "IPM.Task"));
        carried.Properties.Set(PropertyValue.Of(PropertyTags.Subject, "not this one"));
        carried.NamedProperties[0x8000] = new PropertyName(new Guid("00062003-0000-0000-c000-000000000046"), 0x8102);
        carried.Properties.Set(PropertyValue.Of(new PropertyTag(0x8000, PropertyType.Floating64), 0.5));
        carried.NamedProperties[0x8001] = s_category;
        carried.Properties.Set(PropertyValue.OfArray(new PropertyTag(0x8001, PropertyType.MultipleString), (string[])["blue"]));
        var file = new PropertyAttachment();
        file.Properties.Set(PropertyValue.Of(PropertyTags.AttachMethod, 1));
        file.Properties.Set(PropertyValue.Of(PropertyTags.AttachLongFilename, "plan.txt"));
        file.Properties.Set(PropertyValue.Of(PropertyTags.AttachDataBinary, "the plan"u8.ToArray()));
        carried.Attachments.Add(file);

        var read = Convert(Mail("text/plain", "Please do it.", ("application/ms-tnef", "winmail.dat", TnefWriter.Write(carried))), "Keywords: red\r\n");
        read.Properties.GetString(PropertyTags.MessageClass).ShouldBe("IPM.Task");
        read.Properties.GetString(PropertyTags.Subject).ShouldBe("carrier");
        read.Properties.GetString(PropertyTags.Body)!.Trim().ShouldBe("Please do it.");
        read.Attachments.Single().Properties.GetString(PropertyTags.AttachLongFilename).ShouldBe("plan.txt");
        read.Attachments[0].Properties.GetBinary(PropertyTags.AttachDataBinary).ShouldBe("the plan"u8.ToArray());
        read.Properties.GetBoolean(PropertyTags.HasAttachments).ShouldBeTrue();
        // The ids of the stream are not those of the mail; the names lead to the values.
        var percent = read.NamedProperties.Single(n => n.Value.Lid == 0x8102).Key;
        read.Properties.TryGet(percent, out var half).ShouldBeTrue();
        half.AsDouble().ShouldBe(0.5);
        read.NamedProperties.Count(n => n.Value == s_category).ShouldBe(1);
    }

    [Fact]
    public void A_part_that_only_calls_itself_tnef_stays_an_attachment()
    {
        var read = Convert(Mail("text/plain", "x", ("application/ms-tnef", "winmail.dat", "no stream"u8.ToArray())));
        read.Attachments.Single().Properties.GetString(PropertyTags.AttachLongFilename).ShouldBe("winmail.dat");
        read.Properties.GetString(PropertyTags.MessageClass).ShouldBe("IPM.Note");
    }

    [Fact]
    public void A_uuencoded_file_is_an_attachment_and_no_text()
    {
        var mail = "Subject: old\r\nFrom: a@example.com\r\n\r\nBefore\r\nbegin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\nAfter\r\n";
        var parsed = MimeMessage.Parse(Encoding.ASCII.GetBytes(mail));
        MessageFacts.Of(parsed).HasAttachments.ShouldBeTrue();
        var read = MimeToProperties.Convert(parsed);
        var file = read.Attachments.Single().Properties;
        file.GetString(PropertyTags.AttachLongFilename).ShouldBe("cat.txt");
        file.GetBinary(PropertyTags.AttachDataBinary).ShouldBe("Cat"u8.ToArray());
        read.Properties.GetString(PropertyTags.Body)!.ShouldNotContain("begin 644");
        read.Properties.GetString(PropertyTags.Body)!.ShouldContain("Before");
        read.Properties.GetString(PropertyTags.Body)!.ShouldContain("After");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_body_that_is_rtf_alone_goes_out_as_html_and_text(bool withText)
    {
        var message = new PropertyMessage();
        message.Properties.Set(PropertyValue.Of(PropertyTags.MessageClass, "IPM.Note"));
        message.Properties.Set(PropertyValue.Of(PropertyTags.Subject, "rtf"));
        message.Properties.Set(PropertyValue.Of(PropertyTags.RtfCompressed, CompressedRtf.Compress(HtmlToRtf.Encapsulate("<html><body><p>Hello <b>World</b></p></body></html>"))));
        message.Properties.Set(PropertyValue.Of(PropertyTags.RtfInSync, true));
        if (withText)
            message.Properties.Set(PropertyValue.Of(PropertyTags.Body, "Hello World\r\n"));
        var mime = MimeMessage.Parse(PropertiesToMime.Convert(message));
        var html = mime.Root.Descendants().Single(p => p.Is("text", "html"));
        MimeText.Decode(html).ShouldContain("<b>World</b>");
        MimeText.Decode(mime.Root.Descendants().Single(p => p.Is("text", "plain"))).ShouldContain("Hello World");
    }

    [CorpusFact]
    public void Carriers_of_the_corpus_give_up_their_streams()
    {
        var carriers = 0;
        foreach (var path in Corpus.Files("eml", "eml"))
        {
            var message = MimeMessage.Parse(File.ReadAllBytes(path));
            if (!message.Root.Descendants().Any(p => p.Subtype is "ms-tnef" or "vnd.ms-tnef"))
                continue;
            var read = MimeToProperties.Convert(message);
            MessageFacts.Of(message).MessageClass.ShouldBe(read.Properties.GetString(PropertyTags.MessageClass), Corpus.NameOf(path));
            if (read.Attachments.All(a => a.Properties.GetString(PropertyTags.AttachLongFilename) != "winmail.dat"))
                carriers++;
        }
        carriers.ShouldBeGreaterThan(2);
    }

    private static PropertyMessage Convert(byte[] mail, string header = "")
    {
        byte[] whole = [.. Encoding.ASCII.GetBytes(header), .. mail];
        return MimeToProperties.Convert(MimeMessage.Parse(whole));
    }

    private static byte[] Mail(string type, string text, (string Type, string Name, byte[] Data) part) => Encoding.ASCII.GetBytes(
        $"Subject: carrier\r\nFrom: a@example.com\r\nTo: b@example.com\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: {type}\r\n\r\n{text}\r\n"
        + $"--x\r\nContent-Type: {part.Type}; name=\"{part.Name}\"\r\nContent-Transfer-Encoding: base64\r\n\r\n{System.Convert.ToBase64String(part.Data, Base64FormattingOptions.InsertLineBreaks)}\r\n--x--\r\n");
}
