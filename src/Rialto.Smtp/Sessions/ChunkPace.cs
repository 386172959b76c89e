// RFC 5321 4.5.3.2.5 bounds the wait for a block; a block of one octet is one too.
namespace Rialto.Smtp;

/// <summary>How fast the chunks of a message come in, the time between them included: who sends an octet every two minutes holds a connection no longer than others.</summary>
internal sealed class ChunkPace(TimeProvider time)
{
    private readonly long begun = time.GetTimestamp();
    private long seen;

    /// <summary>Notes octets; true when there are too few of them for the time.</summary>
    public bool IsTooSlow(long octets, SmtpOptions options)
    {
        seen += octets;
        var elapsed = time.GetElapsedTime(begun);
        return elapsed > options.DataBlockTimeout && seen < elapsed.TotalSeconds * options.MinimumDataRate;
    }
}
