using Rialto.Net;

namespace Rialto.MailAccess.Tests.Imap;

/// <summary>Two streams, one a direction, as one.</summary>
internal sealed class TwoStreams(Stream read, Stream write) : AsyncStream
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => read.ReadAsync(buffer, cancellationToken);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await write.WriteAsync(buffer, cancellationToken);
        await write.FlushAsync(cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            write.Dispose();
    }
}
