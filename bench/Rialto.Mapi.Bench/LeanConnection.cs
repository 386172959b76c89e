using System.Buffers.Text;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Rialto.Mapi.Bench;

/// <summary>
/// As much of HTTP/1.1 as a measurement needs, blocking and in buffers of its own: the client shares the processors with the server, so what it spends is not measured.
/// </summary>
internal sealed class LeanConnection : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly Stream _stream;
    private byte[] _in = new byte[64 * 1024];
    private int _start;
    private int _end;

    public LeanConnection(IPEndPoint server, bool tls, SslClientAuthenticationOptions? options = null)
    {
        _socket.Connect(server);
        _stream = new NetworkStream(_socket, ownsSocket: true);
        if (!tls)
            return;
        var secured = new SslStream(_stream);
        secured.AuthenticateAsClient(options ?? Options());
        _stream = secured;
    }

    /// <summary>One object for many connections lets them resume their TLS sessions.</summary>
    public static SslClientAuthenticationOptions Options() => new() { TargetHost = "localhost", RemoteCertificateValidationCallback = (_, _, _, _) => true };

    /// <summary>The head of the last response.</summary>
    public ReadOnlySpan<byte> Head => _in.AsSpan(0, _headLength);

    private int _headLength;

    public void Send(ReadOnlySpan<byte> request) => _stream.Write(request);

    /// <summary>The next response's body, without its chunks; it stands until the next call.</summary>
    public ReadOnlySpan<byte> Receive()
    {
        // What came behind the last response would stand here; a client that asks one thing at a time has nothing there.
        _start = _end = 0;
        int at;
        while ((at = _in.AsSpan(0, _end).IndexOf("\r\n\r\n"u8)) < 0)
            Fill();
        _headLength = at + 2;
        _start = at + 4;
        if (Find("Content-Length: "u8) is { IsEmpty: false } length)
        {
            Utf8Parser.TryParse(length, out int size, out _);
            while (_end - _start < size)
                Fill();
            return _in.AsSpan(_start, size);
        }
        var body = _start;
        var to = _start;
        while (true)
        {
            int line;
            while ((line = _in.AsSpan(_start, _end - _start).IndexOf("\r\n"u8)) < 0)
                Fill();
            if (!Utf8Parser.TryParse(_in.AsSpan(_start, line), out int size, out _, 'X'))
                throw new InvalidDataException("A chunk has no size.");
            _start += line + 2;
            while (_end - _start < size + 2)
                Fill();
            _in.AsSpan(_start, size).CopyTo(_in.AsSpan(to));
            to += size;
            _start += size + 2;
            if (size == 0)
                return _in.AsSpan(body, to - body);
        }
    }

    /// <summary>What stands behind a header's name, up to the end of its line; empty where there is none.</summary>
    public ReadOnlySpan<byte> Find(ReadOnlySpan<byte> name)
    {
        var at = Head.IndexOf(name);
        if (at < 0)
            return default;
        var rest = Head[(at + name.Length)..];
        return rest[..rest.IndexOf((byte)'\r')];
    }

    public void Dispose() => _stream.Dispose();

    private void Fill()
    {
        if (_end == _in.Length)
            Array.Resize(ref _in, _in.Length * 2);
        var read = _stream.Read(_in, _end, _in.Length - _end);
        if (read == 0)
            throw new EndOfStreamException(Encoding.ASCII.GetString(_in, 0, Math.Min(_end, 200)));
        _end += read;
    }
}
