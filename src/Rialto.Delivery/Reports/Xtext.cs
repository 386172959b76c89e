// RFC 3461 4 (xtext), RFC 6533 3 (utf-8-addr-xtext is decoded as xtext here).
using System.Text;

namespace Rialto.Delivery;

/// <summary>The encoding of ENVID, ORCPT and AUTH parameters: printable ASCII, where "+", "=" and the rest stand as "+" and two upper-case hexadecimal digits.</summary>
public static class Xtext
{
    public static bool IsValid(ReadOnlySpan<char> text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '+')
            {
                if (i + 2 >= text.Length || !IsHex(text[i + 1]) || !IsHex(text[i + 2])) return false;
                i += 2;
            }
            else if (c is < '!' or > '~' or '=')
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether it is valid and stands for printable ASCII: letters, signs and spaces. RFC 3461 4.2, 4.4.</summary>
    public static bool IsPrintable(string text) => IsValid(text) && !Decode(text).AsSpan().ContainsAnyExceptInRange(' ', '~');

    public static string Encode(string text)
    {
        var encoded = new StringBuilder(text.Length + 8);
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            if (b is > 0x20 and < 0x7F and not (byte)'+' and not (byte)'=') encoded.Append((char)b);
            else encoded.Append('+').Append(b.ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        }

        return encoded.ToString();
    }

    /// <summary>The text behind a valid encoding; what is no valid encoding comes back as it is.</summary>
    public static string Decode(string text)
    {
        if (!text.Contains('+', StringComparison.Ordinal) || !IsValid(text)) return text;
        var bytes = new byte[text.Length];
        var length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '+')
            {
                bytes[length++] = (byte)text[i];
                continue;
            }

            bytes[length++] = byte.Parse(text.AsSpan(i + 1, 2), System.Globalization.NumberStyles.AllowHexSpecifier, System.Globalization.CultureInfo.InvariantCulture);
            i += 2;
        }

        return Encoding.UTF8.GetString(bytes, 0, length);
    }

    private static bool IsHex(char c) => c is (>= '0' and <= '9') or (>= 'A' and <= 'F');
}
