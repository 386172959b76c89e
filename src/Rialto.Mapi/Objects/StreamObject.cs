// [MS-OXCPRPT] 2.2.14-2.2.21 streams.
namespace Rialto.Mapi.Objects;

/// <summary>A property's value opened for reading: its bytes and a place in them.</summary>
internal sealed class StreamObject(LogonObject logon, ReadOnlyMemory<byte> bytes) : ServerObject(logon)
{
    private long _position;

    public long Length => bytes.Length;

    /// <summary>The bytes at the seek pointer, which moves past them.</summary>
    public ReadOnlyMemory<byte> Read(int count)
    {
        var start = (int)Math.Min(_position, bytes.Length);
        var read = bytes.Slice(start, Math.Min(count, bytes.Length - start));
        _position = start + read.Length;
        return read;
    }

    /// <summary>Moves the seek pointer; false for a place before the first byte or beyond what a stream can be.</summary>
    public bool TrySeek(byte origin, long offset, out ulong position)
    {
        position = 0;
        var from = origin switch { 0 => 0L, 1 => _position, 2 => bytes.Length, _ => -1L };
        // 3.2.5.17: a stream reaches to 2^31 bytes at most.
        if (from < 0 || offset > int.MaxValue || offset < -from || from + offset > int.MaxValue)
            return false;
        _position = from + offset;
        position = (ulong)_position;
        return true;
    }
}
