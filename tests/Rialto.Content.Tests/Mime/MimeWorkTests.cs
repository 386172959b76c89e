using System.Text;
using Rialto.Content.Mail;
using Rialto.Content.Mime;

namespace Rialto.Content.Tests.Mime;

/// <summary>What parsing costs, counted in bytes read and allocated: the same on every machine.</summary>
public class MimeWorkTests
{
    /// <summary>A seekable source of one piece over and over, after a start; counts what is read of it.</summary>
    private sealed class Repeated(byte[] start, byte[] piece, long length) : Stream
    {
        public long BytesRead { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get; set; }

        public override int Read(Span<byte> buffer)
        {
            var count = (int)Math.Min(buffer.Length, Math.Max(0, length - Position));
            var rest = buffer[..count];
            while (!rest.IsEmpty)
            {
                var source = Position < start.Length ? start.AsSpan((int)Position) : piece.AsSpan((int)((Position - start.Length) % piece.Length));
                source = source[..Math.Min(source.Length, rest.Length)];
                source.CopyTo(rest);
                rest = rest[source.Length..];
                Position += source.Length;
            }
            BytesRead += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void Flush()
        {
        }

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }

    private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);

    [Fact]
    public void A_gigabyte_of_header_is_read_once_and_not_kept()
    {
        var source = new Repeated(Ascii("Subject: long\r\n"), Ascii(string.Concat(Enumerable.Range(0, 1000).Select(i => $"X-Field-{i}: {new string('x', 200)}\r\n"))), 1L << 30);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var message = MimeMessage.Parse(source);
        ImapDigest.Build(message);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(32 << 20);
        source.BytesRead.ShouldBeLessThan((1L << 30) + (4 << 20));
        message.Warnings.ShouldContain(w => w.Kind == MimeWarningKind.TooManyHeaderFields);
        var properties = MimeToProperties.Convert(message);
        properties.Properties.GetString(Model.PropertyTags.Subject).ShouldBe("long");
        properties.NamedProperties.Count.ShouldBeLessThanOrEqualTo(MimeToPropertiesOptions.Default.MaxInternetHeaders);
    }

    [Fact]
    public void A_field_of_a_gigabyte_is_read_once_and_not_kept()
    {
        var source = new Repeated(Ascii("Subject: "), Ascii(new string('y', 990) + "\r\n "), 1L << 30);
        var before = GC.GetAllocatedBytesForCurrentThread();
        MimeMessage.Parse(source);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(32 << 20);
        source.BytesRead.ShouldBeLessThan((1L << 30) + (4 << 20));
    }

    /// <summary>The reader never goes back: whatever the structure, each byte is read once; twice where no line feed is found.</summary>
    [Theory]
    [InlineData("", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n")]
    [InlineData("", "Content-Type: message/rfc822\r\n\r\n")]
    [InlineData("Content-Type: multipart/mixed; boundary=b\r\n\r\n", "--b\r\n\r\n")]
    [InlineData("Content-Type: multipart/mixed; boundary=b\r\n\r\n", "--b")]
    [InlineData("Content-Type: multipart/mixed; boundary=b\r\n\r\n", "\r\n--bb")]
    [InlineData("Content-Type: multipart/mixed; boundary=b\r\n\r\n", "--b--\r\n")]
    [InlineData("Content-Type: multipart/mixed; boundary=\"--------------------\"\r\n\r\n", "---------------------------------\r\n")]
    [InlineData("", "no colon here\r\n")]
    [InlineData("Subject: x\r\n", " \r\n")]
    [InlineData("", "\r", 2)]
    public void Every_byte_is_read_once(string start, string piece, int times = 1)
    {
        var source = new Repeated(Ascii(start), Ascii(piece), 20 << 20);
        MimeMessage.Parse(source);
        source.BytesRead.ShouldBeLessThan((20 << 20) * times + (1 << 20));
    }

    [Fact]
    public void A_hundred_thousand_nested_multiparts_become_a_message_and_mail_again()
    {
        var text = new StringBuilder("Subject: deep\r\n");
        for (var i = 0; i < 100_000; i++)
            text.Append("Content-Type: multipart/mixed; boundary=b").Append(i).Append("\r\n\r\n--b").Append(i).Append("\r\n");
        var bytes = Ascii(text.Append("\r\nat last\r\n").ToString());
        var before = GC.GetAllocatedBytesForCurrentThread();
        var properties = MimeToProperties.Convert(MimeMessage.Parse(bytes));
        properties.Properties.GetString(Model.PropertyTags.Subject).ShouldBe("deep");
        PropertiesToMime.Convert(properties).Length.ShouldBeLessThan(bytes.Length * 2);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(bytes.Length * 12L);
    }

    [Fact]
    public void A_small_message_takes_less_than_three_kilobytes()
    {
        var mail = Ascii("""
            Received: from mail.example.com (mail.example.com [192.0.2.1]) by mx.example.net with ESMTP id 4711
             for <user@example.net>; Thu, 01 Jan 2026 10:00:01 +0000
            Date: Thu, 1 Jan 2026 10:00:00 +0100
            From: "Doe, John" <john@example.com>
            To: Mary Major <mary@example.net>, user@example.net
            Cc: =?utf-8?q?J=C3=BCrgen?= <j@example.org>
            Subject: Re: the meeting on Thursday
            Message-ID: <20260101100000.4711@example.com>
            In-Reply-To: <20251231100000.4710@example.net>
            References: <20251231100000.4710@example.net>
            MIME-Version: 1.0
            Content-Type: text/plain; charset=utf-8

            Thursday at ten suits me well. Shall we meet at the office?
            """.ReplaceLineEndings("\r\n"));
        ImapDigest.Build(MimeMessage.Parse(mail));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            ImapDigest.Build(MimeMessage.Parse(mail));
        ((GC.GetAllocatedBytesForCurrentThread() - before) / 100).ShouldBeLessThan(3 << 10);
    }
}
