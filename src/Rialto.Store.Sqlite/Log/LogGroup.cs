using System.Buffers;
using System.Buffers.Binary;

namespace Rialto.Store.Sqlite.Log;

/// <summary>Contents and records that wait for the same sync. The contents are written first: a record may refer to them.</summary>
internal sealed class LogGroup
{
    /// <summary>Bytes of contents that are written without any record: what a draft in the making may hold in memory.</summary>
    private const int MostContentsWaiting = 1024 * 1024;

    private byte[] _buffer = new byte[64 * 1024];
    private int _length;
    private int _contentBytes;

    public List<(ILogTarget Target, long Lsn, int Start, int Length)> Records { get; } = [];

    public TaskCompletionSource Done { get; private set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whole records of contents, in rented arrays, ready to be sealed.</summary>
    public List<(byte[] Buffer, int Length, long Lsn)> Contents { get; } = [];

    /// <summary>Whether somebody waits for the sync, or contents have become many: a few can wait for the record that refers to them.</summary>
    public bool HasWork => Records.Count > 0 || _contentBytes >= MostContentsWaiting;

    /// <summary>Adds the record of a content, laid out as <see cref="Blobs.LoggedContent"/> says, and takes over its array.</summary>
    public void Add(byte[] content, int length, long lsn)
    {
        WriteBodyHeader(content.AsSpan(LogFormat.RecordHeaderSize), LogTargetKind.Contents, Guid.Empty, lsn);
        Contents.Add((content, length, lsn));
        _contentBytes += length;
    }

    public void Add(ILogTarget target, long lsn, ReadOnlySpan<byte> payload)
    {
        var size = LogFormat.RecordHeaderSize + LogFormat.BodyHeaderSize + payload.Length;
        if (_buffer.Length - _length < size)
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + size));
        var record = _buffer.AsSpan(_length, size);
        var body = record[LogFormat.RecordHeaderSize..];
        WriteBodyHeader(body, target.Kind, target.Id, lsn);
        payload.CopyTo(body[LogFormat.BodyHeaderSize..]);
        Records.Add((target, lsn, _length, size));
        _length += size;
    }

    public Span<byte> Bytes(int start, int length) => _buffer.AsSpan(start, length);

    private static void WriteBodyHeader(Span<byte> body, LogTargetKind kind, Guid id, long lsn)
    {
        BinaryPrimitives.WriteInt64LittleEndian(body, lsn);
        body[8] = (byte)kind;
        id.TryWriteBytes(body[9..]);
    }

    public void Reset()
    {
        foreach (var (buffer, _, _) in Contents)
            ArrayPool<byte>.Shared.Return(buffer);
        Contents.Clear();
        _contentBytes = 0;
        Records.Clear();
        _length = 0;
        if (_buffer.Length > 4 * 1024 * 1024)
            _buffer = new byte[64 * 1024];
        Done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
