using System.Text;
using Rialto.Content.Mime;

namespace Rialto.Content.Tests.Mime;

/// <summary>What is written is 7-bit, in short lines, and reads back as it was.</summary>
public class HeaderEncoderTests
{
    private static readonly string[] Pieces = ["a", "Jürgen", " ", "  ", "\"", "\\", "=?", "?=", "=?utf-8?q?a?=", "漢字", "😀", ",", "<", "@", "(", ":", ";", "_", "=20", new string('x', 60), "ß", "."];

    [Fact]
    public void Unstructured_text()
    {
        foreach (var text in Texts())
        {
            var target = new StringBuilder();
            HeaderEncoder.Unstructured(target, "Subject", text);
            var part = Read(target);
            Words(HeaderText.Decode(part.RawValue(MimeHeaderId.Subject))).ShouldBe(Words(text));
        }
    }

    [Fact]
    public void Parameters()
    {
        foreach (var text in Texts())
        {
            var target = new StringBuilder("Content-Disposition: attachment");
            HeaderEncoder.Parameter(target, "filename", text);
            var part = Read(target.Append("\r\n"));
            var value = MimeParameters.Parse(part.RawValue(MimeHeaderId.ContentDisposition)).Get("filename");
            (value ?? "").ShouldBe(MailAddress.Clean(text));
        }
    }

    [Fact]
    public void Addresses()
    {
        var texts = Texts().ToList();
        for (var i = 0; i + 2 < texts.Count; i += 3)
        {
            var list = texts.GetRange(i, 3).Select((t, n) => new MailAddress(MailAddress.Clean(t), $"user{n}@example.com")).ToList();
            var target = new StringBuilder();
            HeaderEncoder.Addresses(target, "To", list);
            var part = Read(target);
            MailAddress.ParseAll(part, MimeHeaderId.To).Select(a => (Words(a.Name), a.Address)).ShouldBe(list.Select(a => (Words(a.Name), a.Address)));
        }
    }

    private static MimePart Read(StringBuilder header)
    {
        var text = header.ToString();
        text.All(char.IsAscii).ShouldBeTrue(text);
        foreach (var line in text.Split("\r\n"))
        {
            line.Length.ShouldBeLessThanOrEqualTo(998, text);
            if (line.Contains("=?utf-8?", StringComparison.Ordinal))
                line.Length.ShouldBeLessThanOrEqualTo(78, text);
        }
        text.EndsWith("\r\n", StringComparison.Ordinal).ShouldBeTrue();
        var message = MimeMessage.Parse(Encoding.ASCII.GetBytes(text + "\r\n"));
        message.Warnings.ShouldBeEmpty(text);
        message.Root.Headers.Length.ShouldBe(1, text);
        return message.Root;
    }

    private static IEnumerable<string> Texts()
    {
        var random = new Random(11);
        for (var round = 0; round < 1_500; round++)
            yield return string.Concat(Enumerable.Range(0, random.Next(14)).Select(_ => Pieces[random.Next(Pieces.Length)]));
    }

    private static string Words(string text) => string.Join(' ', text.Split(' ', StringSplitOptions.RemoveEmptyEntries));
}
