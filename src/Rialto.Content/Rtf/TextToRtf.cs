// [MS-OXRTFEX] 2.1.3.1.1 FROMTEXT, 3.2 writer: plain text in RTF.
using System.Text;

namespace Rialto.Content.Rtf;

/// <summary>Plain text as RTF that says what it was.</summary>
public static class TextToRtf
{
    /// <summary>\fromtext RTF. RtfEncapsulation.TryExtractText gives the text back with every line end as CR LF.</summary>
    public static byte[] Encapsulate(ReadOnlySpan<char> text)
    {
        var rtf = new StringBuilder(text.Length + 300);
        rtf.Append("{\\rtf1\\ansi\\ansicpg1252\\fromtext \\fbidis \\deff0{\\fonttbl\r\n{\\f0\\fswiss\\fcharset0 Arial;}\r\n{\\f1\\fmodern\\fcharset0 Courier New;}}\r\n"
            + "{\\colortbl;\\red0\\green0\\blue0;\\red0\\green0\\blue255;}\r\n\\uc1\\pard\\plain\\deftab360 \\f0\\fs20 ");
        while (!text.IsEmpty)
        {
            var end = text.IndexOfAny('\r', '\n', '\t');
            RtfText.Append(rtf, end < 0 ? text : text[..end]);
            if (end < 0)
                break;
            if (text[end] == '\t')
            {
                rtf.Append("\\tab ");
                text = text[(end + 1)..];
                continue;
            }
            rtf.Append("\\par\r\n");
            text = text[(end + (text[end] == '\r' && end + 1 < text.Length && text[end + 1] == '\n' ? 2 : 1))..];
        }
        return Encoding.ASCII.GetBytes(rtf.Append('}').ToString());
    }
}
