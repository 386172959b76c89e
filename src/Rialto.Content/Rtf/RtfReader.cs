// Rich Text Format 1.9.1, "Conventions of an RTF Reader": groups, control words, control symbols, text.
using System.Buffers;

namespace Rialto.Content.Rtf;

/// <summary>What the reader stands on.</summary>
public enum RtfTokenKind : byte
{
    End,
    GroupStart,
    GroupEnd,

    /// <summary>A control word: Span is its name, Parameter its number.</summary>
    Control,

    /// <summary>A control symbol: Byte is the character after the backslash. A backslash before a line end comes as the control word par.</summary>
    Symbol,

    /// <summary>\'hh: Byte is the value.</summary>
    Hex,

    /// <summary>Text as it stands, line ends and NULs left out.</summary>
    Text,

    /// <summary>\binN: Span is the data, as much of it as there is.</summary>
    Binary,
}

/// <summary>Splits RTF into tokens: forward only, without allocation, any bytes to the end in linear time.</summary>
public ref struct RtfReader(ReadOnlySpan<byte> rtf)
{
    private static readonly SearchValues<byte> Marks = SearchValues.Create("\\{}\r\n\0"u8);

    private ReadOnlySpan<byte> _rest = rtf;

    public RtfTokenKind Kind { get; private set; }

    public ReadOnlySpan<byte> Span { get; private set; }

    /// <summary>The number after a control word; 0 without one.</summary>
    public int Parameter { get; private set; }

    public bool HasParameter { get; private set; }

    public byte Byte { get; private set; }

    /// <summary>Moves to the next token; false at the end.</summary>
    public bool Read()
    {
        while (!_rest.IsEmpty)
        {
            switch (_rest[0])
            {
                case (byte)'\r' or (byte)'\n' or 0:
                    _rest = _rest[1..];
                    continue;
                case (byte)'{':
                    return Take(RtfTokenKind.GroupStart, 1);
                case (byte)'}':
                    return Take(RtfTokenKind.GroupEnd, 1);
                case (byte)'\\':
                    if (ReadControl())
                        return true;
                    continue;
                default:
                    var end = _rest.IndexOfAny(Marks);
                    return Take(RtfTokenKind.Text, end < 0 ? _rest.Length : end);
            }
        }
        Kind = RtfTokenKind.End;
        return false;
    }

    private bool Take(RtfTokenKind kind, int length)
    {
        Kind = kind;
        Span = _rest[..length];
        _rest = _rest[length..];
        return true;
    }

    private bool ReadControl()
    {
        if (_rest.Length == 1)
        {
            _rest = default;
            return false;
        }
        var c = _rest[1];
        if (IsLetter(c))
            return ReadWord();
        if (c == '\'')
        {
            if (_rest.Length >= 4 && Hex(_rest[2]) is >= 0 and var high && Hex(_rest[3]) is >= 0 and var low)
            {
                Byte = (byte)(high << 4 | low);
                return Take(RtfTokenKind.Hex, 4);
            }
            _rest = _rest[2..];
            return false;
        }
        if (c is (byte)'\r' or (byte)'\n')
        {
            Take(RtfTokenKind.Control, _rest.Length > 2 && c == '\r' && _rest[2] == '\n' ? 3 : 2);
            Span = "par"u8;
            Parameter = 0;
            HasParameter = false;
            return true;
        }
        Byte = c;
        return Take(RtfTokenKind.Symbol, 2);
    }

    private bool ReadWord()
    {
        var i = 2;
        while (i < _rest.Length && IsLetter(_rest[i]))
            i++;
        var name = _rest[1..i];
        var negative = i + 1 < _rest.Length && _rest[i] == '-' && IsDigit(_rest[i + 1]);
        if (negative)
            i++;
        var digits = i;
        long number = 0;
        while (i < _rest.Length && IsDigit(_rest[i]))
        {
            number = Math.Min(number * 10 + (_rest[i] - '0'), int.MaxValue);
            i++;
        }
        HasParameter = i > digits;
        Parameter = (int)(negative ? -number : number);
        if (i < _rest.Length && _rest[i] == ' ')
            i++;
        if (HasParameter && name.SequenceEqual("bin"u8))
        {
            _rest = _rest[i..];
            return Take(RtfTokenKind.Binary, (int)Math.Clamp(number * (negative ? 0 : 1), 0, _rest.Length));
        }
        Take(RtfTokenKind.Control, i);
        Span = name;
        return true;
    }

    private static bool IsLetter(byte c) => (uint)((c | 0x20) - 'a') <= 'z' - 'a';

    private static bool IsDigit(byte c) => (uint)(c - '0') <= 9;

    private static int Hex(byte c) => c switch
    {
        >= (byte)'0' and <= (byte)'9' => c - '0',
        >= (byte)'a' and <= (byte)'f' => c - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => c - 'A' + 10,
        _ => -1,
    };
}
