// RFC 5321 4.2 (replies), RFC 2034 and RFC 3463 (enhanced status codes).
using System.Text;
using Rialto.Delivery;

namespace Rialto.Smtp.Client;

/// <summary>What another server answered. Its text is cleaned when it is read: it ends up in logs, in the queue and in reports, and a stranger wrote it.</summary>
internal sealed class ClientReply(int code, IReadOnlyList<string> lines)
{
    /// <summary>Characters that are kept of all lines together.</summary>
    private const int MaximumText = 500;

    public int Code => code;

    /// <summary>The lines without their codes.</summary>
    public IReadOnlyList<string> Lines => lines;

    public bool IsPositive => code is >= 200 and < 300;

    /// <summary>The server is closing the connection.</summary>
    public bool Closes => code == 421;

    /// <summary>The status for a recipient that the reply is about.</summary>
    public DeliveryStatus ToStatus()
    {
        var text = new StringBuilder();
        string? enhanced = null;
        foreach (var line in lines)
        {
            var rest = TakeEnhanced(line, out var found) ? line[(found!.Length + 1)..] : line;
            enhanced ??= found;
            if (text.Length > 0) text.Append(' ');
            text.Append(rest);
            if (text.Length > MaximumText) break;
        }

        if (text.Length > MaximumText) text.Length = MaximumText;
        // A class that contradicts the reply is a mistake; the reply decides (RFC 2034 4).
        var own = code / 100;
        if (enhanced is null || enhanced[0] - '0' != own) enhanced = own switch { 2 => "2.0.0", 4 => "4.0.0", _ => "5.0.0" };
        return new(code, enhanced, text.Length == 0 ? "(no text)" : text.ToString());
    }

    public override string ToString() => $"{code} {string.Join(" / ", lines)}";

    /// <summary>Printable ASCII as it is, everything else as a question mark: no line end or control character gets past here.</summary>
    public static string Clean(ReadOnlySpan<byte> line)
    {
        if (line.Length > MaximumText) line = line[..MaximumText];
        return string.Create(line.Length, line, static (to, from) =>
        {
            for (var i = 0; i < to.Length; i++) to[i] = from[i] is >= 0x20 and < 0x7F ? (char)from[i] : from[i] == '\t' ? ' ' : '?';
        });
    }

    private static bool TakeEnhanced(string line, out string? code)
    {
        code = null;
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        var word = space < 0 ? line : line[..space];
        if (word.Length is < 5 or > 9 || word[0] is not ('2' or '4' or '5') || word[1] != '.') return false;
        var dots = 0;
        foreach (var c in word)
        {
            if (c == '.') dots++;
            else if (!char.IsAsciiDigit(c)) return false;
        }

        if (dots != 2 || word[^1] == '.' || word[2] == '.') return false;
        if (space < 0) return false;
        code = word;
        return true;
    }
}
