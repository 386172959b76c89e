using System.Runtime.InteropServices;

namespace Rialto.Store.Sqlite.Blobs;

/// <summary>The contents of late writes by their checksum: the same mail appended or delivered again gets the reference it has, once the bytes were compared.</summary>
internal sealed class RecentBlobs(int capacity)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ContentHash, (BlobRef Blob, long Used)> _entries = new(capacity);
    private readonly Queue<ContentHash> _order = new(capacity);

    public bool TryGet(in ContentHash hash, long length, long now, out BlobRef blob)
    {
        lock (_lock)
        {
            ref var entry = ref CollectionsMarshal.GetValueRefOrNullRef(_entries, hash);
            if (System.Runtime.CompilerServices.Unsafe.IsNullRef(ref entry) || entry.Blob.Length != length)
            {
                blob = default;
                return false;
            }
            entry.Used = now;
            blob = entry.Blob;
            return true;
        }
    }

    public void Add(in ContentHash hash, BlobRef blob, long now)
    {
        if (capacity == 0)
            return;
        lock (_lock)
        {
            if (!_entries.TryAdd(hash, (blob, now)))
                return;
            _order.Enqueue(hash);
            if (_order.Count > capacity)
                _entries.Remove(_order.Dequeue());
        }
    }

    /// <summary>Before a sweep: forgets what was not used since, and tells what was, since somebody may be about to refer to it.</summary>
    public List<BlobRef> KeepSince(long time)
    {
        lock (_lock)
        {
            var kept = new List<BlobRef>();
            var order = _order.ToArray();
            _order.Clear();
            foreach (var hash in order)
            {
                var entry = _entries[hash];
                if (entry.Used > time)
                {
                    kept.Add(entry.Blob);
                    _order.Enqueue(hash);
                }
                else
                {
                    _entries.Remove(hash);
                }
            }
            return kept;
        }
    }
}

/// <summary>A checksum as a key.</summary>
internal readonly record struct ContentHash(ulong A, ulong B)
{
    public static ContentHash From(ReadOnlySpan<byte> checksum)
    {
        var words = MemoryMarshal.Cast<byte, ulong>(checksum);
        return new ContentHash(words[0], words[1]);
    }

    public override int GetHashCode() => (int)A;
}
