// RFC 5322 2.2.3 folding; RFC 2047 encoded words; RFC 2231 parameters.
using System.Text;

namespace Rialto.Content.Mime;

/// <summary>Header fields as 7-bit ASCII in lines of at most 78 characters where their words allow.</summary>
public static class HeaderEncoder
{
    private const int MaxLine = 76;

    /// <summary>"Name: text" with a line end. Text outside printable ASCII becomes encoded words.</summary>
    public static void Unstructured(StringBuilder target, string name, string text)
    {
        text = MailAddress.Clean(text);
        target.Append(name).Append(": ");
        var column = name.Length + 2;
        if (IsPlain(text) && !text.Contains("=?", StringComparison.Ordinal))
            Folded(target, text, ref column);
        else
            Words(target, text, ref column);
        target.Append("\r\n");
    }

    /// <summary>A field that must not be touched, such as a message id; only folded at its blanks.</summary>
    public static void Raw(StringBuilder target, string name, string text)
    {
        target.Append(name).Append(": ");
        var column = name.Length + 2;
        Folded(target, OnlyAscii(MailAddress.Clean(text)), ref column);
        target.Append("\r\n");
    }

    /// <summary>An address field: one address after another, folded between them. Nothing where there are none.</summary>
    public static void Addresses(StringBuilder target, string name, IReadOnlyList<MailAddress> addresses)
    {
        if (addresses.Count == 0)
            return;
        target.Append(name).Append(": ");
        var column = name.Length + 2;
        for (var i = 0; i < addresses.Count; i++)
        {
            // On this line if it fits whole, else on the next, where it may fold once more between name and mailbox.
            var address = new StringBuilder();
            var end = column + 1;
            Address(address, addresses[i], ref end);
            if (i > 0 && end > MaxLine || i > 0 && address.ToString().Contains('\n', StringComparison.Ordinal))
            {
                address.Clear();
                end = 1;
                Address(address, addresses[i], ref end);
                target.Append("\r\n");
            }
            target.Append(i > 0 ? " " : "").Append(address).Append(i + 1 < addresses.Count ? "," : "");
            column = end + 1;
        }
        target.Append("\r\n");
    }

    /// <summary>"; name=value" on a line of its own: a quoted string, or RFC 2231 pieces where it is not ASCII or too long for a line.</summary>
    public static void Parameter(StringBuilder target, string name, string value)
    {
        value = MailAddress.Clean(value);
        // Readers take "=?" in a value for an encoded word, which it must not be.
        if (IsPlain(value) && value.Length + name.Length < 70 && !value.Contains("=?", StringComparison.Ordinal))
        {
            target.Append(";\r\n ").Append(name).Append("=\"").Append(value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"');
            return;
        }
        var encoded = new List<string>();
        foreach (var b in Encoding.UTF8.GetBytes(value))
            encoded.Add(char.IsAsciiLetterOrDigit((char)b) || b is (byte)'.' or (byte)'-' or (byte)'_' ? ((char)b).ToString() : "%" + System.Convert.ToHexString([b]));
        var pieces = new List<string>();
        var piece = new StringBuilder("utf-8''");
        foreach (var one in encoded)
        {
            if (piece.Length + one.Length + name.Length > 66)
            {
                pieces.Add(piece.ToString());
                piece.Clear();
            }
            piece.Append(one);
        }
        pieces.Add(piece.ToString());
        for (var i = 0; i < pieces.Count; i++)
        {
            target.Append(";\r\n ").Append(name).Append('*');
            if (pieces.Count > 1)
                target.Append(i).Append('*');
            target.Append('=').Append(pieces[i]);
        }
    }

    private static void Address(StringBuilder target, MailAddress address, ref int column)
    {
        var mailbox = Mailbox(MailAddress.Clean(address.Address));
        if (address.Name.Length == 0 || address.Name == address.Address)
        {
            target.Append('<').Append(mailbox).Append('>');
            column += mailbox.Length + 2;
            return;
        }
        var length = target.Length;
        var start = column;
        var name = MailAddress.Clean(address.Name);
        var words = !IsPlain(name) || name.Contains("=?", StringComparison.Ordinal);
        if (words)
            Words(target, name, ref column);
        else if (name.All(c => char.IsAsciiLetterOrDigit(c) || " !#$%&'*+-/=?^_`{|}~".Contains(c, StringComparison.Ordinal)))
            target.Append(name);
        else
            target.Append('"').Append(name.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)).Append('"');
        if (!words)
            column = start + target.Length - length;
        if (column + mailbox.Length + 3 > MaxLine)
        {
            target.Append("\r\n");
            column = 0;
        }
        target.Append(" <").Append(mailbox).Append('>');
        column += mailbox.Length + 3;
    }

