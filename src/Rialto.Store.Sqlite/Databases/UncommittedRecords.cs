using System.Buffers;
using Rialto.Wire;

namespace Rialto.Store.Sqlite.Databases;

/// <summary>
/// The records of the transactions that share one commit still to come, in order: those that SQLite has yet to be given, and those that it has to be given again, should one that joins them fail.
/// </summary>
internal sealed class UncommittedRecords
{
    /// <summary>By then the pages that they touch are mostly others, and a reader waits for some milliseconds.</summary>
    private const int MostRecords = 256;

    /// <summary>Keeps the memory of an open database small.</summary>
    private const int MostBytes = 256 * 1024;

    private readonly List<(int Start, int Length)> _records = [];
    private byte[] _bytes = [];
    private int _length;
    private int _count;

    /// <summary>May be asked by anybody, without a lock.</summary>
    public bool IsEmpty => Volatile.Read(ref _count) == 0;

    public bool IsFull => _count >= MostRecords || _length >= MostBytes;

    public int Count => _count;

    public long LastLsn { get; private set; }

    public ReadOnlySpan<byte> this[int index] => _bytes.AsSpan(_records[index].Start, _records[index].Length);

    public void Add(long lsn, ReadOnlySpan<byte> record)
    {
        PooledArray.Reserve(ref _bytes, _length, record.Length);
        record.CopyTo(_bytes.AsSpan(_length));
        _records.Add((_length, record.Length));
        _length += record.Length;
        LastLsn = lsn;
        Volatile.Write(ref _count, _records.Count);
    }

    public void Clear()
    {
        _records.Clear();
        _length = 0;
        if (_bytes.Length > 0)
            ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        Volatile.Write(ref _count, 0);
    }
}
