// RFC 3501 9: date, date-time.
using System.Text;

namespace Rialto.MailAccess.Imap.Wire;

/// <summary>Dates as IMAP writes them.</summary>
internal static class ImapDates
{
    private const string Months = "JanFebMarAprMayJunJulAugSepOctNovDec";

    /// <summary>Bytes of a date-time with its quotes.</summary>
    public const int DateTimeLength = 28;

    /// <summary>date = date-text / DQUOTE date-text DQUOTE; date-text = date-day "-" date-month "-" date-year</summary>
    public static DateOnly Date(ref ImapParser parser)
    {
        var isQuoted = parser.TryTake((byte)'"');
        var day = Digits(ref parser, 1, 2);
        parser.Expect((byte)'-', "Date expected");
        var month = Month(ref parser);
        parser.Expect((byte)'-', "Date expected");
        var year = Digits(ref parser, 4, 4);
        if (isQuoted)
            parser.Expect((byte)'"', "Date expected");
        if (parser.Failed || !IsDate(year, month, day))
        {
            parser.Fail("No such date");
            return default;
        }
        return new DateOnly(year, month, day);
    }

    /// <summary>date-time = DQUOTE date-day-fixed "-" date-month "-" date-year SP time SP zone DQUOTE</summary>
    public static DateTimeOffset DateTime(ref ImapParser parser)
    {
        parser.Expect((byte)'"', "Date and time expected");
        var day = parser.TryTake((byte)' ') ? Digits(ref parser, 1, 1) : Digits(ref parser, 1, 2);
        parser.Expect((byte)'-', "Date expected");
        var month = Month(ref parser);
        parser.Expect((byte)'-', "Date expected");
        var year = Digits(ref parser, 4, 4);
        parser.Space();
        var hour = Digits(ref parser, 2, 2);
        parser.Expect((byte)':', "Time expected");
        var minute = Digits(ref parser, 2, 2);
        parser.Expect((byte)':', "Time expected");
        var second = Digits(ref parser, 2, 2);
        parser.Space();
        var isWest = parser.TryTake((byte)'-');
        if (!isWest)
            parser.Expect((byte)'+', "Time zone expected");
        var zone = Digits(ref parser, 4, 4);
        parser.Expect((byte)'"', "Quote expected");
        if (parser.Failed || !IsDate(year, month, day) || hour > 23 || minute > 59 || second > 60 || zone % 100 > 59 || zone > 1400)
        {
            parser.Fail("No such date and time");
            return default;
        }
        var offset = new TimeSpan(zone / 100, zone % 100, 0);
        var local = new DateTime(year, month, day, hour, minute, Math.Min(second, 59), DateTimeKind.Unspecified);
        offset = isWest ? -offset : offset;
        if (local.Ticks - offset.Ticks < System.DateTime.MinValue.Ticks || local.Ticks - offset.Ticks > System.DateTime.MaxValue.Ticks)
        {
            parser.Fail("No such date and time");
            return default;
        }
        return new DateTimeOffset(local, offset);
    }

    /// <summary>Writes a date-time in UTC, quotes included; <see cref="DateTimeLength"/> bytes.</summary>
    public static int Format(DateTimeOffset time, Span<byte> output)
    {
        var utc = time.UtcDateTime;
        output[0] = (byte)'"';
        if (utc.Day < 10)
            output[1] = (byte)' ';
        else
            output[1] = (byte)('0' + utc.Day / 10);
        output[2] = (byte)('0' + utc.Day % 10);
        output[3] = (byte)'-';
        Encoding.ASCII.GetBytes(Months.AsSpan((utc.Month - 1) * 3, 3), output[4..]);
        output[7] = (byte)'-';
        TwoDigits(output[8..], utc.Year / 100);
        TwoDigits(output[10..], utc.Year % 100);
        output[12] = (byte)' ';
        TwoDigits(output[13..], utc.Hour);
        output[15] = (byte)':';
        TwoDigits(output[16..], utc.Minute);
        output[18] = (byte)':';
        TwoDigits(output[19..], utc.Second);
        " +0000\""u8.CopyTo(output[21..]);
        return DateTimeLength;
    }

    private static void TwoDigits(Span<byte> output, int value)
    {
        output[0] = (byte)('0' + value / 10);
        output[1] = (byte)('0' + value % 10);
    }

    private static bool IsDate(int year, int month, int day) => year >= 1 && month is >= 1 and <= 12 && day >= 1 && day <= System.DateTime.DaysInMonth(year, month);

    private static int Digits(ref ImapParser parser, int minimum, int maximum)
    {
        var value = 0;
        var count = 0;
        while (count < maximum && parser.Next is >= (byte)'0' and <= (byte)'9')
        {
            value = value * 10 + (parser.Next - '0');
            parser.TryTake(parser.Next);
            count++;
        }
        if (count < minimum)
            parser.Fail("Digits expected in date");
        return value;
    }

    private static int Month(ref ImapParser parser)
    {
        Span<byte> name = stackalloc byte[3];
        for (var month = 0; month < 12; month++)
        {
            Encoding.ASCII.GetBytes(Months.AsSpan(month * 3, 3), name);
            if (parser.TryTakeLetters(name))
                return month + 1;
        }
        parser.Fail("Month expected in date");
        return 0;
    }
}
