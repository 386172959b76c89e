// RTF 1.9.1 "Unicode RTF": escaping of characters.
using System.Globalization;
using System.Text;

namespace Rialto.Content.Rtf;

/// <summary>Writes characters into RTF that is all ASCII: \u with a question mark for readers without Unicode (\uc1).</summary>
internal static class RtfText
{
    /// <summary>Plain characters; controls in hexadecimal.</summary>
    public static void Append(StringBuilder target, ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            var plain = text.IndexOfAnyExceptInRange(' ', '~');
            var run = plain < 0 ? text : text[..plain];
            while (!run.IsEmpty)
            {
                var mark = run.IndexOfAny('\\', '{', '}');
                target.Append(mark < 0 ? run : run[..mark]);
                if (mark < 0)
                    break;
                target.Append('\\').Append(run[mark]);
                run = run[(mark + 1)..];
            }
            if (plain < 0)
                return;
            Special(target, text[plain]);
            text = text[(plain + 1)..];
        }
    }

    private static void Special(StringBuilder target, char c)
    {
        if (c < 0x80)
            target.Append(CultureInfo.InvariantCulture, $"\\'{(int)c:x2}");
        else
            target.Append(CultureInfo.InvariantCulture, $"\\u{(short)c}?");
    }

    /// <summary>Text inside \*\htmltag: as <see cref="Append"/>, with CR LF as \par and HT as \tab.</summary>
    public static void AppendTag(StringBuilder target, ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            var mark = text.IndexOfAny('\r', '\t');
            Append(target, mark < 0 ? text : text[..mark]);
            if (mark < 0)
                return;
            if (text[mark] == '\t')
                target.Append("\\tab ");
            else if (mark + 1 < text.Length && text[mark + 1] == '\n')
                target.Append("\\par ");
            else
                target.Append("\\'0d");
            text = text[(mark + (text[mark] == '\r' && mark + 1 < text.Length && text[mark + 1] == '\n' ? 2 : 1))..];
        }
    }
}
