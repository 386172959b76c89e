using System.Buffers;

namespace Rialto.Content.Mime;

/// <summary>Bytes of a message, and how they are written.</summary>
/// <param name="Bytes">As they are now.</param>
/// <param name="Encoding">7bit: as they are.</param>
public readonly record struct EncodedPiece(ReadOnlyMemory<byte> Bytes, MimeTransferEncoding Encoding)
{
    /// <summary>Whole lines of base64.</summary>
    private const int PartLength = 57 * 4096;

    /// <summary>The piece in parts of bounded length that can be written one after another; quoted-printable in one.</summary>
    public IEnumerable<EncodedPiece> Parts()
    {
        if (Encoding == MimeTransferEncoding.QuotedPrintable || Bytes.Length <= PartLength)
        {
            yield return this;
            yield break;
        }

        for (var rest = Bytes; !rest.IsEmpty; rest = rest[Math.Min(PartLength, rest.Length)..])
            yield return this with { Bytes = rest[..Math.Min(PartLength, rest.Length)] };
    }

    /// <summary>Writes it, encoded.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        if (Encoding == MimeTransferEncoding.SevenBit) output.Write(Bytes.Span);
        else TransferEncoder.Write(Encoding, Bytes.Span, output);
    }
}
