// RFC 2045 6.7.
namespace Rialto.Content.Mime;

/// <summary>
/// Quoted-printable piece by piece. Soft line breaks go, white space before a line end goes, an escape that is none stays. What cannot be told yet (white space
/// that may end a line, half an escape) is not consumed.
/// </summary>
internal struct QuotedPrintableDecoder
{
    /// <summary>White space before a line end is no mailer's padding beyond that (lines are 76 long): it stays. So the bytes not consumed stay few.</summary>
    private const int MaxPadding = 1000;

    /// <summary>More than are ever left unconsumed.</summary>
    public const int MaxUndecided = MaxPadding + 4;

    private bool _inLongPadding;

    /// <summary>The destination is as long as the source.</summary>
    public int Decode(ReadOnlySpan<byte> source, Span<byte> destination, bool isFinal, out int consumed)
    {
        var written = 0;
        var rest = source;
        if (_inLongPadding)
        {
            var end = rest.IndexOfAnyExcept((byte)' ', (byte)'\t');
            var padding = end < 0 ? rest : rest[..end];
            padding.CopyTo(destination);
            written = padding.Length;
            rest = rest[padding.Length..];
            _inLongPadding = end < 0;
            if (end >= 0 && IsLineEnd(rest, isFinal, out var lineEndLength))
            {
                if (lineEndLength == 0)
                {
                    // A CR that may begin the line end.
                    _inLongPadding = true;
                    consumed = source.Length - rest.Length;
                    return written;
                }
                rest[..lineEndLength].CopyTo(destination[written..]);
                written += lineEndLength;
                rest = rest[lineEndLength..];
            }
        }
        while (!rest.IsEmpty)
        {
            var lineEnd = rest.IndexOf((byte)'\n');
            if (lineEnd < 0 && !isFinal)
            {
                var decided = Decided(rest);
                written += DecodeEscapes(rest[..decided], destination[written..]);
                rest = rest[decided..];
                break;
            }
            var line = lineEnd < 0 ? rest : rest[..lineEnd];
            rest = lineEnd < 0 ? default : rest[(lineEnd + 1)..];
            var carriageReturn = lineEnd >= 0 && line.Length > 0 && line[^1] == '\r';
            line = carriageReturn ? line[..^1] : line;
            var trimmed = line.TrimEnd(" \t"u8);
            line = line.Length - trimmed.Length > MaxPadding ? line : trimmed;
            var soft = line.Length > 0 && line[^1] == '=';
            written += DecodeEscapes(soft ? line[..^1] : line, destination[written..]);
            if (soft || lineEnd < 0)
                continue;
            if (carriageReturn)
                destination[written++] = (byte)'\r';
            destination[written++] = (byte)'\n';
        }
        consumed = source.Length - rest.Length;
        return written;
    }

    /// <summary>True also for what may become a line end; the length is 0 then.</summary>
    private static bool IsLineEnd(ReadOnlySpan<byte> text, bool isFinal, out int length)
    {
        length = text[0] == '\n' ? 1 : text.StartsWith("\r\n"u8) ? 2 : 0;
        return length > 0 || text is [(byte)'\r'] && !isFinal;
    }

    /// <summary>How much of a line without its end can be decoded whatever comes.</summary>
    private int Decided(ReadOnlySpan<byte> line)
    {
        var end = line.Length > 0 && line[^1] == '\r' ? line.Length - 1 : line.Length;
        var text = line[..end].TrimEnd(" \t"u8).Length;
        if (end - text > MaxPadding)
        {
            _inLongPadding = true;
            return end;
        }
        if (text > 0 && line[text - 1] == '=')
            return text - 1;
        return text == line.Length && text > 1 && line[text - 2] == '=' ? text - 2 : text;
    }

    private static int DecodeEscapes(ReadOnlySpan<byte> line, Span<byte> destination)
    {
        var written = 0;
        while (true)
        {
            var escape = line.IndexOf((byte)'=');
            var plain = escape < 0 ? line : line[..escape];
            plain.CopyTo(destination[written..]);
            written += plain.Length;
            if (escape < 0)
                return written;
            if (escape + 2 < line.Length && TransferDecoder.Hex(line[escape + 1]) is >= 0 and var high && TransferDecoder.Hex(line[escape + 2]) is >= 0 and var low)
            {
                destination[written++] = (byte)(high << 4 | low);
                line = line[(escape + 3)..];
            }
            else
            {
                destination[written++] = (byte)'=';
                line = line[(escape + 1)..];
            }
        }
    }
}
