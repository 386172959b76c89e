// [MS-OXTNEF] 2.1.3.3.1 the DTR structure.
using System.Buffers.Binary;
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Content.Tnef;

/// <summary>
/// Dates in legacy attributes: year, month, day, hour, minute, second, day of the week (Sunday is 0), 16 bits each. They name no time zone; Outlook wrote its
/// own, servers write UTC, and UTC is what is taken here. The exact time stands in the property list beside them.
/// </summary>
internal static class TnefDate
{
    public const int Size = 14;

    /// <summary>Null for a date that does not exist.</summary>
    public static FileTime? Read(ReadOnlySpan<byte> data)
    {
        // Some writers leave out the day of the week.
        if (data.Length < Size - 2)
            return null;
        int year = U16(data, 0), month = U16(data, 1), day = U16(data, 2), hour = U16(data, 3), minute = U16(data, 4), second = U16(data, 5);
        if (year is < 1601 or > 9999 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23 || minute > 59 || second > 59)
            return null;
        return FileTime.From(new DateTimeOffset(year, month, day, hour, minute, second, TimeSpan.Zero));
    }

    public static void Write(ref WireWriter writer, FileTime time)
    {
        var utc = time.ToDateTimeOffset();
        writer.WriteUInt16((ushort)utc.Year);
        writer.WriteUInt16((ushort)utc.Month);
        writer.WriteUInt16((ushort)utc.Day);
        writer.WriteUInt16((ushort)utc.Hour);
        writer.WriteUInt16((ushort)utc.Minute);
        writer.WriteUInt16((ushort)utc.Second);
        writer.WriteUInt16((ushort)utc.DayOfWeek);
    }

    private static ushort U16(ReadOnlySpan<byte> data, int index) => BinaryPrimitives.ReadUInt16LittleEndian(data[(index * 2)..]);
}
