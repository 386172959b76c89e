namespace Rialto.Model;

/// <summary>PtypTime: 100-nanosecond intervals since 1601-01-01 UTC. [MS-OXCDATA] 2.11.1, [MS-DTYP] 2.3.3.</summary>
public readonly record struct FileTime(long Ticks) : IComparable<FileTime>
{
    private const long UnixEpochTicks = 116_444_736_000_000_000;

    public static FileTime From(DateTimeOffset time) => new(time.UtcTicks - 504_911_232_000_000_000);

    public static FileTime FromUnixMilliseconds(long milliseconds) => new(milliseconds * 10_000 + UnixEpochTicks);

    /// <summary>The time, or the nearest one that DateTimeOffset can express.</summary>
    public DateTimeOffset ToDateTimeOffset() =>
        new(Math.Clamp(Ticks, 0, DateTimeOffset.MaxValue.UtcTicks - 504_911_232_000_000_000) + 504_911_232_000_000_000, TimeSpan.Zero);

    public int CompareTo(FileTime other) => Ticks.CompareTo(other.Ticks);

    public static bool operator <(FileTime left, FileTime right) => left.Ticks < right.Ticks;

    public static bool operator >(FileTime left, FileTime right) => left.Ticks > right.Ticks;

    public static bool operator <=(FileTime left, FileTime right) => left.Ticks <= right.Ticks;

    public static bool operator >=(FileTime left, FileTime right) => left.Ticks >= right.Ticks;
}
