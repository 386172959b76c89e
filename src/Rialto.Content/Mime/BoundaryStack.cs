// RFC 2046 5.1.1: dash-boundary, delimiter, close-delimiter.
namespace Rialto.Content.Mime;

/// <summary>
/// The boundaries of the open multiparts. Whether a line is a delimiter of any of them costs one hash of the line, however many are open and whatever they have in
/// common. Innermost first, as mailers that forward reuse a boundary.
/// </summary>
internal struct BoundaryStack
{
    private const int Buckets = 64;

    // Few are open in honest mail: comparing those is cheaper than a hash.
    private const int Few = 4;

    private ReadOnlyMemory<byte>[]? _boundaries;
    private int[]? _links;
    private int[]? _buckets;
    private ulong _firstBytes;

    public int Count { get; private set; }

    /// <summary>Of the longest that was ever open.</summary>
    public int MaxLength { get; private set; }

    public int Push(ReadOnlyMemory<byte> boundary)
    {
        _boundaries ??= new ReadOnlyMemory<byte>[Few];
        if (Count == _boundaries.Length)
            Array.Resize(ref _boundaries, Count * 2);
        _boundaries[Count] = boundary;
        if (_buckets is not null)
            Link(Count);
        Count++;
        if (_buckets is null && Count > Few)
        {
            _buckets = new int[Buckets];
            _buckets.AsSpan().Fill(-1);
            for (var i = 0; i < Count; i++)
                Link(i);
        }
        MaxLength = Math.Max(MaxLength, boundary.Length);
        // A filter that only grows: signature separators and rules of dashes are told from delimiters at once.
        _firstBytes |= 1UL << (boundary.Span[0] & 63);
        return Count - 1;
    }

    /// <summary>Closes this one and all inside it.</summary>
    public void PopTo(int level)
    {
        while (Count > level)
        {
            Count--;
            if (_buckets is not null)
                _buckets[Hash(_boundaries![Count].Span)] = _links![Count];
        }
    }

    /// <summary>Whether a boundary could start with that byte.</summary>
    public readonly bool MayStartWith(byte b) => (_firstBytes & 1UL << (b & 63)) != 0;

    /// <summary>Whose delimiter a line is, that comes without its leading dashes and trailing white space; -1 for nobody's.</summary>
    public readonly int Find(ReadOnlySpan<byte> line, out bool isClose)
    {
        var level = FindExact(line);
        isClose = false;
        if (line.EndsWith("--"u8) && FindExact(line[..^2]) is var closed && closed > level)
        {
            isClose = true;
            return closed;
        }
        return level;
    }

    private readonly int FindExact(ReadOnlySpan<byte> line)
    {
        if (_buckets is null)
        {
            for (var level = Count - 1; level >= 0; level--)
            {
                if (line.SequenceEqual(_boundaries![level].Span))
                    return level;
            }
            return -1;
        }
        for (var level = _buckets[Hash(line)]; level >= 0; level = _links![level])
        {
            if (line.SequenceEqual(_boundaries![level].Span))
                return level;
        }
        return -1;
    }

    private void Link(int level)
    {
        _links ??= new int[_boundaries!.Length];
        if (_links.Length < _boundaries!.Length)
            Array.Resize(ref _links, _boundaries.Length);
        ref var bucket = ref _buckets![Hash(_boundaries[level].Span)];
        _links[level] = bucket;
        bucket = level;
    }

    // Collisions can be made, but no more than MimeLimits.MaxDepth of them, and comparing ends at the first byte that differs.
    private static int Hash(ReadOnlySpan<byte> boundary)
    {
        var hash = 17u;
        foreach (var b in boundary)
            hash = (hash ^ b) * 0x01000193;
        return (int)(hash >> 16) & (Buckets - 1);
    }
}
