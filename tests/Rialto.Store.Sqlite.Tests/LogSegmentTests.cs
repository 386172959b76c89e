using Rialto.Store.Sqlite.Log;
using Rialto.Store.Sqlite.Native;
using Rialto.Testing;

namespace Rialto.Store.Sqlite.Tests;

/// <summary>Segments are written in whole blocks, past the page cache where that is possible: what is in them are the records, whatever their lengths.</summary>
public sealed class LogSegmentTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly BlockBuffer _buffer = new(16 * BlockBuffer.BlockSize);

    public void Dispose()
    {
        _directory.Dispose();
        _buffer.Dispose();
    }

    /// <summary>With a file system that takes such writes, and with one that refuses them.</summary>
    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    public void EverySyncLeavesAllRecordsInTheFile(int seed, bool refuses)
    {
        var files = new DataFiles();
        if (refuses)
        {
            var refused = false;
            files.Fault = (work, path) =>
            {
                if (work == FileWork.Write && !refused)
                {
                    refused = true;
                    throw new IOException("Invalid argument");
                }
            };
        }
        var random = new Random(seed);
        using var segment = LogSegment.Create(files, _directory.Path, 1, 700_000);
        segment.Capacity.ShouldBe(BlockBuffer.Align(700_000));
        for (ulong epoch = 5; epoch < 8; epoch++)
        {
            segment.Begin(epoch, _buffer);
            var records = new List<byte[]>();
            while (true)
            {
                // Of a few bytes, up to a block's end, and of several times the buffer.
                var length = random.Next(10) switch
                {
                    0 => random.Next(150_000),
                    1 => BlockBuffer.BlockSize - LogFormat.RecordHeaderSize - LogFormat.BodyHeaderSize - random.Next(2),
                    _ => random.Next(2000),
                };
                var record = new byte[LogFormat.RecordHeaderSize + LogFormat.BodyHeaderSize + length];
                random.NextBytes(record);
                record[LogFormat.RecordHeaderSize + 8] = (byte)LogTargetKind.Mailbox;
                LogFormat.Seal(record, epoch);
                if (segment.Room < record.Length)
                    break;
                segment.Write(record);
                records.Add(record);
                if (random.Next(12) > 0)
                    continue;
                if (random.Next(4) == 0)
                    segment.WriteEnd();
                segment.Sync();
                Read(segment, epoch).ShouldBe(records.Select(Convert.ToHexString));
            }
            segment.WriteEnd();
            segment.Sync();
            Read(segment, epoch).ShouldBe(records.Select(Convert.ToHexString));
        }
        new FileInfo(segment.Path).Length.ShouldBe(segment.Capacity);
        segment.Forget();
        LogFormat.TryReadSegmentHeader(File.ReadAllBytes(segment.Path), out _).ShouldBeFalse();
    }

    private static List<string> Read(LogSegment segment, ulong epoch)
    {
        var bytes = File.ReadAllBytes(segment.Path);
        LogFormat.TryReadSegmentHeader(bytes, out var found).ShouldBeTrue();
        found.ShouldBe(epoch);
        var records = new List<string>();
        var at = LogFormat.SegmentHeaderSize;
        while (LogFormat.TryRead(bytes.AsSpan(at), epoch, out var isEnd) is > 0 and var length && !isEnd)
        {
            records.Add(Convert.ToHexString(bytes.AsSpan(at, length)));
            at += length;
        }
        return records;
    }
}
