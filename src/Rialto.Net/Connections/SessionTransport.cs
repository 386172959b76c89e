// RFC 3207 4 and RFC 9051 6.2.1 (STARTTLS), CVE-2011-0411 (plain text slipped in before TLS).
using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Rialto.Net;

/// <summary>
/// One connection as a protocol sees it: lines and octets in, pooled bytes out, TLS in place. While a read waits no buffer is held, so an idle session costs
/// what its own objects cost.
/// <para>One task reads and one writes (they may be the same); nothing here is locked. <see cref="Interrupt"/> alone may be called from anywhere: a change bus
/// wakes a session that waits in <see cref="ReadLineAsync"/>, which then writes what it has to say and reads again.</para>
/// </summary>
public sealed class SessionTransport
{
    private const int Interrupted = 1;
    private const int TimedOut = 2;
    private const int DrainAsked = 4;

    private readonly ConnectionLimits limits;
    private readonly TlsCertificates? certificates;
    private readonly TimeProvider time;
    private readonly Action abort;
    private readonly string? alpn;
    private PipeReader reader;
    private PipeWriter writer;
    private TlsLayer? tls;
    private DeflateLayer? deflate;
    private SaslPipe? protection;
    private byte[]? spanning;
    private SequencePosition? consumed;
    private int signals;
    private bool drainTold;
    private bool skipping;
    private bool pipelineChecked;
    private long readSince;
    private long writeSince;

    /// <summary>Over any pipe, for tests and other hosts. <see cref="ConnectionHost"/> makes it for a Kestrel connection.</summary>
    /// <param name="pipe">The connection.</param>
    /// <param name="listener">Which listener it came to.</param>
    /// <param name="limits">Timeouts.</param>
    /// <param name="certificates">For TLS; null: upgrades fail.</param>
    /// <param name="time">Clock of timeouts.</param>
    /// <param name="abort">Cuts the connection.</param>
    /// <param name="alpn">Application protocol of TLS, or null.</param>
    public SessionTransport(
        IDuplexPipe pipe, ListenerOptions listener, ConnectionLimits? limits = null, TlsCertificates? certificates = null,
        TimeProvider? time = null, Action? abort = null, string? alpn = null)
    {
        reader = pipe.Input;
        writer = pipe.Output;
        Listener = listener;
        this.limits = limits ?? new();
        this.certificates = certificates;
        this.time = time ?? TimeProvider.System;
        this.abort = abort ?? (() => { });
        this.alpn = alpn;
    }

    /// <summary>The listener's options.</summary>
    public ListenerOptions Listener { get; }

    /// <summary>Short id for logs.</summary>
    public string ConnectionId { get; init; } = "";

    /// <summary>The peer; null when it is no IP connection.</summary>
    public IPEndPoint? RemoteEndPoint { get; init; }

    /// <summary>The address that the peer connected to.</summary>
    public IPEndPoint? LocalEndPoint { get; init; }

    /// <summary>Cancelled when the connection is gone.</summary>
    public CancellationToken Closed { get; init; }

    /// <summary>Whether TLS is up.</summary>
    public bool IsTls => tls is not null;

    /// <summary>Version and cipher suite of TLS, for Received fields and logs; null without TLS.</summary>
    public string? TlsDescription => tls?.Description;

    /// <summary>
    /// The client's certificate, where the listener asks for one and the client showed one. The client has its key; nothing else is known about it.
    /// </summary>
    public X509Certificate2? RemoteCertificate => Listener.AsksForCertificate ? tls?.RemoteCertificate : null;

    /// <summary>What ties a log-in to the TLS connection; null without TLS.</summary>
    public ChannelBindings? ChannelBindings => tls?.Bindings;

    /// <summary>Whether STARTTLS is to be offered now.</summary>
    public bool CanStartTls => tls is null && Listener.Tls == TlsMode.StartTls && certificates is not null;

    /// <summary>Whether passwords may be taken now.</summary>
    public bool AllowsLogin => IsTls || Listener.AllowPlainTextLogin;

