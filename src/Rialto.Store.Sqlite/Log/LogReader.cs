using System.Buffers.Binary;

namespace Rialto.Store.Sqlite.Log;

/// <summary>Where a record lies that an earlier run left in the log.</summary>
internal readonly record struct LogEntry(LogTargetKind Kind, Guid Id, long Lsn, int Segment, int Offset, int Length);

/// <summary>The log as an earlier run left it: read once, at start.</summary>
internal sealed class LogReader
{
    private readonly List<byte[]> _segments = [];

    public List<LogEntry> Entries { get; } = [];

    public List<string> Paths { get; } = [];

    /// <summary>Paths of the segments that hold records, by index of <see cref="LogEntry.Segment"/>.</summary>
    public List<string> Used { get; } = [];

    public ulong LastEpoch { get; private set; }

    public long LastNumber { get; private set; }

    public long LastLsn { get; private set; }

    /// <exception cref="InvalidDataException">A segment in the middle of the log is damaged: what follows it cannot be trusted.</exception>
    public static LogReader Read(string directory)
    {
        var reader = new LogReader();
        var found = new List<(ulong Epoch, string Path)>();
        Span<byte> header = stackalloc byte[LogFormat.SegmentHeaderSize];
        foreach (var path in System.IO.Directory.EnumerateFiles(directory, "*.log"))
        {
            reader.Paths.Add(path);
            if (long.TryParse(Path.GetFileNameWithoutExtension(path), System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture, out var number))
                reader.LastNumber = Math.Max(reader.LastNumber, number);
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            if (RandomAccess.Read(file, header, 0) == header.Length && LogFormat.TryReadSegmentHeader(header, out var epoch))
                found.Add((epoch, path));
        }
        found.Sort();
        string? unfinished = null;
        foreach (var (epoch, path) in found)
        {
            reader.LastEpoch = epoch;
            var bytes = File.ReadAllBytes(path);
            var before = reader.Entries.Count;
            var finished = reader.Scan(bytes, epoch, reader._segments.Count);
            if (reader.Entries.Count == before)
                continue;
            if (unfinished is not null)
                throw new InvalidDataException($"The commit log is damaged: {unfinished} breaks off although {path} follows it. Restore a backup, or move the log away and run the check.");
            reader._segments.Add(bytes);
            reader.Used.Add(path);
            unfinished = finished ? null : path;
        }
        return reader;
    }

    /// <summary>The records of one segment.</summary>
    public static LogReader ReadSegment(string path)
    {
        var reader = new LogReader();
        var bytes = File.ReadAllBytes(path);
        if (LogFormat.TryReadSegmentHeader(bytes, out var epoch))
        {
            reader.Scan(bytes, epoch, 0);
            reader._segments.Add(bytes);
        }
        return reader;
    }

    public ReadOnlySpan<byte> Payload(in LogEntry entry) => _segments[entry.Segment].AsSpan(entry.Offset, entry.Length);

    private bool Scan(byte[] bytes, ulong epoch, int segment)
    {
        var at = LogFormat.SegmentHeaderSize;
        while (LogFormat.TryRead(bytes.AsSpan(at), epoch, out var isEnd) is var length and > 0)
        {
            if (isEnd)
                return true;
            var body = bytes.AsSpan(at + LogFormat.RecordHeaderSize, length - LogFormat.RecordHeaderSize);
            var lsn = BinaryPrimitives.ReadInt64LittleEndian(body);
            Entries.Add(new LogEntry((LogTargetKind)body[8], new Guid(body.Slice(9, 16)), lsn, segment,
                at + LogFormat.RecordHeaderSize + LogFormat.BodyHeaderSize, body.Length - LogFormat.BodyHeaderSize));
            LastLsn = Math.Max(LastLsn, lsn);
            at += length;
        }
        return false;
    }
}
