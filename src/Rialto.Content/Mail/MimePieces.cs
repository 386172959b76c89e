// RFC 2045 6: a message on its way out. What is encoded is encoded when it leaves.
using System.Buffers;
using System.Text;
using Rialto.Content.Mime;

namespace Rialto.Content.Mail;

/// <summary>
/// A message that is being written: its text, and between it the data of attachments, which is not copied but encoded chunk by chunk when the whole goes out. The pieces
/// of an embedded message are pieces of the outer one, so that depth costs nothing.
/// </summary>
internal sealed class MimePieces : IBufferWriter<byte>
{
    /// <summary>Data up to here is encoded at once: a piece of its own costs about as much.</summary>
    private const int EncodedAtOnce = 2048;

    /// <summary>Input of one chunk: whole lines of base64 (57 bytes a line).</summary>
    private const int ChunkInput = 57 * 512;

    private readonly List<Piece> _pieces = [];
    private readonly ArrayBufferWriter<byte> _text = new(2048);
    private int _closed;

    /// <summary>Bytes as they are (SevenBit, EightBit), bytes to be encoded, or bytes to be read and encoded.</summary>
    private readonly record struct Piece(ReadOnlyMemory<byte> Bytes, MimeTransferEncoding Encoding, Func<Stream>? Open);

    /// <summary>Whether a byte above 127 goes out.</summary>
    public bool HasEightBit { get; private set; }

    public void Advance(int count)
    {
        _text.Advance(count);
        HasEightBit |= _text.WrittenSpan[^count..].ContainsAnyInRange((byte)128, (byte)255);
    }

    public Memory<byte> GetMemory(int sizeHint = 0) => _text.GetMemory(sizeHint);

    public Span<byte> GetSpan(int sizeHint = 0) => _text.GetSpan(sizeHint);

    public void Text(string text) => System.Text.Encoding.UTF8.GetBytes(text, this);

    public void Text(StringBuilder text)
    {
        foreach (var chunk in text.GetChunks())
            System.Text.Encoding.UTF8.GetBytes(chunk.Span, this);
    }

    /// <summary>Data in a transfer encoding; not to be changed before the message is out.</summary>
    public void Data(MimeTransferEncoding encoding, ReadOnlyMemory<byte> data)
    {
        if (data.Length <= EncodedAtOnce)
        {
            TransferEncoder.Write(encoding, data.Span, this);
            return;
        }
        Close();
        _pieces.Add(new Piece(data, encoding, null));
        HasEightBit |= encoding is not (MimeTransferEncoding.Base64 or MimeTransferEncoding.QuotedPrintable) && data.Span.ContainsAnyInRange((byte)128, (byte)255);
    }

    /// <summary>Data in base64 that is read when the message goes out.</summary>
    public void Data(Func<Stream> open)
    {
        Close();
        _pieces.Add(new Piece(default, MimeTransferEncoding.Base64, open));
    }

    public void Append(MimePieces other)
    {
        Close();
        other.Close();
        _pieces.AddRange(other._pieces);
        HasEightBit |= other.HasEightBit;
    }

    /// <summary>The message in chunks of some ten kilobytes; each is valid until the next is asked for.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Chunks()
    {
        Close();
        ArrayBufferWriter<byte>? encoded = null;
        foreach (var piece in _pieces)
        {
            if (piece.Open is null && piece.Encoding is not (MimeTransferEncoding.Base64 or MimeTransferEncoding.QuotedPrintable))
            {
                for (var at = 0; at < piece.Bytes.Length; at += ChunkInput)
                    yield return piece.Bytes.Slice(at, Math.Min(ChunkInput, piece.Bytes.Length - at));
                continue;
            }
            encoded ??= new ArrayBufferWriter<byte>(ChunkInput * 3 / 2);
            if (piece.Open is not null)
            {
                using var source = piece.Open();
                var input = ArrayPool<byte>.Shared.Rent(ChunkInput);
                try
                {
                    for (int count; (count = source.ReadAtLeast(input.AsSpan(0, ChunkInput), ChunkInput, throwOnEndOfStream: false)) > 0;)
                    {
                        encoded.ResetWrittenCount();
                        TransferEncoder.Write(MimeTransferEncoding.Base64, input.AsSpan(0, count), encoded);
                        yield return encoded.WrittenMemory;
                    }
                }
                finally
                {
                    ArrayPool<byte>.Shared.Return(input);
                }
                continue;
            }
            var position = new QuotedPrintablePosition();
            while (position.Offset < piece.Bytes.Length)
            {
                encoded.ResetWrittenCount();
                if (piece.Encoding == MimeTransferEncoding.Base64)
                {
                    var length = Math.Min(ChunkInput, piece.Bytes.Length - position.Offset);
                    TransferEncoder.Write(MimeTransferEncoding.Base64, piece.Bytes.Span.Slice(position.Offset, length), encoded);
                    position.Offset += length;
                }
                else
                {
                    TransferEncoder.WriteQuotedPrintable(piece.Bytes.Span, ref position, ChunkInput, encoded);
                }
                yield return encoded.WrittenMemory;
            }
        }
    }

    public byte[] ToArray()
    {
        Close();
        // Base64 is known beforehand; quoted-printable and what is yet to be read is a guess.
        var length = 0L;
        foreach (var piece in _pieces)
            length += piece.Encoding == MimeTransferEncoding.Base64 ? (piece.Bytes.Length / 57 + 1) * 78L : piece.Bytes.Length;
        var all = new ArrayBufferWriter<byte>((int)Math.Clamp(length, 256, Array.MaxLength));
        foreach (var chunk in Chunks())
            all.Write(chunk.Span);
        return all.WrittenSpan.ToArray();
    }

    private void Close()
    {
        if (_text.WrittenCount == _closed)
            return;
        _pieces.Add(new Piece(_text.WrittenMemory[_closed..], MimeTransferEncoding.SevenBit, null));
        _closed = _text.WrittenCount;
    }
}
