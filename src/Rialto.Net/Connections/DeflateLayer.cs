// RFC 4978 COMPRESS=DEFLATE; RFC 1951.
using System.IO.Compression;
using System.IO.Pipelines;

namespace Rialto.Net;

/// <summary>
/// Deflate over a pipe, as a pipe. What comes in is inflated as far as somebody reads it, so that the limits of lines and literals bound a bomb as they bound plain bytes. What a
/// connection holds while it waits is the window of the peer's stream (32 KiB and zlib's state): the compressor, whose state is several times as large, lives from the first byte
/// of an answer to the next wait for input. Each answer ends at a byte boundary and refers to nothing before it, so that to the peer it is one stream.
/// </summary>
internal sealed class DeflateLayer : IAsyncDisposable
{
    private static readonly StreamPipeReaderOptions ReaderOptions = new(bufferSize: 4096, minimumReadSize: 1024, leaveOpen: true);
    private static readonly StreamPipeWriterOptions WriterOptions = new(leaveOpen: true);

    private readonly DeflateStream inflating;
    private readonly DeflatingStream deflating;

    public DeflateLayer(PipeReader input, PipeWriter output)
    {
        var raw = new TlsLayer.PipeStream(input, output);
        inflating = new DeflateStream(raw, CompressionMode.Decompress, leaveOpen: true);
        deflating = new DeflatingStream(raw);
        Input = PipeReader.Create(inflating, ReaderOptions);
        Output = PipeWriter.Create(deflating, WriterOptions);
    }

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    /// <summary>Nothing is written until the peer says something: gives the compressor back.</summary>
    public void Rest() => deflating.Rest();

    public async ValueTask DisposeAsync()
    {
        deflating.Rest();
        await inflating.DisposeAsync();
    }

    /// <summary>Compresses what is written; a flush brings it to a byte boundary (Z_SYNC_FLUSH) and sends it.</summary>
    private sealed class DeflatingStream(Stream raw) : AsyncStream
    {
        private readonly Gate gate = new(raw);
        private DeflateStream? compressor;

        public override bool CanRead => false;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public void Rest()
        {
            if (compressor is null) return;

            // Disposing ends the stream, which the peer must not see: the last block stays behind the gate.
            gate.IsClosed = true;
            compressor.Dispose();
            gate.IsClosed = false;
            compressor = null;
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            compressor ??= new DeflateStream(gate, CompressionLevel.Fastest, leaveOpen: true);
            return compressor.WriteAsync(buffer, cancellationToken);
        }

        public override async Task FlushAsync(CancellationToken cancellationToken)
        {
            if (compressor is not null) await compressor.FlushAsync(cancellationToken);
            await raw.FlushAsync(cancellationToken);
        }
    }

    /// <summary>Lets bytes through while it is open. A compressor writes in pieces of a few kilobytes: they are sent together by the flush.</summary>
    private sealed class Gate(Stream raw) : AsyncStream
    {
        public bool IsClosed { get; set; }

        public override bool CanRead => false;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            IsClosed ? ValueTask.CompletedTask : raw.WriteAsync(buffer, cancellationToken);

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override void Write(byte[] buffer, int offset, int count)
        {
            if (!IsClosed) base.Write(buffer, offset, count);
        }
    }
}
