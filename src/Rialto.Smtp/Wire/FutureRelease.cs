// RFC 4865 3 (HOLDFOR: seconds, HOLDUNTIL: a time as RFC 3339 has it, in UTC).
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Rialto.Smtp.Wire;

/// <summary>The parameters of MAIL by which a submission asks to be sent later.</summary>
internal static class FutureRelease
{
    /// <summary>RFC 4865 3: digits of an interval.</summary>
    private const int MaximumDigits = 9;

    /// <summary>Reads a value into UTC ticks, never 0; false when it is none, or later than may be asked for.</summary>
    public static bool TryRead(ReadOnlySpan<byte> value, bool isInterval, DateTimeOffset now, TimeSpan longest, out long release)
    {
        release = 0;
        if (isInterval)
        {
            if (value.Length is 0 or > MaximumDigits || value[0] == (byte)'0' || value.ContainsAnyExceptInRange((byte)'0', (byte)'9') || !Utf8Parser.TryParse(value, out long seconds, out _)) return false;
            if (TimeSpan.FromSeconds(seconds) > longest) return false;
            release = (now + TimeSpan.FromSeconds(seconds)).UtcTicks;
            return true;
        }

        if (!Ascii.IsValid(value) || !DateTimeOffset.TryParseExact(Encoding.ASCII.GetString(value), ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) || time.Offset != TimeSpan.Zero) return false;
        if (time - now > longest) return false;
        release = Math.Max(time.UtcTicks, 1);
        return true;
    }
}
