using System.Text;
using Rialto.Model;
using Rialto.Server.Hosting;

namespace Rialto.Server.Tests;

public class StoreContentConverterTests
{
    private const string Mail = "Received: from a\r\nX-Odd-Order: 1\r\nFrom: Ann <ann@example.org>\r\nTo: bob@example.com\r\nSubject: Plan\r\nContent-Type: multipart/mixed; boundary=\"own\"\r\n\r\n"
        + "Preamble.\r\n--own\r\n\r\nOld text.\r\n--own\r\nContent-Type: application/octet-stream; name=a.bin\r\nContent-Transfer-Encoding: base64\r\n\r\nAAEC\r\n--own--\r\n";

    /// <summary>[MS-OXCMAIL] 2.4.3.1: received mail whose text a client has changed.</summary>
    [Fact]
    public void Mail_that_becomes_properties_keeps_its_header_and_its_shape()
    {
        var converter = new StoreContentConverter();
        var mime = Encoding.ASCII.GetBytes(Mail);
        var message = converter.ToProperties(mime);
        message.Properties.TryGet(PropertyIds.MimeSkeleton, out _).ShouldBeFalse("only where the mail goes");
        message.Properties.Set(PropertyValue.Of(PropertyTags.Body, "New text."));
        converter.KeepSkeleton(mime, message);
        Encoding.ASCII.GetString(converter.ToMime(message)).ShouldBe(Mail.Replace("Old text.", "New text.", StringComparison.Ordinal));

        // What the header says is another's now: it is made anew, with the stations that the mail passed.
        message.Properties.Set(PropertyValue.Of(PropertyTags.Subject, "Another plan"));
        var made = Encoding.ASCII.GetString(converter.ToMime(message));
        made.ShouldStartWith("Received: from a\r\n");
        made.ShouldContain("Subject: Another plan\r\n");
        made.ShouldNotContain("Preamble.");
        message.Attachments.Clear();
        Encoding.ASCII.GetString(converter.ToMime(message)).ShouldNotContain("a.bin");
    }
}
