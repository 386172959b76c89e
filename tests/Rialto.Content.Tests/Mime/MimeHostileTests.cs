using System.Text;
using Rialto.Content.Mail;
using Rialto.Content.Mime;

namespace Rialto.Content.Tests.Mime;

/// <summary>Input made to hurt: it must end, in bounded memory, and still be legal IMAP.</summary>
public class MimeHostileTests
{
    internal static readonly byte[] Sample = Encoding.Latin1.GetBytes("""
        From: "Doe, \"J\"" <john@example.com>, =?utf-8?q?J=C3=BC?= x@y
        To: group: a@b, (c(d)) <@r,@s:e@f>;, plain
        Subject: =?utf-8?B?w6TDtg==?= =?iso-8859-1?Q?=FC?=
         folded
        Date: Thu, 1 Jan 2026 00:00:00 +0000 (UTC)
        Content-Type: multipart/mixed; boundary="outer"; x*0*=utf-8''a%20; x*1="b c"

        preamble
        --outer
        Content-Type: message/rfc822

        Subject: inner
        Content-Type: multipart/alternative; boundary=inner

        --inner
        Content-Type: text/plain; charset=utf-8; format=flowed
        Content-Transfer-Encoding: quoted-printable

        a=20b=
        c
        --inner
        Content-Type: text/html

        <p>x</p>
        --inner--
        --outer
        Content-Type: application/pdf; name="a b.pdf"
        Content-Transfer-Encoding: base64
        Content-Disposition: attachment; filename*=utf-8''%C3%A4.pdf
        Content-Language: en, de

        AAAA
        --outer--
        epilogue
        """.Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\n", "\r\n", StringComparison.Ordinal));

    [Fact]
    public void Every_prefix_parses()
    {
        for (var length = 0; length <= Sample.Length; length++)
            MimeInvariants.Check(Sample.AsMemory(0, length));
    }

    [Fact]
    public void Random_mutations_parse()
    {
        var random = new Random(20260101);
        ReadOnlySpan<byte> evil = "\r\n-:;<>\"\\()[]=?*,@ \0\t\xff'"u8;
        for (var round = 0; round < 1_500; round++)
        {
            var bytes = Sample.ToArray().ToList();
            for (var edits = random.Next(1, 12); edits > 0; edits--)
            {
                var at = random.Next(bytes.Count);
                switch (random.Next(4))
                {
                    case 0:
                        bytes[at] = evil[random.Next(evil.Length)];
                        break;
                    case 1:
                        bytes.RemoveRange(at, Math.Min(random.Next(1, 40), bytes.Count - at));
                        break;
                    case 2:
                        bytes.InsertRange(at, bytes.GetRange(random.Next(bytes.Count), 0));
                        bytes.Insert(at, evil[random.Next(evil.Length)]);
                        break;
                    default:
                        var from = random.Next(bytes.Count);
                        bytes.InsertRange(at, bytes.GetRange(from, Math.Min(random.Next(60), bytes.Count - from)));
                        break;
                }
                if (bytes.Count == 0)
                    break;
            }
            var mutated = bytes.ToArray();
            try
            {
                MimeInvariants.CheckAll(mutated);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"round {round}: {Convert.ToBase64String(mutated)}", e);
            }
        }
    }

    [Fact]
    public void A_hundred_thousand_nested_multiparts_stop_at_the_depth_limit()
    {
        var text = new StringBuilder();
        for (var i = 0; i < 100_000; i++)
            text.Append("Content-Type: multipart/mixed; boundary=b").Append(i).Append("\r\n\r\n--b").Append(i).Append("\r\n");
        var message = MimeInvariants.Check(Encoding.ASCII.GetBytes(text.ToString()));
        message.Root.Descendants().Count().ShouldBe(101);
        message.Warnings.ShouldContain(w => w.Kind == MimeWarningKind.TooDeep);
    }

    [Fact]
    public void Nested_messages_stop_at_the_depth_limit()
    {
        var text = new StringBuilder();
        for (var i = 0; i < 100_000; i++)
            text.Append("Content-Type: message/rfc822\r\n\r\n");
        MimeInvariants.Check(Encoding.ASCII.GetBytes(text.ToString())).Root.Descendants().Count().ShouldBe(101);
    }

    [Fact]
    public void Parts_beyond_the_limit_are_opaque()
    {
        var text = new StringBuilder("Content-Type: multipart/mixed; boundary=b\r\n\r\n");
        for (var i = 0; i < 200_000; i++)
            text.Append("--b\r\n\r\n");
        text.Append("--b--\r\n");
        var message = MimeInvariants.Check(Encoding.ASCII.GetBytes(text.ToString()));
        message.Root.Children.Count.ShouldBe(MimeLimits.Default.MaxParts - 1);
        message.Warnings.ShouldContain(w => w.Kind == MimeWarningKind.TooManyParts);
    }

    [Theory]
    [InlineData("Subject: ", "x")]
    [InlineData("Subject: ", "=?")]
    [InlineData("Subject: ", "=?a?q?b")]
    [InlineData("Subject: ", "=?utf-8?b?YQ==?= ")]
    [InlineData("To: ", "a@b,")]
    [InlineData("To: ", "(")]
    [InlineData("To: ", "<")]
    [InlineData("To: ", "\"")]
    [InlineData("To: ", "a:;")]
    [InlineData("To: ", "@ ")]
    [InlineData("Content-Type: text/plain", "; a=b")]
    [InlineData("Content-Type: text/plain", "; a*1*=''b")]
    [InlineData("Content-Type: text/plain", "(")]
    [InlineData("X: ", "y\r\n ")]
    [InlineData("X: ", "y\r\nZ: ")]
    [InlineData("Content-Type: multipart/mixed; boundary=-", "\r\n--")]
    public void Headers_of_many_megabytes_end(string start, string repeated)
    {
        var bytes = Encoding.ASCII.GetBytes(start + string.Concat(Enumerable.Repeat(repeated, 8_000_000 / repeated.Length)));
        var message = MimeMessage.Parse(bytes);
        ImapDigest.Build(message).Length.ShouldBeLessThan(bytes.Length * 12 + 1000);
        foreach (var field in message.Root.Headers[..Math.Min(10, message.Root.Headers.Length)])
        {
            HeaderText.Decode(message.Root.RawValue(field)).Length.ShouldBeLessThanOrEqualTo(bytes.Length);
            MimeParameters.Parse(message.Root.RawValue(field));
        }
        MimeToProperties.Convert(message).Recipients.Count.ShouldBeLessThanOrEqualTo(10_000);
    }
}
