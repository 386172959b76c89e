// HTML and CSS to what RTF and text can say of it: the handful of properties that mail uses.
using System.Globalization;

namespace Rialto.Content.Bodies;

/// <summary>The look of a run of HTML text, as tags and style attributes have it.</summary>
internal record struct BodyFormat
{
    public bool Bold { get; set; }
    public bool Italic { get; set; }
    public bool Underline { get; set; }
    public bool Strike { get; set; }
    public bool Hidden { get; set; }

    /// <summary>1 above the line, -1 below.</summary>
    public sbyte Script { get; set; }

    /// <summary>Half points; 0 for the default.</summary>
    public short Size { get; set; }

    /// <summary>0xRRGGBB; -1 for the default.</summary>
    public int Color { get; set; }
    public int Background { get; set; }
    public string? Font { get; set; }

    public static BodyFormat Default => new() { Color = -1, Background = -1 };

    /// <summary>What a tag makes of the look around it.</summary>
    public BodyFormat With(scoped in HtmlReader tag)
    {
        var format = this;
        switch (Known(tag.Name))
        {
            case "b" or "strong" or "th":
                format.Bold = true;
                break;
            case "i" or "em" or "cite" or "var" or "dfn" or "address":
                format.Italic = true;
                break;
            case "u" or "ins":
                format.Underline = true;
                break;
            case "s" or "strike" or "del":
                format.Strike = true;
                break;
            case "sup":
                format.Script = 1;
                break;
            case "sub":
                format.Script = -1;
                break;
            case "tt" or "code" or "kbd" or "samp" or "pre" or "xmp":
                format.Font = "Courier New";
                break;
            case "big":
                format.Size = (short)Math.Min(144, (format.Size == 0 ? 24 : format.Size) * 6 / 5);
                break;
            case "small":
                format.Size = (short)Math.Max(8, (format.Size == 0 ? 24 : format.Size) * 5 / 6);
                break;
            case "h1" or "h2" or "h3" or "h4" or "h5" or "h6":
                format.Bold = true;
                format.Size = (tag.Name[1] - '0') switch { 1 => 48, 2 => 36, 3 => 28, 4 => 24, 5 => 20, _ => 16 };
                break;
            case "a":
                if (tag.TryGetAttribute("href", out _))
                    (format.Underline, format.Color) = (true, 0x0563C1);
                break;
            case "font":
                if (tag.TryGetAttribute("color", out var color) && TryColor(color, out var rgb))
                    format.Color = rgb;
                if (tag.Attribute("face") is { Length: > 0 } face)
                    format.Font = FirstFont(face);
                if (tag.TryGetAttribute("size", out var size) && size.Length > 0)
                    format.Size = FontSize(size);
                break;
        }
        if (tag.Attribute("style") is { Length: > 0 } style)
            format.Apply(style);
        return format;
    }

    /// <summary>A tag's name in lower case without allocation for the known ones; "" for others.</summary>
    public static string Known(ReadOnlySpan<char> name)
    {
        if (name.Length > 10)
            return "";
        Span<char> lower = stackalloc char[10];
        var length = name.ToLowerInvariant(lower);
        return KnownTags.TryGetValue(lower[..length], out var known) ? known : "";
    }

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> KnownTags = new HashSet<string>(StringComparer.Ordinal)
    {
        "a", "abbr", "address", "article", "aside", "b", "big", "blockquote", "body", "br", "caption", "center", "cite", "code", "dd", "del", "details", "dfn", "dir", "div", "dl", "dt",
        "em", "fieldset", "figcaption", "figure", "font", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hr", "html", "i", "img", "input", "ins", "kbd", "label",
        "legend", "li", "link", "main", "map", "menu", "meta", "nav", "ol", "option", "p", "pre", "q", "s", "samp", "script", "section", "select", "small", "span", "strike", "strong",
        "style", "sub", "summary", "sup", "table", "tbody", "td", "textarea", "tfoot", "th", "thead", "title", "tr", "tt", "u", "ul", "var", "xmp", "base", "template", "noscript", "listing",
    }.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Tags that never have an end tag.</summary>
    public static bool IsVoid(string name) => name is "br" or "hr" or "img" or "input" or "link" or "meta" or "base";

    public static bool IsBlock(string name) => name is "address" or "article" or "aside" or "blockquote" or "body" or "caption" or "center" or "dd" or "details" or "dir" or "div" or "dl" or "dt"
        or "fieldset" or "figcaption" or "figure" or "footer" or "form" or "h1" or "h2" or "h3" or "h4" or "h5" or "h6" or "header" or "hr" or "html" or "legend" or "li" or "main" or "menu" or "nav"
        or "ol" or "p" or "pre" or "section" or "summary" or "table" or "tbody" or "tfoot" or "thead" or "tr" or "ul" or "xmp" or "listing" or "option";

