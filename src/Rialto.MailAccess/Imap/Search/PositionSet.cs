using System.Numerics;

namespace Rialto.MailAccess.Imap.Search;

/// <summary>A set of positions in a snapshot, a bit each: what the keys of a SEARCH are combined in.</summary>
internal sealed class PositionSet(int count)
{
    private readonly ulong[] _words = new ulong[(count + 63) / 64];

    public int Capacity => count;

    public void Add(int position) => _words[position >> 6] |= 1UL << (position & 63);

    public bool Contains(int position) => (_words[position >> 6] & 1UL << (position & 63)) != 0;

    public void AddAll()
    {
        _words.AsSpan().Fill(ulong.MaxValue);
        ClearTail();
    }

    public void And(PositionSet other)
    {
        for (var i = 0; i < _words.Length; i++)
            _words[i] &= other._words[i];
    }

    public void Or(PositionSet other)
    {
        for (var i = 0; i < _words.Length; i++)
            _words[i] |= other._words[i];
    }

    public void Not()
    {
        for (var i = 0; i < _words.Length; i++)
            _words[i] = ~_words[i];
        ClearTail();
    }

    public bool IsEmpty => _words.AsSpan().IndexOfAnyExcept(0UL) < 0;

    public int Count()
    {
        var total = 0;
        foreach (var word in _words)
            total += BitOperations.PopCount(word);
        return total;
    }

    /// <summary>The next position from here on that is in the set, or -1.</summary>
    public int Next(int position)
    {
        if (position >= count)
            return -1;
        var word = _words[position >> 6] >> (position & 63) << (position & 63);
        for (var i = position >> 6; ;)
        {
            if (word != 0)
                return (i << 6) + BitOperations.TrailingZeroCount(word);
            if (++i == _words.Length)
                return -1;
            word = _words[i];
        }
    }

    /// <summary>The highest position of the set, or -1.</summary>
    public int Last()
    {
        for (var i = _words.Length - 1; i >= 0; i--)
        {
            if (_words[i] != 0)
                return (i << 6) + 63 - BitOperations.LeadingZeroCount(_words[i]);
        }
        return -1;
    }

    private void ClearTail()
    {
        if (count % 64 != 0)
            _words[^1] &= (1UL << count % 64) - 1;
    }
}
