using System.Buffers.Binary;

namespace Rialto.Store.Sqlite.Log;

/// <summary>Records that wait for the same sync.</summary>
internal sealed class LogGroup
{
    private byte[] _buffer = new byte[64 * 1024];
    private int _length;

    public List<(ILogTarget Target, long Lsn, int Start, int Length)> Records { get; } = [];

    public TaskCompletionSource Done { get; private set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsEmpty => Records.Count == 0;

    public void Add(ILogTarget target, long lsn, ReadOnlySpan<byte> payload)
    {
        var size = LogFormat.RecordHeaderSize + LogFormat.BodyHeaderSize + payload.Length;
        if (_buffer.Length - _length < size)
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + size));
        var record = _buffer.AsSpan(_length, size);
        var body = record[LogFormat.RecordHeaderSize..];
        BinaryPrimitives.WriteInt64LittleEndian(body, lsn);
        body[8] = (byte)target.Kind;
        target.Id.TryWriteBytes(body[9..]);
        payload.CopyTo(body[LogFormat.BodyHeaderSize..]);
        Records.Add((target, lsn, _length, size));
        _length += size;
    }

    public Span<byte> Bytes(int start, int length) => _buffer.AsSpan(start, length);

    public void Reset()
    {
        Records.Clear();
        _length = 0;
        if (_buffer.Length > 4 * 1024 * 1024)
            _buffer = new byte[64 * 1024];
        Done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
