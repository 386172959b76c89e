// POSIX uuencode: "begin" mode name, lines of a length and as many bytes in sixes, "end".
using System.Buffers.Text;

namespace Rialto.Content.Mime;

/// <summary>
/// A body in Content-Transfer-Encoding x-uuencode, piece by piece: the file between its begin and end lines. A body that does not start with a begin line is none,
/// and comes out as it is. Lines are consumed whole.
/// </summary>
internal struct UuDecoder
{
    /// <summary>A line of the longest length there is takes 85 characters and padding; this is where it is no such line at all.</summary>
    private const int MaxLine = 1000;

    /// <summary>
    /// Zeros that lines cut short may ask for at a time: mailers trim the spaces that old encoders write zeros with. Every byte read gives one back, so that a file of
    /// zeros comes out whole and a letter does not make a line each.
    /// </summary>
    public const int MaxRoom = 64 << 10;

    private enum State
    {
        Start,
        Inside,
        After,
        Plain,
    }

    private State _state;
    private int _room = MaxRoom;

    public UuDecoder()
    {
    }

    /// <summary>The destination is twice as long as the source, and <see cref="MaxRoom"/>.</summary>
    public int Decode(ReadOnlySpan<byte> source, Span<byte> destination, bool isFinal, out int consumed)
    {
        consumed = 0;
        var written = 0;
        while (consumed < source.Length)
        {
            var rest = source[consumed..];
            if (_state == State.Plain)
            {
                rest.CopyTo(destination[written..]);
                consumed = source.Length;
                return written + rest.Length;
            }
            var lineEnd = rest[..Math.Min(rest.Length, MaxLine)].IndexOf((byte)'\n');
            if (lineEnd < 0 && rest.Length < MaxLine && !isFinal)
                return written;
            var length = lineEnd < 0 ? Math.Min(rest.Length, MaxLine) : lineEnd + 1;
            var line = rest[..length].TrimEnd("\r\n"u8);
            switch (_state)
            {
                case State.Start when line.Trim(" \t"u8).IsEmpty:
                    break;
                case State.Start when IsBegin(line, out _, out _):
                    _state = State.Inside;
                    break;
                case State.Start:
                    _state = State.Plain;
                    continue;
                case State.Inside when line.SequenceEqual("end"u8):
                    _state = State.After;
                    break;
                case State.Inside:
                    written += DecodeLine(line, destination[written..], ref _room);
                    break;
            }
            consumed += length;
        }
        return written;
    }

    /// <summary>"begin" SP mode SP name; three or four octal digits make the mode.</summary>
    public static bool IsBegin(ReadOnlySpan<byte> line, out int mode, out ReadOnlySpan<byte> name)
    {
        mode = 0;
        name = default;
        if (!line.StartsWith("begin "u8))
            return false;
        line = line[6..].TrimStart((byte)' ');
        var digits = line.IndexOfAnyExceptInRange((byte)'0', (byte)'7');
        if (digits is not (3 or 4) || line[digits] != ' ' || !Utf8Parser.TryParse(line[..digits], out int asDecimal, out _))
            return false;
        for (var factor = 1; asDecimal > 0; asDecimal /= 10, factor *= 8)
            mode += asDecimal % 10 * factor;
        name = line[digits..].Trim(" \t\r\n\""u8);
        return !name.IsEmpty;
    }

    /// <summary>Whether a line has as many characters as its length says; trailing spaces may have been cut off, and a character of check may follow.</summary>
    public static bool IsData(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty || line[0] is < 32 or > 96 || line.ContainsAnyExceptInRange((byte)32, (byte)96))
            return false;
        var wanted = (Value(line[0]) + 2) / 3 * 4 + 1;
        return line.Length <= wanted + 2 && line.Length >= Math.Min(2, wanted);
    }

    /// <summary>The bytes of one line; characters that lack count as spaces, as far as there is room for what is not there.</summary>
    public static int DecodeLine(ReadOnlySpan<byte> line, Span<byte> destination, ref int room)
    {
        if (line.IsEmpty || line[0] is < 32 or > 96)
            return 0;
        var length = Value(line[0]);
        if (length > line.Length)
        {
            var missing = Math.Min(length - line.Length, room);
            length = line.Length + missing;
            room -= missing;
        }
        room = Math.Min(MaxRoom, room + line.Length);
        var written = 0;
        for (var at = 1; written < length; at += 4)
        {
            var group = Digit(line, at) << 18 | Digit(line, at + 1) << 12 | Digit(line, at + 2) << 6 | Digit(line, at + 3);
            for (var shift = 16; shift >= 0 && written < length; shift -= 8)
                destination[written++] = (byte)(group >> shift);
        }
        return written;
    }

    private static int Digit(ReadOnlySpan<byte> line, int at) => at < line.Length ? Value(line[at]) : 0;

    private static int Value(byte b) => b - 32 & 63;
}
