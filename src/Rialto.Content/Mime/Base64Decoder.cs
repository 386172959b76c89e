// RFC 2045 6.8.
using System.Buffers;
using System.Buffers.Text;

namespace Rialto.Content.Mime;

/// <summary>Base64 piece by piece: digits that make no byte yet wait for the next piece. What is no digit is skipped, padding ends a group wherever it stands.</summary>
internal struct Base64Decoder
{
    private static readonly sbyte[] Digits = MakeDigits();

    private uint _group;
    private int _digits;

    /// <summary>Takes the whole piece. The destination holds three quarters of it and three bytes.</summary>
    public int Decode(ReadOnlySpan<byte> source, Span<byte> destination, bool isFinal)
    {
        var written = 0;
        while (!source.IsEmpty)
        {
            var lineEnd = source.IndexOf((byte)'\n');
            var line = lineEnd < 0 ? source : source[..(lineEnd + 1)];
            source = source[line.Length..];
            // Undisturbed lines a vector at a time; garbage makes slow only the line it stands in.
            var text = line.TrimEnd("\r\n"u8);
            text = text[..(text.Length & ~3)];
            if (_digits == 0 && Base64.DecodeFromUtf8(text, destination[written..], out _, out var fast) == OperationStatus.Done)
            {
                written += fast;
                line = line[text.Length..];
            }
            DecodeSlowly(line, destination, ref written);
        }
        if (isFinal)
            Flush(destination, ref written);
        return written;
    }

    private void DecodeSlowly(ReadOnlySpan<byte> source, Span<byte> destination, ref int written)
    {
        foreach (var b in source)
        {
            int digit = Digits[b];
            if (digit >= 0)
            {
                _group = _group << 6 | (uint)digit;
                if (++_digits < 4)
                    continue;
                destination[written++] = (byte)(_group >> 16);
                destination[written++] = (byte)(_group >> 8);
                destination[written++] = (byte)_group;
                _digits = 0;
                _group = 0;
            }
            else if (b == '=' && _digits > 0)
            {
                Flush(destination, ref written);
            }
        }
    }

    private void Flush(Span<byte> destination, ref int written)
    {
        if (_digits == 2)
        {
            destination[written++] = (byte)(_group >> 4);
        }
        else if (_digits == 3)
        {
            destination[written++] = (byte)(_group >> 10);
            destination[written++] = (byte)(_group >> 2);
        }
        _group = 0;
        _digits = 0;
    }

    private static sbyte[] MakeDigits()
    {
        var digits = new sbyte[256];
        digits.AsSpan().Fill(-1);
        const string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (var i = 0; i < alphabet.Length; i++)
            digits[alphabet[i]] = (sbyte)i;
        return digits;
    }
}
