// RFC 2852 4: by-value = by-time ";" by-mode [by-trace].
using System.Buffers.Text;
using Rialto.Delivery;

namespace Rialto.Smtp.Wire;

/// <summary>MAIL's BY: until when the sender wants the message delivered.</summary>
internal static class DeliverByParameter
{
    private const int MaximumDigits = 9;

    /// <summary>Reads the value; false when it is none, or asks for mail back (R) that would have to have been delivered already.</summary>
    /// <param name="value">Behind the equals sign.</param>
    /// <param name="now">When it came: the time is counted from here.</param>
    /// <param name="seconds">The by-time.</param>
    /// <param name="by">What it means.</param>
    public static bool TryRead(ReadOnlySpan<byte> value, DateTimeOffset now, out long seconds, out DeliverBy by)
    {
        by = null!;
        seconds = 0;
        var semicolon = value.IndexOf((byte)';');
        if (semicolon < 0) return false;
        var time = value[..semicolon];
        var modes = value[(semicolon + 1)..];
        var isNegative = time is [(byte)'-', ..];
        if (time is [(byte)'-' or (byte)'+', ..]) time = time[1..];
        if (time.Length is 0 or > MaximumDigits || time.ContainsAnyExceptInRange((byte)'0', (byte)'9') || !Utf8Parser.TryParse(time, out seconds, out _)) return false;
        if (isNegative) seconds = -seconds;
        if (modes is not [var mode, ..] || modes.Length > 2 || (modes.Length == 2 && modes[1] is not ((byte)'T' or (byte)'t'))) return false;
        var returns = mode is (byte)'R' or (byte)'r';
        if ((!returns && mode is not ((byte)'N' or (byte)'n')) || (returns && seconds <= 0)) return false;
        by = new DeliverBy((now + TimeSpan.FromSeconds(seconds)).UtcTicks, returns, modes.Length == 2);
        return true;
    }
}
