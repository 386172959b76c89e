// RFC 5321 4.2.1, 4.5.3.2 (timeouts); RFC 3207 (nothing read before TLS counts after it).
using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Rialto.Delivery;

namespace Rialto.Smtp.Client;

/// <summary>The connection cannot be used any more; what it was used for may be tried again.</summary>
internal sealed class LinkException(string code, string text, Exception? inner = null) : Exception(text, inner)
{
    public DeliveryStatus Status { get; } = new(451, code, text);
}

/// <summary>One connection to another server: replies in, commands out, each within its time however slowly they trickle.</summary>
internal sealed class SmtpLink : IAsyncDisposable
{
    /// <summary>Octets of a reply line; RFC 5321 4.5.3.1.5 says 512.</summary>
    private const int MaximumLine = 4_096;

    /// <summary>Lines of a reply: EHLO has about twenty.</summary>
    private const int MaximumLines = 128;

    private readonly Socket socket;
    private readonly CancellationToken stop;
    private readonly ArrayBufferWriter<byte> output = new(2_048);
    private readonly byte[] input = new byte[MaximumLine];
    private readonly CancellationTokenSource patience;
    private Stream stream;
    private int start;
    private int end;

    /// <summary>This side's address; null when it is none of IP.</summary>
    public IPAddress? OwnAddress { get; }

    private SmtpLink(Socket socket, CancellationToken stop)
    {
        this.socket = socket;
        this.stop = stop;
        patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        stream = new NetworkStream(socket, ownsSocket: true);
        OwnAddress = (socket.LocalEndPoint as IPEndPoint)?.Address;
    }

    public bool IsTls => stream is SslStream;

    public string TlsDescription => stream is SslStream tls ? string.Create(CultureInfo.InvariantCulture, $"{tls.SslProtocol} {tls.NegotiatedCipherSuite}") : "plain";