    /// <summary>A read that waits longer ends with <see cref="ReadStatus.TimedOut"/>; checked once a second. Zero or less: never.</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Whether the server is stopping.</summary>
    public bool IsDraining => (Volatile.Read(ref signals) & DrainAsked) != 0;

    /// <summary>Whether both directions are compressed.</summary>
    public bool IsCompressed => deflate is not null;

    /// <summary>Records the conversation, or null.</summary>
    public ITranscript? Transcript { get; set; }

    /// <summary>Whose conversations are recorded; null for nobody's.</summary>
    public TranscriptRecorder? Transcripts { get; init; }

    /// <summary>The address of who logged in; empty before.</summary>
    public string User { get; private set; } = "";

    /// <summary>Notes who logged in: the conversation is recorded from here on, if it is to be.</summary>
    public void LoggedInAs(string user)
    {
        // Somebody else's conversation is none of who was here before.
        if (!User.Equals(user, StringComparison.OrdinalIgnoreCase)) LoggedOut();
        User = user;
        Record(user);
    }

    /// <summary>Nobody is logged in any more: what follows, a password it may be, is not recorded.</summary>
    public void LoggedOut()
    {
        User = "";
        var recording = Transcript;
        Transcript = null;
        recording?.Dispose();
    }

    /// <summary>Begins or ends recording when this is the user's connection.</summary>
    internal void Record(string user)
    {
        if (Transcripts is null || !User.Equals(user, StringComparison.OrdinalIgnoreCase)) return;
        if (Transcripts.Wants(user)) Transcript ??= Transcripts.Open(Listener.Name, user, ConnectionId);
        else if (Transcript is { } recording)
        {
            Transcript = null;
            recording.Dispose();
        }
    }

    /// <summary>
    /// The bytes as they come, for content that is not lines (DATA, BDAT, literals). Ends the validity of the last line. Whoever reads here keeps the rules of
    /// <see cref="PipeReader"/>, and treats a cancelled result as <see cref="TakeSignal"/> says.
    /// </summary>
    public PipeReader Input
    {
        get
        {
            Release();
            return reader;
        }
    }

    /// <summary>Where to write: get a span, advance, and <see cref="FlushAsync"/> when a reply is whole. Pooled; nothing is held after a flush.</summary>
    public PipeWriter Output => Transcript is { } transcript ? Recording(transcript) : writer;

    private RecordingWriter? recording;

    private RecordingWriter Recording(ITranscript transcript) => recording is { } made && made.Records(writer, transcript) ? made : recording = new(writer, transcript);

    /// <summary>Reads one line that ends with CRLF.</summary>
    /// <param name="maxLength">Octets without CRLF at most.</param>
    /// <param name="cancellationToken">Ends waiting with an exception.</param>
    public ValueTask<LineRead> ReadLineAsync(int maxLength, CancellationToken cancellationToken = default)
    {
        Release();
        if (reader.TryRead(out var result))
        {
            if (TryTakeLine(result, maxLength, out var line)) return new(line);
        }

        return WaitForLineAsync(maxLength, cancellationToken);
    }

    /// <summary>Reads exactly so many octets into memory that the caller has (a literal that it is ready to hold).</summary>
    public async ValueTask<ReadStatus> ReadExactlyAsync(Memory<byte> into, CancellationToken cancellationToken = default)
    {
        Release();
        while (!into.IsEmpty)
        {
            var (status, result) = await ReadAsync(cancellationToken);
            if (status != ReadStatus.Done) return status;
            var part = result.Buffer.Slice(0, Math.Min(result.Buffer.Length, into.Length));
            part.CopyTo(into.Span);
            into = into[(int)part.Length..];
            Transcript?.ReceivedContent(part.Length);
            reader.AdvanceTo(part.End);
        }

        return ReadStatus.Done;
    }

