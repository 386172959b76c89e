// RFC 5322 3.3 date-time, 4.3 obsolete zones and years; besides what mailers and mailing lists really write.
using System.Globalization;

namespace Rialto.Content.Mime;

/// <summary>Dates of header fields.</summary>
public static class MailDate
{
    /// <summary>
    /// The time in a Date field, with its offset. Null where no day, month and year can be found; a time or zone that lacks or makes
    /// no sense counts as midnight or UTC.
    /// </summary>
    public static DateTimeOffset? Parse(ReadOnlySpan<byte> raw)
    {
        Span<char> buffer = stackalloc char[160];
        var length = WithoutComments(raw, buffer);
        var fields = new Fields();
        var text = (ReadOnlySpan<char>)buffer[..length];
        foreach (var range in text.SplitAny(' ', ','))
        {
            var token = text[range];
            if (!token.IsEmpty)
                fields.Take(token);
        }
        return fields.Result();
    }

    /// <summary>As RFC 5322 3.3 writes it: "Thu, 01 Jan 2026 10:00:00 +0100".</summary>
    public static string Format(DateTimeOffset time) => string.Create(CultureInfo.InvariantCulture,
        $"{time:ddd, dd MMM yyyy HH:mm:ss} {(time.Offset < TimeSpan.Zero ? '-' : '+')}{Math.Abs(time.Offset.Hours):00}{Math.Abs(time.Offset.Minutes):00}");

    private static int WithoutComments(ReadOnlySpan<byte> raw, Span<char> target)
    {
        int length = 0, depth = 0;
        foreach (var b in raw)
        {
            if (b == '(')
                depth++;
            else if (b == ')' && depth > 0)
                depth--;
            else if (depth == 0 && length < target.Length)
                target[length++] = b is > 32 and < 127 and not (byte)'"' ? (char)b : ' ';
        }
        return length;
    }

    private struct Fields
    {
        private int _day, _month, _year, _hour, _minute, _second;
        private bool _hasDay, _hasMonth, _hasYear, _hasTime, _hasZone;
        private int _zoneMinutes;

        public void Take(ReadOnlySpan<char> token)
        {
            if (token.IsEmpty)
                return;
            var first = token[0];
            if (char.IsAsciiDigit(first))
                TakeNumber(token);
            else if (first is '+' or '-')
                TakeOffset(token);
            else if (char.IsAsciiLetter(first))
                TakeWord(token);
        }

        public readonly DateTimeOffset? Result()
        {
            if (!_hasDay || !_hasMonth || !_hasYear || _year is < 1 or > 9998 || _day < 1 || _day > DateTime.DaysInMonth(_year, _month))
                return null;
            var local = new DateTime(_year, _month, _day, _hour, _minute, _second, DateTimeKind.Unspecified);
            var offset = TimeSpan.FromMinutes(_zoneMinutes);
            if (Math.Abs(_zoneMinutes) <= 14 * 60)
                return local.Ticks - offset.Ticks < 0 ? null : new DateTimeOffset(local, offset);
            // No zone is that far; the instant is kept all the same.
            var ticks = local.Ticks - offset.Ticks;
            return ticks < 0 || ticks > DateTime.MaxValue.Ticks ? null : new DateTimeOffset(ticks, TimeSpan.Zero);
        }

        private void TakeNumber(ReadOnlySpan<char> token)
        {
            if (token.Contains(':') && !token.Contains('-'))
            {
                TakeTime(token);
                return;
            }
            var dash = token.IndexOfAny('-', '/');
            if (dash > 0)
            {
                TakeDashed(token);
                return;
            }
            var digits = Digits(token);
            if (!Number(token[..digits], out var value))
                return;
            // "1st", "2nd": the letters say nothing.
            if (!_hasDay && digits <= 2 && value is >= 1 and <= 31)
            {
                _day = value;
                _hasDay = true;
            }
            else if (!_hasYear && digits == token.Length && digits <= 5)
            {
                TakeYear(value, digits);
            }
        }

        /// <summary>2026-01-02, 2026-01-02T10:00:00Z, 2-Jan-2026, 2/Jan/26.</summary>
        private void TakeDashed(ReadOnlySpan<char> token)
        {
            var t = token.IndexOfAny('T', 't');
            if (t > 7 && Digits(token) == 4)
            {
                Take(token[(t + 1)..]);
                token = token[..t];
            }
            var piece = 0;
            var yearFirst = Digits(token) == 4;
            foreach (var range in token.SplitAny('-', '/'))
            {
                var text = token[range];
                if (text.IsEmpty)
                    continue;
                if (char.IsAsciiLetter(text[0]))
                {
                    TakeWord(text);
                }
                else if (Number(text[..Digits(text)], out var value))
                {
                    if (piece == 1 && yearFirst && value is >= 1 and <= 12)
                    {
                        _month = value;
                        _hasMonth = true;
                    }
                    else if (piece == (yearFirst ? 2 : 0))
                    {
                        _day = value;
                        _hasDay = true;
                    }
                    else if (piece == (yearFirst ? 0 : 2))
                    {
                        TakeYear(value, Digits(text));
                    }
                }
                piece++;
            }
        }

