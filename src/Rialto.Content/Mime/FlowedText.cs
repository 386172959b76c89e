// RFC 3676: text/plain; format=flowed, DelSp, quoting, space-stuffing, signatures.
using System.Text;

namespace Rialto.Content.Mime;

/// <summary>Text whose lines were broken for transport, to paragraphs as they were written, and back.</summary>
public static class FlowedText
{
    // RFC 3676 4.2 asks for lines of at most 78, and says 72 is what others like.
    private const int Width = 72;

    /// <summary>Whether a part is flowed text, and whether the space at the end of a flowed line goes.</summary>
    public static bool IsFlowed(MimePart part, out bool delSp)
    {
        delSp = false;
        if (!part.Is("text", "plain") || !part.TypeIsDeclared)
            return false;
        var flowed = false;
        var reader = new MimeParameterReader(part.RawValue(MimeHeaderId.ContentType));
        reader.ReadContentType(out _, out _);
        while (reader.Read())
        {
            if (Ascii.EqualsIgnoreCase(reader.Name, "format"u8))
                flowed = Ascii.EqualsIgnoreCase(reader.RawValue, "flowed"u8);
            else if (Ascii.EqualsIgnoreCase(reader.Name, "delsp"u8))
                delSp = Ascii.EqualsIgnoreCase(reader.RawValue, "yes"u8);
        }
        return flowed;
    }

    /// <summary>
    /// Joins the lines of each paragraph. Quoted paragraphs come with one ">" a level and a space before their text. Line ends are CRLF; the last line has one if the
    /// text's has.
    /// </summary>
    public static string Decode(ReadOnlySpan<char> text, bool delSp)
    {
        var result = new StringBuilder(text.Length + 64);
        var openDepth = -1;
        while (!text.IsEmpty)
        {
            var lineEnd = text.IndexOf('\n');
            var line = lineEnd < 0 ? text : text[..lineEnd];
            text = lineEnd < 0 ? default : text[(lineEnd + 1)..];
            line = line.TrimEnd('\r');
            var depth = line.IndexOfAnyExcept('>');
            depth = depth < 0 ? line.Length : depth;
            line = line[depth..];
            // RFC 3676 4.4: one space was put before a line that starts with a space, ">" or "From ".
            if (line.Length > 0 && line[0] == ' ')
                line = line[1..];
            var isSignature = line is "-- ";
            // RFC 3676 4.5: a paragraph ends where the depth of quoting changes, flowed or not.
            if (openDepth >= 0 && (openDepth != depth || isSignature))
            {
                result.Append("\r\n");
                openDepth = -1;
            }
            if (openDepth < 0 && depth > 0)
                result.Append('>', depth).Append(line.IsEmpty ? "" : " ");
            var isFlowed = line.Length > 0 && line[^1] == ' ' && !isSignature;
            result.Append(isFlowed && delSp ? line[..^1] : line);
            openDepth = isFlowed && lineEnd >= 0 ? depth : -1;
            if (!isFlowed && lineEnd >= 0)
                result.Append("\r\n");
        }
        // The last paragraph was flowed into nothing.
        if (openDepth >= 0)
            result.Append("\r\n");
        return result.ToString();
    }

    /// <summary>Breaks paragraphs into lines of at most 72 characters where their words allow, for format=flowed without DelSp. Line ends are CRLF.</summary>
    public static string Encode(ReadOnlySpan<char> text)
    {
        var result = new StringBuilder(text.Length + (text.Length >> 4) + 16);
        while (!text.IsEmpty)
        {
            var lineEnd = text.IndexOf('\n');
            var line = lineEnd < 0 ? text : text[..lineEnd];
            text = lineEnd < 0 ? default : text[(lineEnd + 1)..];
            line = line.TrimEnd('\r');
            var depth = line.IndexOfAnyExcept('>');
            depth = depth < 0 ? line.Length : depth;
            var quote = line[..depth];
            line = line[depth..];
            if (depth > 0 && line.Length > 0 && line[0] == ' ')
                line = line[1..];
            // RFC 3676 4.1: spaces at the end of what was typed would make a fixed line flow.
            if (line is not "-- ")
                line = line.TrimEnd(' ');
            Lines(result, quote, line);
            if (lineEnd >= 0)
                result.Append("\r\n");
        }
        return result.ToString();
    }

    private static void Lines(StringBuilder result, ReadOnlySpan<char> quote, ReadOnlySpan<char> line)
    {
        while (true)
        {
            var piece = line;
            var room = Math.Max(20, Width - quote.Length - 1);
            if (line.Length > room && line is not "-- ")
            {
                // After the last space that fits, else after the first there is.
                var space = line[..room].LastIndexOf(' ');
                if (space < 0)
                    space = line[room..].IndexOf(' ') is >= 0 and var later ? room + later : -1;
                if (space >= 0)
                    piece = line[..(space + 1)];
            }
            result.Append(quote);
            // The text of a quote is set off; elsewhere only what would be misread is stuffed.
            if (piece.Length > 0 && (quote.Length > 0 || piece[0] is ' ' or '>' || piece.StartsWith("From ", StringComparison.Ordinal)))
                result.Append(' ');
            result.Append(piece);
            line = line[piece.Length..];
            if (line.IsEmpty)
                return;
            result.Append("\r\n");
        }
    }
}
