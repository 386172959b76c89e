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

    public const int MaxUndecided = MaxLine;

    private enum State
    {
        Start,
        Inside,
        After,
        Plain,
    }

    private State _state;

    /// <summary>The destination is as long as the source.</summary>
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
                    written += DecodeLine(line, destination[written..]);
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

    /// <summary>The bytes of one line; characters that lack count as spaces, which some mailers cut off.</summary>
    public static int DecodeLine(ReadOnlySpan<byte> line, Span<byte> destination)
    {
        if (line.IsEmpty || line[0] is < 32 or > 96)
            return 0;
        // Never more than the line holds, so that a lying length makes nothing of nothing; what was cut off is at most a few spaces.
        var length = Math.Min(Value(line[0]), line.Length);
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
