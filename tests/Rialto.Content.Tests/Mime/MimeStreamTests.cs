using Rialto.Content.Mime;
using Rialto.Testing;

namespace Rialto.Content.Tests.Mime;

/// <summary>A message that is not in memory is the same message: its parts, its digest, its warnings, its contents.</summary>
public class MimeStreamTests
{
    // The least there is, so that everything happens across its edges.
    private const int Window = 8 << 10;

    [CorpusFact]
    public void Corpus_messages_parse_the_same_from_a_file()
    {
        foreach (var (name, bytes) in CorpusMail.All())
            Same(bytes, name);
    }

    [Fact]
    public void Broken_messages_parse_the_same_from_a_file()
    {
        var random = new Random(20260102);
        for (var round = 0; round < 400; round++)
        {
            var bytes = Blown(random);
            Same(bytes, $"round {round}");
        }
    }

    [Fact]
    public void A_message_in_a_file_is_read_at_its_place()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            var mail = "Subject: here\r\n\r\nbody\r\n"u8;
            File.WriteAllBytes(path, [.. "before"u8, .. mail, .. "\r\n--after"u8]);
            using var file = File.OpenHandle(path);
            var message = MimeMessage.Parse(file, 6, mail.Length);
            message.IsInMemory.ShouldBeFalse();
            message.Root.RawBody.SequenceEqual("body\r\n"u8).ShouldBeTrue();
            HeaderText.Decode(message.Root.RawValue(MimeHeaderId.Subject)).ShouldBe("here");
            Should.Throw<InvalidOperationException>(() => message.Bytes);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_file_that_was_cut_off_meanwhile_ends_there()
    {
        var message = MimeMessage.Parse(new CutSource(), null, Window);
        message.Root.Length.ShouldBe(CutSource.Real);
    }

    [Fact]
    public void A_message_of_64_megabytes_takes_less_than_one()
    {
        var source = new MadeMail(64 << 20);
        MimeMessage.Parse(source, null);
        source.BytesRead = 0;
        var before = GC.GetAllocatedBytesForCurrentThread();
        var message = MimeMessage.Parse(source, null);
        ImapDigest.Build(message);
        // Once from start to end, each edge of the window excepted.
        source.BytesRead.ShouldBeLessThan(source.Length + (source.Length >> 8));
        var buffer = new byte[4096];
        var decoded = 0L;
        foreach (var part in message.Root.Children)
        {
            using var content = part.OpenContent();
            for (int count; (count = content.Read(buffer)) > 0;)
                decoded += count;
        }
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        message.Root.Children.Count.ShouldBe(source.Parts);
        decoded.ShouldBeGreaterThan(source.Length / 2);
        allocated.ShouldBeLessThan(1 << 20);
    }

    [Fact]
    public void Headers_without_end_are_not_kept()
    {
        var source = new MadeMail(64 << 20, headersOnly: true);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var message = MimeMessage.Parse(source, new MimeLimits { MaxHeaderBytes = 1 << 20 });
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(16 << 20);
        message.Root.Length.ShouldBe(source.Length);
        message.Root.RawHeader.Length.ShouldBe(1 << 20);
        message.Warnings.ShouldContain(w => w.Kind == MimeWarningKind.TooManyHeaderFields);
        ImapDigest.Build(message).Length.ShouldBeLessThan(1 << 20);
    }

    [Fact]
    public void Fields_beyond_the_limit_are_not_looked_up_in_memory_either()
    {
        var bytes = "A: b\r\nSubject: long enough\r\nTo: x\r\n\r\nbody"u8.ToArray();
        var limits = new MimeLimits { MaxHeaderBytes = 20 };
        var message = MimeMessage.Parse(bytes, limits);
        message.Root.Headers.Length.ShouldBe(2);
        HeaderText.Decode(message.Root.RawValue(MimeHeaderId.Subject)).ShouldBe("long");
        message.Root.RawBody.SequenceEqual("body"u8).ShouldBeTrue();
        MimeTree.Of(MimeMessage.Parse(new MimeSource.OfStream(new MemoryStream(bytes)), limits)).ShouldBe(MimeTree.Of(message));
    }

    private static void Same(byte[] bytes, string name)
    {
        var expected = MimeTree.Of(MimeMessage.Parse(bytes));
        var actual = MimeTree.Of(MimeMessage.Parse(new MimeSource.OfStream(new MemoryStream(bytes)), null, Window));
        if (actual != expected)
            actual.ShouldBe(expected, name);
    }

    /// <summary>A sample with pieces of it repeated until it is longer than the window.</summary>
    private static byte[] Blown(Random random)
    {
        var bytes = MimeHostileTests.Sample.ToList();
        while (bytes.Count < Window * 3)
        {
            var from = random.Next(bytes.Count);
            var piece = bytes.GetRange(from, Math.Min(random.Next(1, 300), bytes.Count - from));
            var at = random.Next(bytes.Count);
            for (var times = 1 << random.Next(10); times > 0 && bytes.Count < Window * 4; times--)
                bytes.InsertRange(at, piece);
        }
        return [.. bytes];
    }

    private sealed class CutSource : MimeSource
    {
        public const int Real = 40_000;

        public override int Length => 100_000;

        protected override int ReadSome(int offset, Span<byte> buffer)
        {
            var count = Math.Clamp(Real - offset, 0, buffer.Length);
            buffer[..count].Fill((byte)'a');
            return count;
        }
    }

    /// <summary>A multipart message of a given length that is nowhere: its bytes are made as they are read.</summary>
    private sealed class MadeMail : MimeSource
    {
        private const int LinesPerPart = 60_000;
        private readonly byte[] _unit;
        private readonly byte[] _head;

        public MadeMail(int length, bool headersOnly = false)
        {
            _head = headersOnly ? [] : "Content-Type: multipart/mixed; boundary=b\r\n\r\n"u8.ToArray();
            _unit = headersOnly
                ? "X-Filler: once more, with nothing of interest in it\r\n"u8.ToArray()
                : [.. "--b\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"u8, .. Lines(), .. "\r\n"u8];
            Parts = (length - _head.Length) / _unit.Length;
            Length = _head.Length + Parts * _unit.Length;
        }

        public int Parts { get; }

        public long BytesRead { get; set; }

        public override int Length { get; }

        protected override int ReadSome(int offset, Span<byte> buffer)
        {
            ReadOnlySpan<byte> from = offset < _head.Length ? _head.AsSpan(offset) : _unit.AsSpan((offset - _head.Length) % _unit.Length);
            var count = Math.Min(Math.Min(from.Length, buffer.Length), Length - offset);
            from[..count].CopyTo(buffer);
            BytesRead += count;
            return count;
        }

        private static byte[] Lines()
        {
            var lines = new byte[LinesPerPart * 78];
            for (var i = 0; i < LinesPerPart; i++)
            {
                lines.AsSpan(i * 78, 76).Fill((byte)'Q');
                lines[i * 78 + 76] = (byte)'\r';
                lines[i * 78 + 77] = (byte)'\n';
            }
            return lines;
        }
    }
}
