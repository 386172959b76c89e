using System.IO.Pipelines;

namespace Rialto.Net;

/// <summary>An output of which everything is told to a transcript as well.</summary>
internal sealed class RecordingWriter(PipeWriter output, ITranscript transcript) : PipeWriter
{
    private Memory<byte> given;

    /// <summary>Whether it writes there and tells that one.</summary>
    public bool Records(PipeWriter to, ITranscript by) => ReferenceEquals(output, to) && ReferenceEquals(transcript, by);

    public override Memory<byte> GetMemory(int sizeHint = 0) => given = output.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        transcript.Sent(given.Span[..bytes]);
        given = given[bytes..];
        output.Advance(bytes);
    }

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => output.FlushAsync(cancellationToken);

    public override void Complete(Exception? exception = null) => output.Complete(exception);

    public override void CancelPendingFlush() => output.CancelPendingFlush();
}
