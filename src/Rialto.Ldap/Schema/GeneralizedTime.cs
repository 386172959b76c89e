// RFC 4517 3.3.13, 4.2.16.
using System.Globalization;

namespace Rialto.Ldap.Schema;

/// <summary>Times as LDAP writes them.</summary>
internal static class GeneralizedTime
{
    private static readonly string[] Forms = ["yyyyMMddHHmmss", "yyyyMMddHHmm", "yyyyMMddHH"];

    /// <summary>YYYYMMDDHH[MM[SS]][.fraction](Z|+hh[mm]|-hh[mm]); null when it is none. A fraction counts of the last unit that is written.</summary>
    public static DateTimeOffset? Parse(ReadOnlySpan<char> text)
    {
        if (text.Length > 40) return null;
        var zone = text.IndexOfAny('Z', '+', '-');
        if (zone < 10 || Offset(text[zone..]) is not { } offset) return null;
        var local = text[..zone];
        var comma = local.IndexOfAny('.', ',');
        var digits = comma < 0 ? local : local[..comma];
        var fraction = 0d;
        if (comma >= 0 && (comma + 1 == local.Length || !double.TryParse($"0.{local[(comma + 1)..]}", NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out fraction))) return null;
        if (!DateTime.TryParseExact(digits, Forms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)) return null;
        var unit = digits.Length switch { 14 => TimeSpan.FromSeconds(1), 12 => TimeSpan.FromMinutes(1), _ => TimeSpan.FromHours(1) };
        var utc = time.Ticks + (long)(fraction * unit.Ticks) - offset.Ticks;
        return utc < 0 || utc > DateTime.MaxValue.Ticks ? null : new DateTimeOffset(utc, TimeSpan.Zero);
    }

    private static TimeSpan? Offset(ReadOnlySpan<char> text)
    {
        if (text is "Z") return TimeSpan.Zero;
        if (text.Length is not (3 or 5) || text[0] == 'Z' || !int.TryParse(text[1..3], NumberStyles.None, CultureInfo.InvariantCulture, out var hours) || hours > 23) return null;
        var minutes = 0;
        if (text.Length == 5 && (!int.TryParse(text[3..], NumberStyles.None, CultureInfo.InvariantCulture, out minutes) || minutes > 59)) return null;
        var offset = new TimeSpan(hours, minutes, 0);
        return text[0] == '-' ? -offset : offset;
    }
}
