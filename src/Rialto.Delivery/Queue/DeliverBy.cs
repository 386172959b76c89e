// RFC 2852: mail that is worth something until a certain time.
namespace Rialto.Delivery;

/// <summary>Until when the sender wants a message delivered, and what becomes of it afterwards. Stored: members may be added, never renamed.</summary>
/// <param name="UtcTicks">The deliver-by-time.</param>
/// <param name="Returns">By-mode R: afterwards it is not tried any more and goes back. Otherwise (N) the sender is told of the delay, and it is tried on.</param>
/// <param name="Traces">By-trace: the sender is told of every server that it is handed to.</param>
public sealed record DeliverBy(long UtcTicks, bool Returns, bool Traces)
{
    private const long MaximumSeconds = 999_999_999;

    /// <summary>Seconds that are left now, negative ones when it is over (4).</summary>
    public long SecondsLeft(DateTimeOffset now) => Math.Clamp((long)Math.Floor((UtcTicks - now.UtcTicks) / (double)TimeSpan.TicksPerSecond), -MaximumSeconds, MaximumSeconds);

    /// <summary>4.1.3: nobody may try any more.</summary>
    public bool IsOver(DateTimeOffset now) => Returns && now.UtcTicks >= UtcTicks;
}
