using System.Diagnostics;
using System.Text;
using Rialto.Content.Mail;
using Rialto.Content.Mime;
using Rialto.Content.Msg;
using Rialto.Model;
using Rialto.Testing;

namespace Rialto.Content.Tests.Msg;

/// <summary>Debian's msgconvert (libemail-outlook-message-perl) reads the .msg files that are written here.</summary>
public class MsgConvertTests
{
    private static PropertyMessage Sample()
    {
        const string Mail = "From: Ann Archer <ann@example.org>\r\nTo: Bob <bob@example.net>\r\nCc: carl@example.net\r\nSubject: Plain and simple\r\n" +
            "Date: Fri, 20 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1@example.org>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" +
            "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nGrüße from here.\r\n--b\r\nContent-Type: application/pdf; name=paper.pdf\r\nContent-Disposition: attachment; filename=paper.pdf\r\n" +
            "Content-Transfer-Encoding: base64\r\n\r\nAQIDBAUG\r\n--b--\r\n";
        return MimeToProperties.Convert(MimeMessage.Parse(Encoding.UTF8.GetBytes(Mail)));
    }

    private static MimeMessage Convert(TempDirectory folder, byte[] msg)
    {
        var path = Path.Combine(folder.Path, "m.msg");
        File.WriteAllBytes(path, msg);
        using var process = Process.Start(new ProcessStartInfo("msgconvert", ["--outfile", "-", path]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        using var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        process.ExitCode.ShouldBe(0);
        return MimeMessage.Parse(output.ToArray());
    }

    [ProgramFact("msgconvert")]
    public void Msgconvert_finds_what_was_written()
    {
        using var folder = new TempDirectory();

        var facts = MessageFacts.Of(Convert(folder, MsgWriter.ToArray(Sample())));

        facts.SubjectPrefix.ShouldBe("");
        facts.NormalizedSubject.ShouldBe("Plain and simple");
        facts.From!.Address.ShouldBe("ann@example.org");
        facts.From.Name.ShouldBe("Ann Archer");
        facts.DisplayTo.ShouldContain("Bob");
        facts.Preview.ShouldStartWith("Grüße from here.");
        var attachment = facts.Content.Attachments.ShouldHaveSingleItem();
        MimeContent.FileName(attachment.Part).ShouldBe("paper.pdf");
        TransferDecoder.Decode(attachment.Part.Encoding, attachment.Part.RawBody).ShouldBe([1, 2, 3, 4, 5, 6]);
    }
}
