// RFC 5321 4.1.1.1, 4.1.3 (address literals).
using System.Text;

namespace Rialto.Smtp.Commands;

/// <summary>The name in EHLO and HELO: goes into trace headers, so only what may stand there is taken. Whether it is true is not asked (RFC 5321 4.1.4).</summary>
internal static class HelloArgument
{
    private const int MaximumLength = 255;

    public static string? Read(ReadOnlySpan<byte> argument)
    {
        argument = argument.Trim((byte)' ');
        if (argument.IsEmpty || argument.Length > MaximumLength) return null;
        foreach (var b in argument)
        {
            if (b is <= (byte)' ' or >= 127 or (byte)'(' or (byte)')' or (byte)'<' or (byte)'>' or (byte)';' or (byte)'"' or (byte)'\\' or (byte)',' or (byte)'@') return null;
        }

        return Encoding.ASCII.GetString(argument);
    }
}