    /// <summary>
    /// An addr-spec that reads back as itself: a local part that is no dot-atom is quoted, stray specials go. One that is not ASCII goes out as UTF-8
    /// (RFC 6532): there is no other way to write it.
    /// </summary>
    private static string Mailbox(string address)
    {
        var at = address.LastIndexOf('@');
        var local = at < 0 ? address : address[..at];
        var domain = at < 0 ? "" : "@" + string.Concat(address[(at + 1)..].Where(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '[' or ']' or ':' || c > 127));
        if (local.Length >= 2 && local[0] == '"' && local[^1] == '"' || !local.AsSpan().ContainsAny("()<>[]:;@\\,\" "))
            return local + domain;
        return '"' + local.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + '"' + domain;
    }

    private static void Folded(StringBuilder target, string text, ref int column)
    {
        var position = 0;
        while (position < text.Length)
        {
            var end = text.IndexOf(' ', position + 1);
            if (end < 0)
                end = text.Length;
            var length = end - position;
            // A fold is a line end before a blank that is there already.
            if (column + length > MaxLine && position > 0 && text[position] == ' ' && text.AsSpan(position, length).ContainsAnyExcept(' '))
            {
                target.Append("\r\n");
                column = 0;
            }
            target.Append(text, position, length);
            column += length;
            position = end;
        }
    }

    /// <summary>Encoded words of UTF-8, each of whole characters and at most 75 long: Q for mostly ASCII, B for the rest.</summary>
    private static void Words(StringBuilder target, string text, ref int column)
    {
        var ascii = text.Count(c => c is > ' ' and < (char)127);
        var q = ascii * 2 >= text.Length;
        var first = true;
        var position = 0;
        while (position < text.Length)
        {
            // 75 less "=?utf-8?q?" and "?="; the first word shares its line with the name of the field.
            var room = Math.Max(20, Math.Min(63, (first ? 74 - column : 73) - 12));
            var word = new StringBuilder();
            var bytes = new List<byte>();
            while (position < text.Length)
            {
                var width = char.IsHighSurrogate(text[position]) && position + 1 < text.Length && char.IsLowSurrogate(text[position + 1]) ? 2 : 1;
                var character = Encoding.UTF8.GetBytes(text.Substring(position, width));
                if (q)
                {
                    var encoded = string.Concat(character.Select(QByte));
                    if (word.Length + encoded.Length > room)
                        break;
                    word.Append(encoded);
                }
                else
                {
                    if ((bytes.Count + character.Length + 2) / 3 * 4 > room)
                        break;
                    bytes.AddRange(character);
                }
                position += width;
            }
            if (!first)
            {
                target.Append("\r\n ");
                column = 1;
            }
            var data = q ? word.ToString() : System.Convert.ToBase64String([.. bytes]);
            target.Append("=?utf-8?").Append(q ? 'q' : 'b').Append('?').Append(data).Append("?=");
            column += data.Length + 12;
            first = false;
        }
    }

    /// <summary>RFC 2047 5(3): in a phrase only letters, digits and !*+-/ stand for themselves.</summary>
    private static string QByte(byte b) => b == ' ' ? "_" : char.IsAsciiLetterOrDigit((char)b) || b is (byte)'!' or (byte)'*' or (byte)'+' or (byte)'-' or (byte)'/'
        ? ((char)b).ToString()
        : "=" + System.Convert.ToHexString([b]);

    private static bool IsPlain(string text) => !text.AsSpan().ContainsAnyExceptInRange(' ', '~');

    private static string OnlyAscii(string text) => IsPlain(text) ? text : string.Concat(text.Where(c => c is >= ' ' and <= '~'));
}
