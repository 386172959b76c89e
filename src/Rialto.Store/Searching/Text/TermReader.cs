using System.Text;

namespace Rialto.Store.Searching.Text;

/// <summary>
/// The terms of a folded text as indexes hold them, in order: words, and characters that are terms by themselves. Where something else stands between such a character and its
/// neighbour there is <see cref="Gap"/>, so that terms that follow each other touch or, of two words, are apart. Used by all backends, so that they find the same.
/// </summary>
public ref struct TermReader(ReadOnlySpan<char> folded)
{
    /// <summary>A term that no text holds: a control character.</summary>
    public const string Gap = "\u0080";

    /// <summary>Characters of a term. What is longer (the lines of encoded files) is cut into terms that overlap by half, so that every part of up to half this length stands in one whole.</summary>
    public const int LongestTerm = 128;

    private readonly ReadOnlySpan<char> _text = folded;
    private int _at;
    private bool _wasAlone;
    private bool _hasBefore;
    private int _wordEnd;
    private Pending _pending;

    private enum Pending
    {
        None,
        Word,
        Alone,
    }

    /// <summary>The term found last.</summary>
    public ReadOnlySpan<char> Current { get; private set; }

    /// <summary>Whether it is a character that is a term by itself, or the gap beside one.</summary>
    public bool IsAlone { get; private set; }

    /// <summary>Where it begins, and ends, in the text; of a gap, where the next term begins.</summary>
    public int Start { get; private set; }

    public readonly int End => Start + (Current is Gap ? 0 : Current.Length);

    public bool MoveNext()
    {
        if (_pending != Pending.None)
            return Take();
        // The rest of a long word.
        if (_wordEnd > 0)
        {
            Start += LongestTerm / 2;
            return TakePiece();
        }
        var before = _at;
        while (_at < _text.Length)
        {
            var kind = KindAt(_at, out var length);
            if (kind == CharacterKind.Between)
            {
                _at += length;
                continue;
            }
            _pending = kind == CharacterKind.Alone ? Pending.Alone : Pending.Word;
            if (_hasBefore && _at > before && (_wasAlone || kind == CharacterKind.Alone))
            {
                Current = Gap;
                IsAlone = true;
                Start = _at;
                return true;
            }
            return Take();
        }
        return false;
    }

    private bool Take()
    {
        _hasBefore = true;
        _wasAlone = IsAlone = _pending == Pending.Alone;
        _pending = Pending.None;
        Start = _at;
        if (IsAlone)
        {
            KindAt(_at, out var length);
            Current = _text.Slice(_at, length);
            _at += length;
            return true;
        }
        while (_at < _text.Length && KindAt(_at, out var length) == CharacterKind.OfWord)
            _at += length;
        _wordEnd = _at;
        return TakePiece();
    }

    private bool TakePiece()
    {
        var end = Math.Min(_wordEnd, Start + LongestTerm);
        // Pairs of surrogates stay together.
        var start = char.IsLowSurrogate(_text[Start]) ? Start + 1 : Start;
        if (end < _wordEnd && char.IsLowSurrogate(_text[end]))
            end++;
        Current = _text[start..end];
        if (end == _wordEnd)
            _wordEnd = 0;
        return true;
    }

    private readonly CharacterKind KindAt(int at, out int length)
    {
        var c = _text[at];
        if (c < 0x80)
        {
            length = 1;
            return char.IsAsciiLetterOrDigit(c) ? CharacterKind.OfWord : CharacterKind.Between;
        }
        Rune.DecodeFromUtf16(_text[at..], out var rune, out length);
        return SearchText.KindOf(rune);
    }
}