    public static async Task<SmtpLink> ConnectAsync(IPEndPoint server, IPAddress? from, TimeSpan limit, CancellationToken stop)
    {
        var socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(limit);
        try
        {
            if (from is not null && from.AddressFamily == server.AddressFamily) socket.Bind(new IPEndPoint(from, 0));
            await socket.ConnectAsync(server, patience.Token);
            return new(socket, stop);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException && !stop.IsCancellationRequested)
        {
            socket.Dispose();
            throw new LinkException("4.4.1", e is SocketException s ? $"Cannot connect: {Describe(s.SocketErrorCode)}." : "Cannot connect: no answer in time.", e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Whether the other side has sent something, or hung up, while nothing was expected of it.</summary>
    public bool HasUnexpectedInput => start < end || socket.Poll(0, SelectMode.SelectRead);

    /// <summary>Nothing is expected of the server for now: no time runs.</summary>
    public void Rest() => patience.CancelAfter(Timeout.InfiniteTimeSpan);

    public void Write(ReadOnlySpan<byte> octets) => output.Write(octets);

    public void Write(string text)
    {
        var span = output.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length));
        output.Advance(Encoding.UTF8.GetBytes(text, span));
    }

    /// <summary>Octets that are written and not sent.</summary>
    public int Unsent => output.WrittenCount;

    public async ValueTask FlushAsync(TimeSpan limit)
    {
        if (output.WrittenCount == 0) return;
        Expect(limit);
        try
        {
            await stream.WriteAsync(output.WrittenMemory, patience.Token);
        }
        catch (Exception e) when (IsLost(e))
        {
            throw Lost(e);
        }

        output.ResetWrittenCount();
    }

    /// <summary>Sends what was written and then the memory, in blocks that each have their time.</summary>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> memory, TimeSpan limit)
    {
        const int Block = 64 * 1024;
        if (memory.Length <= Block / 4)
        {
            Write(memory.Span);
            return;
        }

        await FlushAsync(limit);
        try
        {
            while (!memory.IsEmpty)
            {
                var block = memory[..Math.Min(Block, memory.Length)];
                Expect(limit);
                await stream.WriteAsync(block, patience.Token);
                memory = memory[block.Length..];
            }
        }
        catch (Exception e) when (IsLost(e))
        {
            throw Lost(e);
        }
    }

    /// <summary>The next reply, whole.</summary>
    public async ValueTask<ClientReply> ReadAsync(TimeSpan limit)
    {
        Expect(limit);
        string? first = null;
        List<string>? lines = null;
        while (true)
        {
            int feed;
            while ((feed = input.AsSpan(start, end - start).IndexOf((byte)'\n')) < 0)
            {
                if (start > 0)
                {
                    input.AsSpan(start, end - start).CopyTo(input);
                    end -= start;
                    start = 0;
                }

                if (end == input.Length) throw new LinkException("4.5.0", "The server's reply is no SMTP: a line is too long.");
                int read;
                try
                {
                    read = await stream.ReadAsync(input.AsMemory(end), patience.Token);
                }
                catch (Exception e) when (IsLost(e))
                {
                    throw Lost(e);
                }

                if (read == 0) throw new LinkException("4.4.2", "The server closed the connection.");
                end += read;
            }

            var line = input.AsSpan(start, feed);
            if (line.EndsWith("\r"u8)) line = line[..^1];
            if (line.Length < 3 || line[0] is < (byte)'1' or > (byte)'5' || !char.IsAsciiDigit((char)line[1]) || !char.IsAsciiDigit((char)line[2])
                || (line.Length > 3 && line[3] is not ((byte)' ' or (byte)'-')))
                throw new LinkException("4.5.0", "The server's reply is no SMTP.");
            var code = ((line[0] - '0') * 100) + ((line[1] - '0') * 10) + line[2] - '0';
            var isLast = line.Length < 4 || line[3] == ' ';
            var text = line.Length > 4 ? ClientReply.Clean(line[4..]) : "";
            start += feed + 1;
            if (start == end) start = end = 0;
            if (isLast && first is null) return new(code, [text]);
            if (first is null) lines = [first = text];
            else lines!.Add(text);
            if (isLast) return new(code, lines!);
            if (lines!.Count > MaximumLines) throw new LinkException("4.5.0", "The server's reply is no SMTP: it does not end.");
        }
    }

    /// <summary>Puts TLS over the connection.</summary>
    /// <exception cref="LinkException">The handshake failed, or the server slipped something in before it.</exception>
    public async ValueTask StartTlsAsync(SslClientAuthenticationOptions options, TimeSpan limit)
    {
        // CVE-2021-38371 and its kin: replies that were sent in the clear are not to be taken for replies under TLS.
        if (start < end) throw new LinkException("4.7.0", "The server sent more than its answer to STARTTLS before TLS was up.");
        var tls = new SslStream(stream, leaveInnerStreamOpen: false);
        Expect(limit);
        try
        {
            await tls.AuthenticateAsClientAsync(options, patience.Token);
        }
        catch (Exception e) when (e is AuthenticationException or InvalidOperationException || IsLost(e))
        {
            await tls.DisposeAsync();
            throw new LinkException("4.7.5", e is AuthenticationException ? "The server's TLS handshake or certificate was not accepted." : "The TLS handshake failed.", e);
        }

        stream = tls;
    }

    public async ValueTask DisposeAsync()
    {
        await stream.DisposeAsync();
        patience.Dispose();
    }

    private void Expect(TimeSpan limit)
    {
        if (patience.IsCancellationRequested && !stop.IsCancellationRequested) throw new LinkException("4.4.2", "The server did not answer in time.");
        patience.CancelAfter(limit);
    }

    private bool IsLost(Exception e) => e is IOException or SocketException or ObjectDisposedException || (e is OperationCanceledException && !stop.IsCancellationRequested);

    private static LinkException Lost(Exception e) =>
        new("4.4.2", e is OperationCanceledException ? "The server did not answer in time." : "The connection was lost.", e);

    private static string Describe(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.HostUnreachable => "host unreachable",
        SocketError.NetworkUnreachable => "network unreachable",
        SocketError.TimedOut => "no answer in time",
        _ => error.ToString(),
    };
}