    /// <summary>Reads exactly so many octets and hands them on as they come; a null sink skips them. Interruptions wait until the end.</summary>
    public async ValueTask<ReadStatus> ReadExactlyAsync(long count, Func<ReadOnlySequence<byte>, ValueTask>? sink, CancellationToken cancellationToken = default)
    {
        Release();
        var interrupted = false;
        while (count > 0)
        {
            var (status, result) = await ReadAsync(cancellationToken);
            if (status == ReadStatus.Interrupted)
            {
                interrupted = true;
                continue;
            }

            if (status != ReadStatus.Done) return status;
            var part = result.Buffer.Slice(0, Math.Min(result.Buffer.Length, count));
            if (sink is not null) await sink(part);
            count -= part.Length;
            Transcript?.ReceivedContent(part.Length);
            reader.AdvanceTo(part.End);
        }

        if (interrupted) Interrupt();
        return ReadStatus.Done;
    }

    /// <summary>What a cancelled read of <see cref="Input"/> was about: interrupted, timed out or draining.</summary>
    public ReadStatus TakeSignal()
    {
        if ((Volatile.Read(ref signals) & TimedOut) != 0) return ReadStatus.TimedOut;
        if (IsDraining && !drainTold)
        {
            drainTold = true;

            // One cancelled read may stand for both: the interruption is told by the next.
            if ((Volatile.Read(ref signals) & Interrupted) != 0) reader.CancelPendingRead();
            return ReadStatus.Draining;
        }

        Interlocked.And(ref signals, ~Interrupted);
        return ReadStatus.Interrupted;
    }

    /// <summary>Ends the read that waits, or the next one, with <see cref="ReadStatus.Interrupted"/>. From any thread; many calls before a read count as one.</summary>
    public void Interrupt()
    {
        if ((Interlocked.Or(ref signals, Interrupted) & Interrupted) == 0) reader.CancelPendingRead();
    }

    /// <summary>Asks the session to end: its next read says <see cref="ReadStatus.Draining"/>.</summary>
    public void Drain()
    {
        if ((Interlocked.Or(ref signals, DrainAsked) & DrainAsked) == 0) reader.CancelPendingRead();
    }

    /// <summary>Copies bytes into the output, without sending.</summary>
    public void Write(ReadOnlySpan<byte> octets)
    {
        Transcript?.Sent(octets);
        writer.Write(octets);
    }

