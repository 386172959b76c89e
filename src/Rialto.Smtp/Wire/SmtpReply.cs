// RFC 5321 4.2 (replies), RFC 2034 (enhanced status codes).
using System.Globalization;

namespace Rialto.Smtp.Wire;

/// <summary>A reply: code, enhanced status code (empty where none belongs, as in 220, 334 and 354), text of ASCII; several lines with <see cref="More"/>.</summary>
internal sealed record SmtpReply(int Code, string Enhanced, string Text)
{
    /// <summary>Nothing is said.</summary>
    public static readonly SmtpReply None = new(0, "", "");

    /// <summary>Further lines behind <see cref="Text"/>.</summary>
    public IReadOnlyList<string> More { get; init; } = [];

    /// <summary>The connection is closed after this reply.</summary>
    public bool Closes { get; init; }

    public bool IsError => Code >= 400;

    public void WriteTo(System.Text.StringBuilder to)
    {
        Line(to, Text, More.Count == 0);
        for (var i = 0; i < More.Count; i++) Line(to, More[i], i == More.Count - 1);
    }

    private void Line(System.Text.StringBuilder to, string text, bool last)
    {
        to.Append(CultureInfo.InvariantCulture, $"{Code:D3}").Append(last ? ' ' : '-');
        if (Enhanced.Length > 0) to.Append(Enhanced).Append(' ');
        to.Append(text).Append("\r\n");
    }

    private byte[]? bytes;

    /// <summary>A changed copy has bytes of its own.</summary>
    private SmtpReply(SmtpReply original)
    {
        Code = original.Code;
        Enhanced = original.Enhanced;
        Text = original.Text;
        More = original.More;
        Closes = original.Closes;
    }

    /// <summary>The reply as sent; made once, since most replies are constants.</summary>
    public ReadOnlySpan<byte> Bytes
    {
        get
        {
            if (Code == 0) return default;
            if (bytes is null)
            {
                var text = new System.Text.StringBuilder(96);
                WriteTo(text);
                bytes = System.Text.Encoding.ASCII.GetBytes(text.ToString());
            }

            return bytes;
        }
    }
}
