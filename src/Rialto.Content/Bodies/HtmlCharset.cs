// HTML 13.2.3: the encoding of an HTML document; [MS-OXCMSG] 2.2.1.58.6 PidTagInternetCodepage.
using System.Text;
using Rialto.Content.Mime;

namespace Rialto.Content.Bodies;

/// <summary>HTML between bytes and characters.</summary>
public static class HtmlCharset
{
    private const int Looked = 4096;

    /// <summary>The characters: by a byte order mark, then the code page given (PidTagInternetCodepage; 0 or less for none), then the document's own meta, then its bytes.</summary>
    public static string Decode(ReadOnlySpan<byte> html, int codePage = -1)
    {
        if (html.StartsWith("\uFEFF"u8))
            return MailCharset.DecodeByCodePage(html, 65001);
        if (codePage <= 0 || MailCharset.Find(codePage) is null)
            codePage = Declared(html);
        return MailCharset.DecodeByCodePage(html, codePage > 0 ? codePage : -1);
    }

    /// <summary>The code page that the document's head names; -1 for none that is known.</summary>
    public static int Declared(ReadOnlySpan<byte> html) => Declared(Encoding.Latin1.GetString(html[..Math.Min(html.Length, Looked)]));

    /// <summary>The same of characters.</summary>
    public static int Declared(ReadOnlySpan<char> html)
    {
        var reader = new HtmlReader(html[..Math.Min(html.Length, Looked)]);
        while (reader.Read())
        {
            if (reader.Kind != HtmlTokenKind.StartTag)
                continue;
            if (reader.Is("body"))
                break;
            if (!reader.Is("meta"))
                continue;
            if (reader.TryGetAttribute("charset", out var name) && MailCharset.FindCodePage(name.ToString()) is > 0 and var simple)
                return simple;
            if (reader.TryGetAttribute("content", out var content) && content.IndexOf("charset=", StringComparison.OrdinalIgnoreCase) is >= 0 and var at)
            {
                var value = content[(at + 8)..].Trim("\"' ");
                var end = value.IndexOfAny("\"' ;");
                if (MailCharset.FindCodePage((end < 0 ? value : value[..end]).ToString()) is > 0 and var found)
                    return found;
            }
        }
        return -1;
    }

    /// <summary>
    /// The bytes in a code page; what it lacks becomes a numeric reference. UTF-16 and UTF-7 are no encodings that a client takes PidTagHtml in, so they and
    /// unknown ones give UTF-8, and the code page used comes back.
    /// </summary>
    public static byte[] Encode(ReadOnlySpan<char> html, ref int codePage)
    {
        if (codePage is <= 0 or 20127 or 1200 or 1201 or 12000 or 12001 or 65000 || MailCharset.Find(codePage) is not { } encoding)
        {
            codePage = 65001;
            encoding = Encoding.UTF8;
        }
        if (codePage != 65001)
        {
            encoding = (Encoding)encoding.Clone();
            encoding.EncoderFallback = new NumericReferences();
        }
        var bytes = new byte[encoding.GetByteCount(html)];
        encoding.GetBytes(html, bytes);
        return bytes;
    }

    private sealed class NumericReferences : EncoderFallback
    {
        public override int MaxCharCount => 10;

        public override EncoderFallbackBuffer CreateFallbackBuffer() => new Pending();

        private sealed class Pending : EncoderFallbackBuffer
        {
            private string _text = "";
            private int _at;

            public override int Remaining => _text.Length - _at;

            public override bool Fallback(char charUnknown, int index) => Start(char.IsSurrogate(charUnknown) ? 0xFFFD : charUnknown);

            public override bool Fallback(char charUnknownHigh, char charUnknownLow, int index) => Start(char.ConvertToUtf32(charUnknownHigh, charUnknownLow));

            public override char GetNextChar() => _at < _text.Length ? _text[_at++] : '\0';

            public override bool MovePrevious()
            {
                if (_at == 0)
                    return false;
                _at--;
                return true;
            }

            public override void Reset() => (_text, _at) = ("", 0);

            private bool Start(int number)
            {
                _text = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"&#{number};");
                _at = 0;
                return true;
            }
        }
    }
}
