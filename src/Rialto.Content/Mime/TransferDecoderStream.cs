// RFC 2045 6.
using System.Buffers;

namespace Rialto.Content.Mime;

/// <summary>Undoes a transfer encoding while it is read: the same decoders as <see cref="TransferDecoder"/>, over a body of any length in two small buffers.</summary>
public sealed class TransferDecoderStream : Stream
{
    private const int Size = 64 << 10;

    private readonly Stream _source;
    private readonly MimeTransferEncoding _encoding;
    private byte[] _raw = ArrayPool<byte>.Shared.Rent(Size);
    private byte[] _decoded = ArrayPool<byte>.Shared.Rent(Size);
    private int _rawLength;
    private int _decodedStart;
    private int _decodedEnd;
    private bool _ended;
    private Base64Decoder _base64;
    private QuotedPrintableDecoder _quotedPrintable;
    private UuDecoder _uu;

    /// <summary>The source is closed with this stream.</summary>
    public TransferDecoderStream(Stream source, MimeTransferEncoding encoding)
    {
        _source = source;
        _encoding = encoding;
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty)
            return 0;
        while (_decodedStart == _decodedEnd)
        {
            if (_ended)
                return 0;
            var read = _source.Read(_raw.AsSpan(_rawLength, Size - _rawLength));
            _rawLength += read;
            _ended = read == 0;
            Decode();
        }
        var count = Math.Min(buffer.Length, _decodedEnd - _decodedStart);
        _decoded.AsSpan(_decodedStart, count).CopyTo(buffer);
        _decodedStart += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    private void Decode()
    {
        ReadOnlySpan<byte> raw = _raw.AsSpan(0, _rawLength);
        var consumed = raw.Length;
        _decodedStart = 0;
        switch (_encoding)
        {
            case MimeTransferEncoding.Base64:
                _decodedEnd = _base64.Decode(raw, _decoded, _ended);
                break;
            case MimeTransferEncoding.QuotedPrintable:
                _decodedEnd = _quotedPrintable.Decode(raw, _decoded, _ended, out consumed);
                break;
            case MimeTransferEncoding.Uuencode:
                _decodedEnd = _uu.Decode(raw, _decoded, _ended, out consumed);
                break;
            default:
                raw.CopyTo(_decoded);
                _decodedEnd = raw.Length;
                break;
        }
        raw[consumed..].CopyTo(_raw);
        _rawLength = raw.Length - consumed;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _raw.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_raw);
            ArrayPool<byte>.Shared.Return(_decoded);
            _raw = _decoded = [];
            _ended = true;
            _decodedStart = _decodedEnd = 0;
            _source.Dispose();
        }
        base.Dispose(disposing);
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