    /// <summary>Copies text as UTF-8 into the output, without sending.</summary>
    public void Write(ReadOnlySpan<char> text)
    {
        var span = writer.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length));
        var length = Encoding.UTF8.GetBytes(text, span);
        Transcript?.Sent(span[..length]);
        writer.Advance(length);
    }

    /// <summary>Sends what was written; waits while the peer is slow. False when the connection is gone.</summary>
    public ValueTask<bool> FlushAsync(CancellationToken cancellationToken = default)
    {
        Volatile.Write(ref writeSince, time.GetTimestamp());
        ValueTask<FlushResult> flush;
        try
        {
            flush = writer.FlushAsync(cancellationToken);
        }
        catch (Exception e) when (IsGone(e))
        {
            return new(false);
        }

        if (!flush.IsCompletedSuccessfully) return Awaited(flush);
        Volatile.Write(ref writeSince, 0);
        return new(!flush.GetAwaiter().GetResult().IsCompleted);

        async ValueTask<bool> Awaited(ValueTask<FlushResult> pending)
        {
            try
            {
                return !(await pending).IsCompleted;
            }
            catch (Exception e) when (IsGone(e))
            {
                return false;
            }
            finally
            {
                Volatile.Write(ref writeSince, 0);
            }
        }
    }

    /// <summary>
    /// Begins TLS on a connection whose client asked for it, after the reply to STARTTLS was flushed. The last line read must be the STARTTLS command itself.
    /// </summary>
    public async ValueTask<TlsUpgrade> UpgradeToTlsAsync(CancellationToken cancellationToken = default)
    {
        if (tls is not null || certificates is null) return TlsUpgrade.Failed;

        // Asked before the answer, it is settled: what has come since is a fast client's handshake.
        if (!pipelineChecked && HasPipelined()) return TlsUpgrade.PlainTextPipelined;
        return await HandshakeAsync(cancellationToken) ? TlsUpgrade.Done : TlsUpgrade.Failed;
    }

    /// <summary>
    /// Whether the client has sent more than the line last read. Ask before answering STARTTLS: a client that waits for the answer has not.
    /// </summary>
    public bool HasPipelined()
    {
        Release();
        pipelineChecked = true;
        if (!reader.TryRead(out var result)) return false;
        var more = !result.Buffer.IsEmpty;
        pipelineChecked = !more;
        reader.AdvanceTo(result.Buffer.Start);
        if (result.IsCanceled) reader.CancelPendingRead();
        return more;
    }

    /// <summary>
    /// Compresses both directions from here on (RFC 4978), after the reply that says so was flushed. What the client has sent behind its command is compressed already.
    /// </summary>
    public void StartDeflate()
    {
        if (deflate is not null) throw new InvalidOperationException("The connection is compressed already.");
        Release();
        deflate = new DeflateLayer(reader, writer);
        reader = deflate.Input;
        writer = deflate.Output;
        if (Volatile.Read(ref signals) != 0) reader.CancelPendingRead();
    }

    /// <summary>Whether a SASL security layer protects both directions.</summary>
    public bool IsProtected => protection is not null;

    /// <summary>
    /// Protects both directions by a SASL security layer from here on, after the reply that says so was flushed. What the client has sent behind its command is protected already.
    /// </summary>
    /// <param name="layer">Now this connection's to dispose of.</param>
    /// <param name="maxBuffer">Octets of a protected buffer at most: it is held whole.</param>
    public void StartProtection(SaslLayer layer, int maxBuffer)
    {
        if (protection is not null) throw new InvalidOperationException("The connection is protected already.");
        Release();
        protection = new SaslPipe(layer, reader, writer, maxBuffer);
        reader = protection.Input;
        writer = protection.Output;
        if (Volatile.Read(ref signals) != 0) reader.CancelPendingRead();
    }

    /// <summary>Cuts the connection at once.</summary>
    public void Abort() => abort();

    internal async Task<bool> HandshakeAsync(CancellationToken cancellationToken)
    {
        if (certificates is null) return false;
        Release();
        using var timeout = new CancellationTokenSource(limits.HandshakeTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken, Closed);
        var layer = new TlsLayer(reader, writer);
        try
        {
            await layer.AuthenticateAsync(certificates.OptionsFor(alpn, Listener.AsksForCertificate), linked.Token);
        }
        catch (Exception e) when (e is AuthenticationException or IOException or OperationCanceledException or InvalidOperationException or NotSupportedException || IsGone(e))
        {
            await layer.DisposeAsync();
            return false;
        }

        tls = layer;
        reader = layer.Input;
        writer = layer.Output;
        if (Volatile.Read(ref signals) != 0) reader.CancelPendingRead();
        return true;
    }

    /// <summary>Ends TLS properly and frees what is held; the connection itself belongs to its host.</summary>
    internal async ValueTask CloseAsync()
    {
        Release();
        if (deflate is not null) await deflate.DisposeAsync();
        protection?.Dispose();
        if (tls is not null) await tls.ShutdownAsync();
    }

    /// <summary>Called about once a second: ends reads and cuts writes that take too long.</summary>
    internal void CheckTimeouts()
    {
        var now = time.GetTimestamp();
        var reading = Volatile.Read(ref readSince);
        if (reading != 0 && IdleTimeout > TimeSpan.Zero && time.GetElapsedTime(reading, now) > IdleTimeout
            && (Interlocked.Or(ref signals, TimedOut) & TimedOut) == 0)
        {
            reader.CancelPendingRead();
        }

        var writing = Volatile.Read(ref writeSince);
        if (writing != 0 && time.GetElapsedTime(writing, now) > limits.WriteTimeout) abort();
    }

    // Bytes that are no deflate stream end it like a cut does.
    private static bool IsGone(Exception e) => e is IOException or InvalidDataException or ObjectDisposedException or Microsoft.AspNetCore.Connections.ConnectionAbortedException or System.Net.Sockets.SocketException;

    private async ValueTask<LineRead> WaitForLineAsync(int maxLength, CancellationToken cancellationToken)
    {
        // One wait for the whole line: who sends a byte now and then does not hold the connection by it.
        var since = time.GetTimestamp();
        while (true)
        {
            var (status, result) = await ReadAsync(since, cancellationToken);
            if (status != ReadStatus.Done)
            {
                if (status == ReadStatus.EndOfStream) skipping = false;
                return new(status, default);
            }

            if (TryTakeLine(result, maxLength, out var line)) return line;
        }
    }

    /// <summary>Waits for bytes, for at most <see cref="IdleTimeout"/>. Only with <see cref="ReadStatus.Done"/> is there a result, and the caller owes <see cref="Input"/> an AdvanceTo.</summary>
    public ValueTask<(ReadStatus Status, ReadResult Result)> ReadAsync(CancellationToken cancellationToken = default) => ReadAsync(time.GetTimestamp(), cancellationToken);

    private async ValueTask<(ReadStatus Status, ReadResult Result)> ReadAsync(long since, CancellationToken cancellationToken)
    {
        Volatile.Write(ref readSince, since);
        try
        {
            var pending = reader.ReadAsync(cancellationToken);
            if (!pending.IsCompleted) deflate?.Rest();
            var result = await pending;
            if (result.IsCanceled)
            {
                reader.AdvanceTo(result.Buffer.Start, result.Buffer.Start);
                return (TakeSignal(), default);
            }

            if (result.IsCompleted && result.Buffer.IsEmpty)
            {
                reader.AdvanceTo(result.Buffer.Start);
                return (ReadStatus.EndOfStream, default);
            }

            return (ReadStatus.Done, result);
        }
        catch (Exception e) when (IsGone(e))
        {
            return (ReadStatus.EndOfStream, default);
        }
        finally
        {
            Volatile.Write(ref readSince, 0);
        }
    }

    /// <summary>Takes a line out of what was read; otherwise tells the reader that all was looked at.</summary>
    private bool TryTakeLine(in ReadResult result, int maxLength, out LineRead line)
    {
        line = default;
        var buffer = result.Buffer;
        if (result.IsCanceled)
        {
            reader.AdvanceTo(buffer.Start, buffer.Start);
            line = new(TakeSignal(), default);
            return true;
        }

        if (buffer.PositionOf((byte)'\n') is { } end)
        {
            var content = buffer.Slice(0, end);
            var next = buffer.GetPosition(1, end);
            var hasReturn = EndsWithReturn(content);
            if (hasReturn) content = content.Slice(0, content.Length - 1);
            if (skipping || content.Length > maxLength)
            {
                skipping = false;
                reader.AdvanceTo(next);
                Transcript?.ReceivedContent(content.Length);
                line = new(ReadStatus.TooLong, default);
                return true;
            }

            line = new(hasReturn ? ReadStatus.Done : ReadStatus.BareLineFeed, Contiguous(content));
            Transcript?.Received(line.Line.Span);
            consumed = next;
            pipelineChecked = false;
            return true;
        }

        if (skipping || buffer.Length > maxLength + 1L)
        {
            skipping = true;
            reader.AdvanceTo(buffer.End);
        }
        else
        {
            reader.AdvanceTo(buffer.Start, buffer.End);
        }

        if (!result.IsCompleted) return false;
        skipping = false;
        line = new(ReadStatus.EndOfStream, default);
        return true;
    }

    private static bool EndsWithReturn(in ReadOnlySequence<byte> content)
    {
        if (content.IsEmpty) return false;
        if (content.IsSingleSegment) return content.FirstSpan[^1] == '\r';
        return content.Slice(content.Length - 1).FirstSpan[0] == '\r';
    }

    private ReadOnlyMemory<byte> Contiguous(in ReadOnlySequence<byte> content)
    {
        if (content.IsSingleSegment) return content.First;
        spanning = ArrayPool<byte>.Shared.Rent((int)content.Length);
        content.CopyTo(spanning);
        return spanning.AsMemory(0, (int)content.Length);
    }

    /// <summary>Gives back the last line.</summary>
    private void Release()
    {
        if (spanning is not null)
        {
            ArrayPool<byte>.Shared.Return(spanning, clearArray: true);
            spanning = null;
        }

        if (consumed is not { } position) return;
        consumed = null;
        reader.AdvanceTo(position);
    }
}
