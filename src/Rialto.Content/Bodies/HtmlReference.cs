// HTML 13.5 named character references; 13.2.5.80 numeric ones, of which 128 to 159 mean windows-1252.
using System.Globalization;
using System.Net;
using System.Text;
using AngleSharp.Html;
using Rialto.Content.Mime;

namespace Rialto.Content.Bodies;

/// <summary>Character references (&amp;nbsp; &amp;#8364;) in HTML text.</summary>
public static class HtmlReference
{
    private const int MaxLength = 34;

    /// <summary>The length of the reference that begins here with its semicolon, and what it stands for; 0 where the ampersand is only one.</summary>
    public static int Read(ReadOnlySpan<char> text, out string value)
    {
        value = "";
        if (text.Length < 3 || text[0] != '&' || !(text[1] == '#' || char.IsAsciiLetter(text[1])))
            return 0;
        var end = text[..Math.Min(text.Length, MaxLength)].IndexOf(';');
        if (end < 2)
            return 0;
        var name = text[1..end];
        if (name[0] == '#')
        {
            var hex = name.Length > 2 && name[1] is 'x' or 'X';
            if (!int.TryParse(hex ? name[2..] : name[1..], hex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                return 0;
            value = number switch
            {
                >= 128 and < 160 => MailCharset.Windows1252.GetString([(byte)number]),
                0 or < 0 or > 0x10FFFF or >= 0xD800 and < 0xE000 => "\uFFFD",
                _ => new Rune(number).ToString(),
            };
            return end + 1;
        }
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c))
                return 0;
        }
        value = name switch
        {
            "nbsp" => "\u00A0",
            "amp" => "&",
            "lt" => "<",
            "gt" => ">",
            "quot" => "\"",
            _ => Named(name.ToString()),
        };
        return value.Length > 0 ? end + 1 : 0;
    }

    /// <summary>Takes the next run off HTML text that is written as lines of words: a reference by itself, or what stands before the next.</summary>
    /// <param name="run">The characters; empty for <see cref="HtmlRun.Nothing"/> and <see cref="HtmlRun.Blank"/>.</param>
    internal static HtmlRun Next(ref ReadOnlySpan<char> text, out ReadOnlySpan<char> run)
    {
        var mark = text.IndexOf('&');
        if (mark != 0)
        {
            run = mark < 0 ? text : text[..mark];
            text = text[run.Length..];
            return HtmlRun.Words;
        }
        var length = Read(text, out var value);
        text = text[Math.Max(1, length)..];
        run = length == 0 ? "&" : value;
        switch (run)
        {
            case "\u00A0" or "\u2002" or "\u2003" or "\u2009":
                run = default;
                return HtmlRun.Blank;
            case "\u00AD" or "\u200B" or "\u200C" or "\uFEFF":
                run = default;
                return HtmlRun.Nothing;
            default:
                return HtmlRun.Characters;
        }
    }

    private static string Named(string name)
    {
        var reference = $"&{name};";
        var decoded = WebUtility.HtmlDecode(reference);
        return decoded != reference ? decoded : HtmlEntityProvider.Resolver.GetSymbol(name + ";") ?? "";
    }

    /// <summary>The text with every reference resolved.</summary>
    public static string Decode(ReadOnlySpan<char> text)
    {
        var mark = text.IndexOf('&');
        if (mark < 0)
            return text.ToString();
        var result = new StringBuilder(text.Length);
        while (mark >= 0)
        {
            result.Append(text[..mark]);
            text = text[mark..];
            var length = Read(text, out var value);
            result.Append(length == 0 ? "&" : value);
            text = text[Math.Max(1, length)..];
            mark = text.IndexOf('&');
        }
        return result.Append(text).ToString();
    }

    /// <summary>Appends text as HTML text or attribute value: &amp; &lt; &gt; and quotes as references.</summary>
    public static void Encode(ReadOnlySpan<char> text, StringBuilder target)
    {
        while (!text.IsEmpty)
        {
            var mark = text.IndexOfAny("&<>\"");
            target.Append(mark < 0 ? text : text[..mark]);
            if (mark < 0)
                return;
            target.Append(text[mark] switch { '&' => "&amp;", '<' => "&lt;", '>' => "&gt;", _ => "&quot;" });
            text = text[(mark + 1)..];
        }
    }
}

/// <summary>What a run of HTML text is for those who write it as lines of words.</summary>
internal enum HtmlRun
{
    /// <summary>Characters as they stand, blanks and line ends among them.</summary>
    Words,

    /// <summary>A character from a reference, which is no layout whatever it is.</summary>
    Characters,

    /// <summary>A blank of some width at which no line breaks.</summary>
    Blank,

    /// <summary>A character without width.</summary>
    Nothing,
}
