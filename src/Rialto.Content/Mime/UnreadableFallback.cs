using System.Collections.Concurrent;
using System.Text;

namespace Rialto.Content.Mime;

/// <summary>
/// U+FFFD for bytes that no character belongs to. The code pages' own replacement is a question mark, which nobody can tell from one that was written; yet only their own
/// fallback knows the characters they have twice, such as the rows that NEC took from IBM in Shift_JIS: so that one is asked first.
/// </summary>
internal sealed class UnreadableFallback(Encoding plain) : DecoderFallback
{
    private const string Unreadable = "\uFFFD";

    // One and two bytes: no more than there are.
    private readonly ConcurrentDictionary<int, string> _found = new();

    public override int MaxCharCount => 2;

    public override DecoderFallbackBuffer CreateFallbackBuffer() => new Buffer(this);

    private string Find(byte[] bytes)
    {
        if (bytes.Length > 2)
            return Unreadable;
        var key = bytes.Length == 2 ? bytes[0] << 8 | bytes[1] | 0x10000 : bytes[0];
        if (_found.TryGetValue(key, out var text))
            return text;
        text = plain.GetString(bytes);
        // The Japanese ones have a middle dot where others have a question mark.
        if (text.Length is 0 or > 2 || text.AsSpan().ContainsAny('?', '・'))
            text = Unreadable;
        _found[key] = text;
        return text;
    }

    private sealed class Buffer(UnreadableFallback fallback) : DecoderFallbackBuffer
    {
        private string _text = "";
        private int _position;

        public override int Remaining => _text.Length - _position;

        public override bool Fallback(byte[] bytesUnknown, int index)
        {
            _text = fallback.Find(bytesUnknown);
            _position = 0;
            return true;
        }

        public override char GetNextChar() => _position < _text.Length ? _text[_position++] : '\0';

        public override bool MovePrevious()
        {
            if (_position == 0)
                return false;
            _position--;
            return true;
        }

        public override void Reset()
        {
            _text = "";
            _position = 0;
        }
    }
}
