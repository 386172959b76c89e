using System.Buffers;
using System.Text;
using Rialto.Wire;

namespace Rialto.Store.Searching.Text;

/// <summary>A folded text that grows, in a pooled array: no two spaces follow each other.</summary>
internal ref struct FoldedText(int length)
{
    private char[] _chars = ArrayPool<char>.Shared.Rent(Math.Max(length, 16));
    private int _length;

    public readonly ReadOnlySpan<char> Text => _chars.AsSpan(0, _length);

    public void AppendAscii(scoped ReadOnlySpan<char> text)
    {
        Reserve(text.Length);
        var to = _chars.AsSpan(_length);
        var length = 0;
        var isSpace = EndsWithSpace;
        foreach (var c in text)
        {
            if (c is <= ' ' or '\x7F')
            {
                if (!isSpace)
                    to[length++] = ' ';
                isSpace = true;
                continue;
            }
            isSpace = false;
            to[length++] = c is >= 'A' and <= 'Z' ? (char)(c | 0x20) : c;
        }
        _length += length;
    }

    public void AppendAscii(char c) => AppendAscii([c]);

    public void AppendSpace()
    {
        if (!EndsWithSpace)
            Append(" ");
    }

    public void Append(scoped ReadOnlySpan<char> text)
    {
        Reserve(text.Length);
        text.CopyTo(_chars.AsSpan(_length));
        _length += text.Length;
    }

    public void Append(Rune rune)
    {
        Reserve(2);
        _length += rune.EncodeToUtf16(_chars.AsSpan(_length));
    }

    public void Dispose() => ArrayPool<char>.Shared.Return(_chars);

    private readonly bool EndsWithSpace => _length > 0 && _chars[_length - 1] == ' ';

    private void Reserve(int more) => PooledArray.Reserve(ref _chars, _length, more);
}
