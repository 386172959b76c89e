// [MS-OXCFXICS] 3.2.5.8.1: what a download gives, piece by piece.
using Rialto.Model;

namespace Rialto.Mapi.FastTransfer;

/// <summary>Writes a stream in pieces, as the client takes it: nothing is made ahead but the piece at hand.</summary>
internal abstract class FxProducer : IDisposable
{
    /// <summary>Whether the stream is at its end.</summary>
    public bool IsDone { get; protected set; }

    /// <summary>Steps done, and about how many there are: for the client's display.</summary>
    public long Done { get; protected set; }

    public long Total { get; protected set; } = 1;

    /// <summary>
    /// Writes the next piece: a message, a few properties. An error ends the download. Where it throws, what it wrote is taken back, and it is asked for the same
    /// piece again.
    /// </summary>
    public abstract ValueTask<ErrorCode> ProduceAsync(FxWriter writer, CancellationToken cancel);

    /// <summary>The client has been given so many bytes of the stream.</summary>
    public virtual void Delivered(long bytes)
    {
    }

    public virtual void Dispose()
    {
    }
}
