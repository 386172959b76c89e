using System.Buffers;
using System.IO.Pipelines;
using System.Net.Security;
using System.Runtime.InteropServices;
using System.Security.Authentication.ExtendedProtection;
using System.Security.Cryptography.X509Certificates;

namespace Rialto.Net;

/// <summary>TLS over a pipe, as a pipe. Waits for data with reads of zero bytes all the way down, so that neither layer holds a buffer while idle.</summary>
internal sealed class TlsLayer : IAsyncDisposable
{
    private static readonly StreamPipeReaderOptions ReaderOptions = new(bufferSize: 4096, minimumReadSize: 1024, leaveOpen: true, useZeroByteReads: true);
    private static readonly StreamPipeWriterOptions WriterOptions = new(leaveOpen: true);

    private readonly SslStream stream;
    private ChannelBindings? bindings;

    public TlsLayer(PipeReader input, PipeWriter output)
    {
        stream = new SslStream(new PipeStream(input, output), leaveInnerStreamOpen: false);
        Input = PipeReader.Create(stream, ReaderOptions);
        Output = PipeWriter.Create(stream, WriterOptions);
    }

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    public string Description => $"{Version} {stream.NegotiatedCipherSuite}";

    /// <summary>What ties a log-in to this connection.</summary>
    public ChannelBindings Bindings => bindings ??= new(
        stream.LocalCertificate is X509Certificate2 certificate ? [ChannelBindings.EndPointOf(certificate)] : [],
        stream.SslProtocol == System.Security.Authentication.SslProtocols.Tls12 ? UniqueOf(stream.TransportContext.GetChannelBinding(ChannelBindingKind.Unique)) : null);

    private string Version => stream.SslProtocol switch
    {
        System.Security.Authentication.SslProtocols.Tls12 => "TLSv1.2",
        System.Security.Authentication.SslProtocols.Tls13 => "TLSv1.3",
        var other => other.ToString(),
    };

    /// <summary>What the client showed in the handshake, unchecked; null when it showed none.</summary>
    public X509Certificate2? RemoteCertificate => stream.RemoteCertificate as X509Certificate2;

    public Task AuthenticateAsync(SslServerAuthenticationOptions options, CancellationToken cancellationToken) => stream.AuthenticateAsServerAsync(options, cancellationToken);

    /// <summary>Says goodbye to the peer (close_notify), so that it can tell an end from a cut.</summary>
    public async ValueTask ShutdownAsync()
    {
        try
        {
            await Output.CompleteAsync();
            await stream.ShutdownAsync();
            await Input.CompleteAsync();
        }
        catch (Exception)
        {
            // The connection is gone or was never whole: nobody is there to say goodbye to.
        }

        await DisposeAsync();
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();

    /// <summary>The data in .NET's form of the binding: a header of eight integers, the last two length and offset, then the data with its name in front.</summary>
    private static byte[]? UniqueOf(ChannelBinding? binding)
    {
        if (binding is null || binding.IsInvalid || binding.Size < 32) return null;
        var all = new byte[binding.Size];
        Marshal.Copy(binding.DangerousGetHandle(), all, 0, all.Length);
        var length = BitConverter.ToInt32(all, 24);
        var offset = BitConverter.ToInt32(all, 28);
        var name = "tls-unique:"u8;
        if (offset < 32 || length <= name.Length || offset > all.Length - length || !all.AsSpan(offset, length).StartsWith(name)) return null;
        return all[(offset + name.Length)..(offset + length)];
    }

    /// <summary>A stream over a pipe whose reads of zero bytes wait for data without taking any.</summary>
    internal sealed class PipeStream(PipeReader input, PipeWriter output) : AsyncStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            while (true)
            {
                var result = await input.ReadAsync(cancellationToken);
                var available = result.Buffer;
                try
                {
                    if (!available.IsEmpty)
                    {
                        available = available.Slice(0, Math.Min(available.Length, buffer.Length));
                        available.CopyTo(buffer.Span);
                        return (int)available.Length;
                    }

                    if (result.IsCompleted) return 0;

                    // A cancellation of the pipe's read was meant for the time before TLS: nothing waits for it here.
                }
                finally
                {
                    input.AdvanceTo(buffer.IsEmpty ? result.Buffer.Start : available.End);
                }
            }
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            output.Write(buffer.Span);
            await FlushAsync(cancellationToken);
        }

        public override async Task FlushAsync(CancellationToken cancellationToken)
        {
            var result = await output.FlushAsync(cancellationToken);
            if (result.IsCompleted) throw new IOException("The peer closed the connection.");
        }
    }
}
