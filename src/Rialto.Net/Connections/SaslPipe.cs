// RFC 4422 3.7: each buffer of protected octets has its length in front, four octets in network order.
using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;

namespace Rialto.Net;

/// <summary>A SASL security layer over a pipe, as a pipe. A buffer that is too long or that the layer does not know for the client's ends the connection like a cut does.</summary>
internal sealed class SaslPipe : IDisposable
{
    private static readonly StreamPipeReaderOptions ReaderOptions = new(bufferSize: 4096, minimumReadSize: 1024, leaveOpen: true, useZeroByteReads: true);
    private static readonly StreamPipeWriterOptions WriterOptions = new(leaveOpen: true);

    private readonly SaslLayer layer;

    public SaslPipe(SaslLayer layer, PipeReader input, PipeWriter output, int maxBuffer)
    {
        this.layer = layer;
        var stream = new LayerStream(layer, input, output, maxBuffer);
        Input = PipeReader.Create(stream, ReaderOptions);
        Output = PipeWriter.Create(stream, WriterOptions);
    }

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    public void Dispose() => layer.Dispose();

    /// <summary>
    /// <code>
    /// +----------------+------------------------------+
    /// | length (4, BE) | what the layer wraps         |
    /// +----------------+------------------------------+
    /// </code>
    /// </summary>
    private sealed class LayerStream(SaslLayer layer, PipeReader input, PipeWriter output, int maxBuffer) : AsyncStream
    {
        private const int HeadLength = 4;

        private ReadOnlyMemory<byte> plain;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            while (plain.IsEmpty)
            {
                // Nothing is taken before a buffer is whole: a read that is cancelled loses nothing.
                var result = await input.ReadAsync(cancellationToken);
                if (!TryTake(result.Buffer, out var end))
                {
                    input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
                    if (result.IsCompleted) return 0;
                    continue;
                }

                input.AdvanceTo(end);
            }

            var count = Math.Min(plain.Length, buffer.Length);
            plain[..count].CopyTo(buffer);
            plain = plain[count..];
            return count;
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            while (!buffer.IsEmpty)
            {
                var part = buffer[..Math.Min(buffer.Length, layer.MaxPlain)];
                buffer = buffer[part.Length..];
                var wrapped = layer.Wrap(part.Span) ?? throw new IOException("The security layer is of no use any more.");
                BinaryPrimitives.WriteInt32BigEndian(output.GetSpan(HeadLength), wrapped.Length);
                output.Advance(HeadLength);
                output.Write(wrapped);
            }

            await FlushAsync(cancellationToken);
        }

        public override async Task FlushAsync(CancellationToken cancellationToken)
        {
            var result = await output.FlushAsync(cancellationToken);
            if (result.IsCompleted) throw new IOException("The peer closed the connection.");
        }

        private bool TryTake(in ReadOnlySequence<byte> data, out SequencePosition end)
        {
            end = default;
            if (data.Length < HeadLength) return false;
            Span<byte> head = stackalloc byte[HeadLength];
            data.Slice(0, HeadLength).CopyTo(head);
            var length = BinaryPrimitives.ReadUInt32BigEndian(head);
            if (length > maxBuffer) throw new InvalidDataException("A buffer of the security layer is too long.");
            if (data.Length - HeadLength < length) return false;
            var message = data.Slice(HeadLength, length);
            end = message.End;
            plain = (message.IsSingleSegment ? layer.Unwrap(message.FirstSpan) : layer.Unwrap(message.ToArray())) ?? throw new InvalidDataException("A buffer of the security layer is not the client's.");
            return true;
        }
    }
}