    private void Apply(ReadOnlySpan<char> style)
    {
        foreach (var range in style.Split(';'))
        {
            var declaration = style[range];
            var colon = declaration.IndexOf(':');
            if (colon < 0)
                continue;
            var name = declaration[..colon].Trim();
            var value = declaration[(colon + 1)..].Trim();
            if (value.EndsWith("!important", StringComparison.OrdinalIgnoreCase))
                value = value[..^10].TrimEnd();
            if (name.Equals("font-weight", StringComparison.OrdinalIgnoreCase))
                Bold = Starts(value, "bold") || value.Length == 3 && value[0] is >= '6' and <= '9';
            else if (name.Equals("font-style", StringComparison.OrdinalIgnoreCase))
                Italic = Starts(value, "italic") || Starts(value, "oblique");
            else if (Starts(name, "text-decoration"))
                (Underline, Strike) = (value.IndexOf("underline", StringComparison.OrdinalIgnoreCase) >= 0, value.IndexOf("line-through", StringComparison.OrdinalIgnoreCase) >= 0);
            else if (name.Equals("color", StringComparison.OrdinalIgnoreCase))
                Color = TryColor(value, out var color) ? color : Color;
            else if (name.Equals("background", StringComparison.OrdinalIgnoreCase) || name.Equals("background-color", StringComparison.OrdinalIgnoreCase))
                Background = TryColor(value, out var color) ? color : Background;
            else if (name.Equals("font-family", StringComparison.OrdinalIgnoreCase))
                Font = FirstFont(value);
            else if (name.Equals("font-size", StringComparison.OrdinalIgnoreCase) && Points(value) is > 0 and var points)
                Size = (short)Math.Clamp((int)Math.Round(points * 2), 2, 400);
            else if (name.Equals("display", StringComparison.OrdinalIgnoreCase))
                Hidden |= Starts(value, "none");
            else if (name.Equals("mso-hide", StringComparison.OrdinalIgnoreCase))
                Hidden |= Starts(value, "all");
            else if (name.Equals("vertical-align", StringComparison.OrdinalIgnoreCase))
                Script = Starts(value, "super") ? (sbyte)1 : Starts(value, "sub") ? (sbyte)-1 : Script;
        }
    }

    private static bool Starts(ReadOnlySpan<char> value, string with) => value.StartsWith(with, StringComparison.OrdinalIgnoreCase);

    private static string? FirstFont(ReadOnlySpan<char> value)
    {
        var comma = value.IndexOf(',');
        var name = (comma < 0 ? value : value[..comma]).Trim(" \t\r\n\"'");
        return name.IsEmpty || name.Length > 64 || name.IndexOfAny("{};\\") >= 0 ? null : name.ToString();
    }

    private short FontSize(ReadOnlySpan<char> size)
    {
        if (!int.TryParse(size.TrimStart('+'), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return Size;
        if (size[0] is '+' or '-')
            number += 3;
        return Math.Clamp(number, 1, 7) switch { 1 => 15, 2 => 20, 3 => 24, 4 => 27, 5 => 36, 6 => 48, _ => 72 };
    }

    private static double Points(ReadOnlySpan<char> value)
    {
        var unit = value.IndexOfAnyExceptInRange('.', '9');
        if (unit <= 0 || !double.TryParse(value[..unit], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number))
            return 0;
        var name = value[unit..].Trim();
        return Starts(name, "pt") ? number : Starts(name, "px") ? number * 0.75 : Starts(name, "em") ? number * 12 : Starts(name, "%") ? number * 0.12 : 0;
    }

    /// <summary>#rgb, #rrggbb, rgb(r, g, b) and the names that mail uses.</summary>
    internal static bool TryColor(ReadOnlySpan<char> value, out int rgb)
    {
        rgb = -1;
        value = value.Trim();
        if (value.Length == 7 && value[0] == '#')
            return int.TryParse(value[1..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out rgb);
        if (value.Length == 4 && value[0] == '#' && int.TryParse(value[1..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var brief))
        {
            rgb = (brief >> 8 & 15) * 0x110000 | (brief >> 4 & 15) * 0x1100 | (brief & 15) * 0x11;
            return true;
        }
        if (Starts(value, "rgb(") && value[^1] == ')')
        {
            Span<Range> parts = stackalloc Range[4];
            var inner = value[4..^1];
            if (inner.Split(parts, ',') != 3)
                return false;
            var sum = 0;
            for (var i = 0; i < 3; i++)
            {
                if (!int.TryParse(inner[parts[i]].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var part))
                    return false;
                sum = sum << 8 | Math.Min(part, 255);
            }
            rgb = sum;
            return true;
        }
        if (value.Length > 12)
            return false;
        Span<char> lower = stackalloc char[12];
        rgb = lower[..value.ToLowerInvariant(lower)] switch
        {
            "black" or "windowtext" => 0,
            "white" => 0xFFFFFF,
            "red" => 0xFF0000,
            "green" => 0x008000,
            "blue" => 0x0000FF,
            "navy" => 0x000080,
            "gray" or "grey" => 0x808080,
            "silver" => 0xC0C0C0,
            "maroon" => 0x800000,
            "purple" => 0x800080,
            "yellow" => 0xFFFF00,
            "olive" => 0x808000,
            "lime" => 0x00FF00,
            "teal" => 0x008080,
            "aqua" or "cyan" => 0x00FFFF,
            "fuchsia" or "magenta" => 0xFF00FF,
            "orange" => 0xFFA500,
            "brown" => 0xA52A2A,
            "darkblue" => 0x00008B,
            "darkgreen" => 0x006400,
            "darkred" => 0x8B0000,
            "lightgrey" or "lightgray" => 0xD3D3D3,
            _ => -1,
        };
        return rgb >= 0;
    }
}
