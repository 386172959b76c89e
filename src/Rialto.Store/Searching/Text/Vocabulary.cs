namespace Rialto.Store.Searching.Text;

/// <summary>
/// The terms of an index in memory, one after the other in UTF-8, for looking up those that hold a text: some ten bytes a term, and several gigabytes a second.
/// Used by one thread at a time.
/// </summary>
public sealed class Vocabulary
{
    private const byte Separator = (byte)'\n';

    private byte[] _bytes = new byte[4096];
    private int _length;

    public Vocabulary()
    {
        _bytes[0] = Separator;
        _length = 1;
    }

    /// <summary>Bytes that it takes.</summary>
    public long Size => _bytes.Length;

    /// <summary>A term that is not there yet.</summary>
    public void Add(ReadOnlySpan<byte> term)
    {
        if (_bytes.Length - _length <= term.Length)
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + term.Length + 1));
        term.CopyTo(_bytes.AsSpan(_length));
        _length += term.Length;
        _bytes[_length++] = Separator;
    }

    /// <summary>The terms that the part belongs to, in no order.</summary>
    /// <param name="part">UTF-8, folded, with nothing but the characters of a word.</param>
    /// <param name="isEnd">It may stand behind other characters.</param>
    /// <param name="isBeginning">Other characters may stand behind it.</param>
    /// <param name="most">With more terms than this nothing is given.</param>
    /// <returns>Null where there are more.</returns>
    public List<byte[]>? Find(ReadOnlySpan<byte> part, bool isEnd, bool isBeginning, int most = int.MaxValue)
    {
        var needle = new byte[part.Length + 2];
        part.CopyTo(needle.AsSpan(1));
        needle[0] = needle[^1] = Separator;
        var sought = needle.AsSpan(isEnd ? 1 : 0, part.Length + (isEnd ? 0 : 1) + (isBeginning ? 0 : 1));
        ReadOnlySpan<byte> all = _bytes.AsSpan(0, _length);
        var found = new List<byte[]>();
        for (var at = 0; at < all.Length;)
        {
            var next = all[at..].IndexOf(sought);
            if (next < 0)
                break;
            at += next + (isEnd ? 0 : 1);
            var start = all[..at].LastIndexOf(Separator) + 1;
            var end = at + all[at..].IndexOf(Separator);
            if (found.Count == most)
                return null;
            found.Add(all[start..end].ToArray());
            // The separator is the first byte of what is sought where the term's beginning is.
            at = end;
        }
        return found;
    }
}
