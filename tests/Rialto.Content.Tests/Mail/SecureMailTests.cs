using System.Formats.Asn1;
using System.Text;
using Rialto.Content.Mail;
using Rialto.Content.Mime;
using Rialto.Model;

namespace Rialto.Content.Tests.Mail;

/// <summary>[MS-OXOSMIME] 2.1.3; [MS-ASEMAIL] 2.2.2.49 and [MS-OXOMSG] 2.2.2.1 for classes of receipts and reports.</summary>
public class SecureMailTests
{
    private static PropertyMessage Read(string mail) => MimeToProperties.Convert(MimeMessage.Parse(Encoding.UTF8.GetBytes(mail.ReplaceLineEndings("\r\n"))));

    private static string ClassOf(PropertyMessage message) => message.Properties.GetString(PropertyTags.MessageClass)!;

    /// <summary>As much of a signed message as tells what was signed.</summary>
    private static byte[] Signed(string content)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier("1.2.840.113549.1.7.2");
            using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
            using (writer.PushSequence())
            {
                writer.WriteInteger(3);
                using (writer.PushSetOf())
                using (writer.PushSequence())
                    writer.WriteObjectIdentifier("2.16.840.1.101.3.4.2.1");
                using (writer.PushSequence())
                {
                    writer.WriteObjectIdentifier(content);
                    using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0)))
                        writer.WriteOctetString(new byte[300]);
                }
            }
        }
        return writer.Encode();
    }

    private const string ReceiptContent = "1.2.840.113549.1.9.16.1.1", Data = "1.2.840.113549.1.7.1";

    [Theory]
    [InlineData(ReceiptContent, "", "IPM.Note.Receipt.SMIME", "signed-receipt")]
    [InlineData(Data, "", "IPM.Note.SMIME", "signed-data")]
    [InlineData(Data, "; smime-type=signed-receipt", "IPM.Note.Receipt.SMIME", "signed-data")]
    [InlineData(ReceiptContent, "; smime-type=signed-data", "IPM.Note.SMIME", "signed-receipt")]
    public void A_receipt_is_told_from_other_signed_mail(string content, string parameter, string messageClass, string written)
    {
        var data = Signed(content);
        var message = Read($"From: a@example.com\nContent-Type: application/pkcs7-mime{parameter}; name=smime.p7m\nContent-Transfer-Encoding: base64\n\n{Convert.ToBase64String(data, Base64FormattingOptions.InsertLineBreaks)}\n");
        ClassOf(message).ShouldBe(messageClass);
        message.Attachments.ShouldHaveSingleItem().Properties.GetBinary(PropertyTags.AttachDataBinary).ShouldBe(data);
        var root = MimeMessage.Parse(PropertiesToMime.Convert(message)).Root;
        (root.Type, root.Subtype).ShouldBe(("application", "pkcs7-mime"));
        MimeParameters.Parse(root.RawValue(MimeHeaderId.ContentType)).Get("smime-type").ShouldBe(written);
        TransferDecoder.Decode(root.Encoding, root.RawBody).ShouldBe(data);
    }

    [Theory]
    [InlineData("message/rfc822", "multipart/signed; protocol=x; boundary=q\n\n--q\n\ntext\n--q\nContent-Type: application/pkcs7-signature\n\nAA==\n--q--", "REPORT.IPM.Note.SMIME.MultipartSigned.NDR")]
    [InlineData("text/rfc822-headers", "multipart/signed; protocol=x; boundary=q\n", "REPORT.IPM.Note.SMIME.MultipartSigned.NDR")]
    [InlineData("text/rfc822-headers", "application/x-pkcs7-mime; name=smime.p7m\n", "REPORT.IPM.Note.SMIME.NDR")]
    [InlineData("text/rfc822-headers", "text/plain\n", "REPORT.IPM.Note.NDR")]
    public void A_report_bears_the_class_of_what_it_is_about(string returned, string type, string messageClass)
    {
        var mail = $"""
            From: postmaster@example.com
            To: a@example.com
            Content-Type: multipart/report; report-type=delivery-status; boundary=b

            --b

            It failed.
            --b
            Content-Type: message/delivery-status

            Reporting-MTA: dns; mail.example.com

            Final-Recipient: rfc822; b@example.com
            Action: failed
            Status: 5.1.1

            --b
            Content-Type: {returned}

            Subject: original
            Content-Type: {type}
            --b--

            """;
        var message = Read(mail);
        ClassOf(message).ShouldBe(messageClass);
        var root = MimeMessage.Parse(PropertiesToMime.Convert(message)).Root;
        root.Subtype.ShouldBe("report");
        ClassOf(MimeToProperties.Convert(MimeMessage.Parse(PropertiesToMime.Convert(message)))).ShouldBe(messageClass);
        // The same without the parts that were kept, as a MAPI server makes one.
        message.Attachments.RemoveAll(a => a.Embedded is null);
        MimeMessage.Parse(PropertiesToMime.Convert(message)).Root.Children[1].Subtype.ShouldBe("delivery-status");
    }

    [Fact]
    public void A_receipt_of_signed_mail_is_a_receipt()
    {
        var message = new PropertyMessage
        {
            Properties = new PropertyBag(
            [
                PropertyValue.Of(PropertyTags.MessageClass, "REPORT.IPM.Note.SMIME.MultipartSigned.IPNRN"), PropertyValue.Of(PropertyTags.Body, "Read."),
                PropertyValue.Of(PropertyTags.SenderSmtpAddress, "a@example.com"), PropertyValue.Of(PropertyTags.SenderAddressType, "SMTP"), PropertyValue.Of(PropertyTags.SenderEmailAddress, "a@example.com"),
            ]),
        };
        Encoding.ASCII.GetString(PropertiesToMime.Convert(message)).ShouldContain("; displayed\r\n");
    }

    [Theory]
    [InlineData("IPM.Note.SMIME.MultipartSigned", true, false)]
    [InlineData("ipm.note.custom.smime.multipartsigned", true, false)]
    [InlineData("IPM.Note.Receipt.SMIME", false, true)]
    [InlineData("IPM.InfoPathForm.x.SMIME", false, true)]
    [InlineData("IPM.Note.SMIMEX", false, false)]
    [InlineData("REPORT.IPM.Note.SMIME", false, false)]
    public void Classes_tell_by_their_end(string messageClass, bool clear, bool opaque)
    {
        MimeMessageClass.IsMultipartSigned(messageClass).ShouldBe(clear);
        MimeMessageClass.IsOpaque(messageClass).ShouldBe(opaque);
    }
}
