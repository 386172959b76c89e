// [MS-OXCPRPT] 2.2.14-2.2.26 streams.
using Rialto.Mapi.Sessions;
using Rialto.Model;

namespace Rialto.Mapi.Objects;

/// <summary>A property's value opened as a stream: its bytes, shared with clones, and a place in them of its own.</summary>
internal sealed class StreamObject : ServerObject
{
    /// <summary>[MS-OXCPRPT] 3.2.5.18: before the beginning, or beyond what a stream can be.</summary>
    public const ErrorCode SeekError = (ErrorCode)0x80030019;

    private readonly StreamLocks _locks;
    private long _position;

    public StreamObject(PropertyObject owner, StreamData data, bool isWritable, StreamLocks locks, long position = 0) : base(owner.Logon)
    {
        _locks = locks;
        Owner = owner;
        Data = data;
        IsWritable = isWritable;
        _position = position;
        data.AddUser();
    }

    public PropertyObject Owner { get; }

    public StreamData Data { get; }

    public bool IsWritable { get; }

    public MapiSession Session => Data.Session;

    /// <summary>Whether a region was ever locked through this handle.</summary>
    public bool HasLocks { get; set; }

    public long Length => Data.Length;

    public long Position => _position;

    /// <summary>The bytes at the seek pointer, which moves past them.</summary>
    public ErrorCode Read(int count, out ReadOnlyMemory<byte> read)
    {
        read = default;
        var start = (int)Math.Min(_position, Data.Length);
        count = Math.Min(count, Data.Length - start);
        if (_locks.Check(this, start, count, writes: false) is var error and not ErrorCode.Success)
            return error;
        read = Data.Bytes.Slice(start, count);
        _position = start + read.Length;
        return ErrorCode.Success;
    }

    /// <summary>Whether a region of it may be written, or all of it: what sessions have locked is theirs. 3.2.5.21.</summary>
    public ErrorCode CheckWrite(long offset = 0, long count = long.MaxValue) => _locks.Check(this, offset, count, writes: true);

    /// <summary>Writes all at the seek pointer, which moves past it, or nothing.</summary>
    public ErrorCode Write(ReadOnlySpan<byte> data)
    {
        if (!IsWritable)
            return ErrorCode.StorageAccessDenied;
        if (_position + data.Length > Data.Limit)
            return ErrorCode.TooBig;
        if (CheckWrite(_position, data.Length) is var error and not ErrorCode.Success)
            return error;
        if (!Data.TryWrite((int)_position, data))
            return ErrorCode.NotEnoughMemory;
        _position += data.Length;
        return ErrorCode.Success;
    }

    public ErrorCode SetLength(ulong length)
    {
        if (!IsWritable)
            return ErrorCode.StorageAccessDenied;
        if (length > (ulong)Data.Limit)
            return ErrorCode.TooBig;
        if (CheckWrite(Math.Min((long)length, Data.Length), Math.Abs((long)length - Data.Length)) is var error and not ErrorCode.Success)
            return error;
        return Data.TrySetLength((int)length) ? ErrorCode.Success : ErrorCode.NotEnoughMemory;
    }

    /// <summary>Moves the seek pointer; a stream open for writing grows to it, unless that is more than it may hold: then the next write says so.</summary>
    public ErrorCode Seek(byte origin, long offset, out ulong position)
    {
        position = 0;
        var from = origin switch { 0 => 0L, 1 => _position, 2 => Data.Length, _ => -1L };
        if (from < 0)
            return ErrorCode.StorageInvalidParameter;
        // 3.2.5.18: a stream reaches to 2^31 bytes at most.
        if (offset > int.MaxValue || offset < -from || from + offset > int.MaxValue)
            return SeekError;
        var to = from + offset;
        if (IsWritable && to > Data.Length && to <= Data.Limit && !Data.TrySetLength((int)to))
            return ErrorCode.NotEnoughMemory;
        _position = to;
        position = (ulong)to;
        return ErrorCode.Success;
    }

    /// <summary>Another stream over the same bytes, its seek pointer at the same place.</summary>
    public StreamObject Clone() => new(Owner, Data, IsWritable, _locks, _position);

    public override void Dispose()
    {
        _locks.Release(this);
        Data.RemoveUser();
    }
}
