// RFC 5321 4.1.2 (esmtp-param).
using System.Text;

namespace Rialto.Smtp.Wire;

/// <summary>Walks the parameters behind a path: keyword, or keyword=value, separated by spaces.</summary>
internal ref struct SmtpParameters(ReadOnlySpan<byte> text)
{
    private ReadOnlySpan<byte> rest = text;

    public ReadOnlySpan<byte> Keyword { get; private set; }

    public ReadOnlySpan<byte> Value { get; private set; }

    public bool HasValue { get; private set; }

    /// <summary>Set when the rest is no parameter.</summary>
    public bool IsMalformed { get; private set; }

    public bool MoveNext()
    {
        rest = rest.TrimStart((byte)' ');
        if (rest.IsEmpty) return false;
        var end = rest.IndexOf((byte)' ');
        var parameter = end < 0 ? rest : rest[..end];
        rest = end < 0 ? default : rest[end..];
        var equals = parameter.IndexOf((byte)'=');
        HasValue = equals >= 0;
        Keyword = HasValue ? parameter[..equals] : parameter;
        Value = HasValue ? parameter[(equals + 1)..] : default;
        IsMalformed = Keyword.IsEmpty || Keyword.IndexOfAnyExceptInRange((byte)'!', (byte)'~') >= 0 || (HasValue && (Value.IsEmpty || Value.IndexOfAnyInRange((byte)0, (byte)32) >= 0));
        return !IsMalformed;
    }

    public readonly bool Is(ReadOnlySpan<byte> keyword) => Ascii.EqualsIgnoreCase(Keyword, keyword);
}
