using System.Text;
using Rialto.Content.Dump;
using Rialto.Content.Mime;
using Rialto.Content.Msg;
using Rialto.Model;
using Rialto.Server.Commands;
using Rialto.Testing;

namespace Rialto.Server.Tests;

public class ConvertCommandTests
{
    private const string Mail = "From: Ann <ann@example.org>\r\nTo: bob@example.net\r\nSubject: Hello\r\nDate: Fri, 20 Nov 2026 10:00:00 +0000\r\nMessage-ID: <1@example.org>\r\n\r\nText.\r\n";

    private static async Task<(int Code, MemoryConsole Console)> RunAsync(string directory, byte[] input, params string[] arguments)
    {
        var console = new MemoryConsole(input);
        var code = await RialtoCommand.RunAsync(["convert", .. arguments], new CommandEnvironment(console, directory), CancellationToken.None);
        return (code, console);
    }

    [Fact]
    public async Task A_message_goes_through_every_format()
    {
        using var folder = new TempDirectory();
        var from = Path.Combine(folder.Path, "a.eml");
        await File.WriteAllTextAsync(from, Mail);
        foreach (var next in (string[])["b.json", "c.msg", "winmail.dat", "d.tnef", "e.json", "f.oft", "g.eml"])
        {
            var (code, console) = await RunAsync(folder.Path, [], Path.GetFileName(from), next);
            code.ShouldBe(0, console.Errors.ToString());
            console.Written.ToString().ShouldBeEmpty();
            from = Path.Combine(folder.Path, next);
        }
        MsgFile.Read(await File.ReadAllBytesAsync(Path.Combine(folder.Path, "f.oft")), out _)!.IsTemplate.ShouldBeTrue();
        var mail = MimeMessage.Parse(await File.ReadAllBytesAsync(from)).Root;
        Encoding.UTF8.GetString(mail.RawValue(MimeHeaderId.Subject)).ShouldBe("Hello");
        Encoding.UTF8.GetString(mail.RawValue(MimeHeaderId.To)).ShouldContain("bob@example.net");
        Encoding.UTF8.GetString(mail.RawBody).ShouldStartWith("Text.");
    }

    [Fact]
    public async Task Standard_input_and_output_are_files_too()
    {
        var (code, console) = await RunAsync("/", Encoding.UTF8.GetBytes(Mail), "-", "-", "--to", "msg");
        code.ShouldBe(0, console.Errors.ToString());
        MsgFile.Read(console.Bytes.ToArray(), out _)!.Message.Properties.GetString(PropertyTags.Subject).ShouldBe("Hello");
    }

    [Fact]
    public async Task A_dump_shows_properties_and_what_was_wrong_stands_beside_it()
    {
        var mail = Mail.Replace("Message-ID", "Content-Type: multipart/mixed; boundary=x\r\nMessage-ID", StringComparison.Ordinal);
        var (code, console) = await RunAsync("/", Encoding.UTF8.GetBytes(mail), "-", "--dump");
        code.ShouldBe(0);
        PropertyMessageJson.TryRead(Encoding.UTF8.GetBytes(console.Written.ToString()), out var message, out var error).ShouldBeTrue(error);
        message.Properties.GetString(PropertyTags.Subject).ShouldBe("Hello");
        console.Errors.ToString().ShouldContain("BoundaryNotFound");
    }

    [Theory]
    [InlineData("Subject: x\r\n\r\n", "Name a file to write, or say --dump", "-")]
    [InlineData("Subject: x\r\n\r\n", "out.xyz does not say what to write", "-", "out.xyz")]
    [InlineData("\u0001\u0002\u0003", "is no message that is known here", "-", "--dump")]
    [InlineData("{\"Properties\":[1]}", "cannot be converted: Properties/0: here is a property", "-", "--dump")]
    [InlineData("Subject: x\r\n\r\n", "it does not begin as compound files do", "-", "--dump", "--from", "msg")]
    [InlineData("", "cannot be read", "/no/such/file.eml", "--dump")]
    [InlineData("Subject: x\r\n\r\n", "cannot be written", "-", "/no/such/file.msg")]
    public async Task What_is_wrong_is_said(string input, string expected, params string[] arguments)
    {
        var (code, console) = await RunAsync("/", Encoding.UTF8.GetBytes(input), arguments);
        code.ShouldBe(1);
        console.Errors.ToString().ShouldContain(expected);
    }
}
