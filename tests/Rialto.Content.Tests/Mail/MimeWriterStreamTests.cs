using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using Rialto.Content.Mail;
using Rialto.Content.Mime;
using Rialto.Content.Tests.Mime;
using Rialto.Model;
using Rialto.Testing;

namespace Rialto.Content.Tests.Mail;

/// <summary>Messages written to streams and pipes while they are made.</summary>
public class MimeWriterStreamTests
{
    private const long Gigabyte = 1L << 30;

    /// <summary>Bytes that count up, as many as asked for, out of nothing.</summary>
    private sealed class Counting(long length) : Stream
    {
        private static readonly byte[] s_pattern = [.. Enumerable.Range(0, 1 << 16).Select(i => (byte)i)];

        private long _position;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get => _position; set => throw new NotSupportedException(); }

        public override int Read(Span<byte> buffer)
        {
            var count = (int)Math.Min(Math.Min(buffer.Length, s_pattern.Length - 256), length - _position);
            s_pattern.AsSpan((int)(_position & 255), count).CopyTo(buffer);
            _position += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }

    private static PropertyMessage Message(string text, params PropertyAttachment[] attachments)
    {
        var message = new PropertyMessage { Properties = new PropertyBag([PropertyValue.Of(PropertyTags.Subject, "s"), PropertyValue.Of(PropertyTags.Body, text)]) };
        message.Attachments.AddRange(attachments);
        return message;
    }

    private static PropertyAttachment Value(byte[] data) => new()
    {
        Properties = new PropertyBag([PropertyValue.Of(PropertyTags.AttachMethod, 1), PropertyValue.Of(PropertyTags.AttachLongFilename, "a.bin"), PropertyValue.Of(PropertyTags.AttachDataBinary, data)]),
    };

    private static PropertyAttachment Opened(long length) => new()
    {
        Properties = new PropertyBag([PropertyValue.Of(PropertyTags.AttachMethod, 1), PropertyValue.Of(PropertyTags.AttachLongFilename, "a.bin")]),
        OpenData = () => new Counting(length),
    };

    [Fact]
    public void A_gigabyte_is_written_without_being_held()
    {
        var message = Message("hello", Opened(Gigabyte));
        // The message has no id: it is made of a hash of all that is written, so that everything is read twice.
        long length = 0;
        var longest = 0;
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var chunk in PropertiesToMime.Chunks(message))
        {
            length += chunk.Length;
            longest = Math.Max(longest, chunk.Length);
        }
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(2_000_000);
        longest.ShouldBeLessThan(128 << 10);
        length.ShouldBeGreaterThan(Gigabyte / 57 * 78);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2048)]
    [InlineData(2049)]
    [InlineData(57 * 512)]
    [InlineData(57 * 512 + 1)]
    [InlineData(200_000)]
    public void Opened_data_goes_out_as_held_data_does(int length)
    {
        var held = new byte[length];
        new Counting(length).ReadExactly(held);
        PropertiesToMime.Convert(Message("x", Opened(length))).ShouldBe(PropertiesToMime.Convert(Message("x", Value(held))));
    }

    [Fact]
    public async Task A_stream_and_a_pipe_get_the_same_bytes()
    {
        // Long text in quoted-printable, in lines and in one: both are encoded in several chunks.
        var message = Message(string.Concat(Enumerable.Repeat("Grüße aus München, sagt er.\r\n", 5000)) + new string('x', 70_000) + "ß", Value(RandomNumberGenerator.GetBytes(300_000)));
        message.Attachments.Add(new PropertyAttachment { Properties = new PropertyBag([PropertyValue.Of(PropertyTags.AttachMethod, 5)]), Embedded = Message("inner", Value(RandomNumberGenerator.GetBytes(90_000))) });
        var whole = PropertiesToMime.Convert(message);

        using var stream = new MemoryStream();
        await PropertiesToMime.WriteAsync(message, stream);
        stream.ToArray().ShouldBe(whole);

        var pipe = new Pipe();
        var writing = Task.Run(async () =>
        {
            await PropertiesToMime.WriteAsync(message, pipe.Writer);
            await pipe.Writer.CompleteAsync();
        });
        using var read = new MemoryStream();
        await pipe.Reader.CopyToAsync(read);
        await writing;
        read.ToArray().ShouldBe(whole);

        var buffer = new ArrayBufferWriter<byte>();
        PropertiesToMime.Write(message, buffer);
        buffer.WrittenSpan.SequenceEqual(whole).ShouldBeTrue();

        var again = MimeToProperties.Convert(MimeMessage.Parse(whole));
        again.Properties.GetString(PropertyTags.Body)!.TrimEnd().ShouldBe(message.Properties.GetString(PropertyTags.Body));
        again.Attachments[0].Properties.GetBinary(PropertyTags.AttachDataBinary).ShouldBe(message.Attachments[0].Properties.GetBinary(PropertyTags.AttachDataBinary));
        again.Attachments[1].Embedded!.Attachments[0].Properties.GetBinary(PropertyTags.AttachDataBinary)
            .ShouldBe(message.Attachments[1].Embedded!.Attachments[0].Properties.GetBinary(PropertyTags.AttachDataBinary));
    }

    [Fact]
    public async Task A_large_message_in_a_file_becomes_properties_and_mail_again_without_being_held()
    {
        using var folder = new TempDirectory();
        var path = folder.File("large.eml");
        await using (var file = File.Create(path))
            await PropertiesToMime.WriteAsync(Message("hello", Opened(100 << 20)), file);
        using var handle = File.OpenHandle(path);
        var mail = MimeMessage.Parse(handle, 0, RandomAccess.GetLength(handle));

        var before = GC.GetAllocatedBytesForCurrentThread();
        var properties = MimeToProperties.Convert(mail, new MimeToPropertiesOptions { MaxHeldAttachment = 1 << 20 });
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var chunk in PropertiesToMime.Chunks(properties))
            hash.AppendData(chunk.Span);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(4_000_000);

        properties.Attachments[0].Properties.GetInt32(PropertyTags.AttachSize).ShouldBe(100 << 20);
        properties.Attachments[0].Held().Properties.GetBinary(PropertyTags.AttachDataBinary)![^1].ShouldBe((byte)255);
    }

    /// <summary>Embedded messages are pieces of the outer one, whatever the depth: each byte is written once.</summary>
    [Fact]
    public void Depth_multiplies_nothing()
    {
        var data = new byte[100_000];
        PropertyMessage Nested(int depth)
        {
            var message = Message("x", Value(data));
            for (var i = 0; i < depth; i++)
                message = Message("x", new PropertyAttachment { Properties = new PropertyBag([PropertyValue.Of(PropertyTags.AttachMethod, 5)]), Embedded = WithId(message) });
            return WithId(message);
        }
        var before = GC.GetAllocatedBytesForCurrentThread();
        var length = PropertiesToMime.Chunks(Nested(45)).Sum(c => (long)c.Length);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(3_000_000);
        length.ShouldBeInRange(135_000, 200_000);

        static PropertyMessage WithId(PropertyMessage message)
        {
            message.Properties.Set(PropertyValue.Of(PropertyTags.InternetMessageId, "<1@example.org>"));
            return message;
        }
    }
}