        private void TakeYear(int value, int digits)
        {
            // RFC 5322 4.3: two digits are 1950-2049, three count from 1900.
            _year = digits <= 2 ? value < 50 ? 2000 + value : 1900 + value : digits == 3 ? 1900 + value : value;
            _hasYear = true;
        }

        private void TakeTime(ReadOnlySpan<char> token)
        {
            if (_hasTime)
                return;
            Span<int> parts = stackalloc int[3];
            var count = 0;
            while (count < 3)
            {
                var digits = Digits(token);
                if (digits == 0 || !Number(token[..digits], out parts[count]))
                    break;
                count++;
                token = token[digits..];
                if (token.IsEmpty || token[0] != ':')
                    break;
                token = token[1..];
            }
            if (parts[0] > 24 || parts[1] > 59 || parts[2] > 61)
                return;
            _hasTime = true;
            (_hour, _minute, _second) = (parts[0] % 24, parts[1], Math.Min(parts[2], 59));
            if (token.Length > 0 && token[0] == '.')
                token = token[(1 + Digits(token[1..]))..];
            if (token.Length > 0)
                Take(token);
        }

        private void TakeOffset(ReadOnlySpan<char> token)
        {
            if (_hasZone || !_hasTime)
                return;
            var sign = token[0] == '-' ? -1 : 1;
            Span<char> digits = stackalloc char[4];
            var count = 0;
            foreach (var c in token[1..])
            {
                if (char.IsAsciiDigit(c) && count < 4)
                    digits[count++] = c;
                else if (c != ':')
                    break;
            }
            if (count == 0 || !Number(digits[..count], out var value))
                return;
            _hasZone = true;
            _zoneMinutes = sign * (count <= 2 ? value * 60 : value / 100 * 60 + value % 100);
        }

        private void TakeWord(ReadOnlySpan<char> token)
        {
            if (token.Length >= 3 && !_hasMonth && Month(token[..3]) is > 0 and var month)
            {
                _month = month;
                _hasMonth = true;
                return;
            }
            if (!_hasTime)
                return;
            if (token.Equals("PM", StringComparison.OrdinalIgnoreCase))
            {
                if (_hour < 12)
                    _hour += 12;
                return;
            }
            if (token.Equals("AM", StringComparison.OrdinalIgnoreCase))
            {
                if (_hour == 12)
                    _hour = 0;
                return;
            }
            if (_hasZone || Zone(token) is not { } minutes)
                return;
            _zoneMinutes = minutes;
            _hasZone = true;
            // "GMT+0100": the number behind it is meant.
            var sign = token.IndexOfAny('+', '-');
            if (sign > 0)
            {
                _hasZone = false;
                TakeOffset(token[sign..]);
            }
        }

        private static int Month(ReadOnlySpan<char> name)
        {
            const string months = "janfebmaraprmayjunjulaugsepoctnovdec";
            Span<char> lower = stackalloc char[3];
            name.ToLowerInvariant(lower);
            for (var i = 0; i < 12; i++)
            {
                if (lower.SequenceEqual(months.AsSpan(i * 3, 3)))
                    return i + 1;
            }
            return 0;
        }

        private static int? Zone(ReadOnlySpan<char> name)
        {
            var letters = 0;
            while (letters < name.Length && char.IsAsciiLetter(name[letters]))
                letters++;
            Span<char> upper = stackalloc char[5];
            if (letters > 5)
                return null;
            name[..letters].ToUpperInvariant(upper);
            return upper[..letters] switch
            {
                "UT" or "UTC" or "GMT" or "Z" or "WET" => 0,
                "EST" => -300,
                "EDT" => -240,
                "CST" => -360,
                "CDT" => -300,
                "MST" => -420,
                "MDT" => -360,
                "PST" => -480,
                "PDT" => -420,
                "AKST" => -540,
                "AKDT" => -480,
                "HST" => -600,
                "BST" or "CET" or "MET" or "WEST" => 60,
                "CEST" or "MEST" or "EET" or "SAST" => 120,
                "EEST" or "MSK" => 180,
                "HKT" or "SGT" => 480,
                "JST" or "KST" => 540,
                "AEST" => 600,
                "AEDT" => 660,
                "NZST" => 720,
                "NZDT" => 780,
                // RFC 5322 4.3: military letters were given with both signs; they say no more than -0000.
                { Length: 1 } => 0,
                _ => null,
            };
        }

        private static int Digits(ReadOnlySpan<char> text)
        {
            var count = 0;
            while (count < text.Length && char.IsAsciiDigit(text[count]))
                count++;
            return count;
        }

        private static bool Number(ReadOnlySpan<char> digits, out int value) => int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value);
    }
}
