using System.Text;

namespace Rialto.Store.Searching.Text;

/// <summary>What of a message is searched.</summary>
/// <param name="Header">The fields of its header, decoded, each a line `Name: value`; behind an empty line those of its parts.</param>
/// <param name="Body">The text of its body.</param>
public sealed record MessageTexts(string Header, string Body)
{
    /// <summary>The header as it is sent, without decoding.</summary>
    public static string RawHeader(ReadOnlySpan<byte> mime, int maximumLength)
    {
        var end = mime.IndexOf("\r\n\r\n"u8);
        var header = Encoding.UTF8.GetString(end < 0 ? mime : mime[..end]).Replace("\r\n ", " ", StringComparison.Ordinal).Replace("\r\n\t", " ", StringComparison.Ordinal);
        return header.Length > maximumLength ? header[..maximumLength] : header;
    }

    /// <summary>Whether a field of that name holds the folded text; an empty text asks whether there is such a field.</summary>
    public bool HeaderHolds(string name, string folded)
    {
        foreach (var line in Header.AsSpan().EnumerateLines())
        {
            if (line.IsEmpty)
                return false;
            var colon = line.IndexOf(':');
            if (colon > 0 && line[..colon].TrimEnd().Equals(name, StringComparison.OrdinalIgnoreCase)
                && (folded.Length == 0 || SearchText.Fold(line[(colon + 1)..].TrimStart()).Contains(folded, StringComparison.Ordinal)))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Whether a field holds the folded text.</summary>
    public bool Holds(Backend.TextField field, string folded) =>
        field != Backend.TextField.Header && SearchText.Fold(Body).Contains(folded, StringComparison.Ordinal)
        || field != Backend.TextField.Body && SearchText.Fold(Header).Contains(folded, StringComparison.Ordinal);
}
