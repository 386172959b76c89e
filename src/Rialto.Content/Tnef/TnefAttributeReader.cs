// [MS-OXTNEF] 2.1.3.3: level, id, length, data, checksum.
using System.Buffers.Binary;

namespace Rialto.Content.Tnef;

/// <summary>
/// Walks over the attributes of a stream without understanding them:
/// <code>
///   signature (4)  key (2)  { level (1)  tag (4)  length (4)  data (length)  checksum (2) }
/// </code>
/// Copies nothing. A length beyond the stream's end gives the data that is there, as the last attribute.
/// </summary>
public ref struct TnefAttributeReader
{
    /// <summary>Signature and key.</summary>
    public const int HeaderSize = 6;

    /// <summary>What stands before an attribute's data.</summary>
    public const int AttributeHeaderSize = 9;

    public const byte MessageLevel = 1;
    public const byte AttachmentLevel = 2;

    private readonly ReadOnlySpan<byte> _stream;
    private int _position;

    public TnefAttributeReader(ReadOnlySpan<byte> stream)
    {
        _stream = stream;
        IsTnef = stream.Length >= 4 && BinaryPrimitives.ReadUInt32LittleEndian(stream) == TnefReader.Signature;
        Key = IsTnef && stream.Length >= HeaderSize ? BinaryPrimitives.ReadUInt16LittleEndian(stream[4..]) : (ushort)0;
        _position = IsTnef ? Math.Min(stream.Length, HeaderSize) : stream.Length;
    }

    public bool IsTnef { get; }

    public ushort Key { get; }

    /// <summary><see cref="MessageLevel"/> or <see cref="AttachmentLevel"/>.</summary>
    public byte Level { get; private set; }

    public TnefAttributeTag Tag { get; private set; }

    public ReadOnlySpan<byte> Data { get; private set; }

    /// <summary>Where <see cref="Data"/> begins in the stream.</summary>
    public int Offset { get; private set; }

    /// <summary>Whether the stream ended before the attribute did.</summary>
    public bool IsTruncated { get; private set; }

    /// <summary>How much of the stream has been walked over.</summary>
    public readonly int Position => _position;

    /// <summary>The checksum that the stream gives; meaningless when truncated.</summary>
    public ushort Checksum { get; private set; }

    /// <summary>The next attribute. False at the end and where no attribute begins; <see cref="Position"/> tells which.</summary>
    public bool Next()
    {
        var rest = _stream[_position..];
        if (rest.IsEmpty || rest[0] is not (MessageLevel or AttachmentLevel) || rest.Length < AttributeHeaderSize)
            return false;
        Level = rest[0];
        Tag = (TnefAttributeTag)BinaryPrimitives.ReadUInt32LittleEndian(rest[1..]);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(rest[5..]);
        var available = rest.Length - AttributeHeaderSize;
        IsTruncated = length > (uint)available || available - (int)length < 2;
        var taken = length > (uint)available ? available : (int)length;
        Offset = _position + AttributeHeaderSize;
        Data = _stream.Slice(Offset, taken);
        _position = IsTruncated ? _stream.Length : Offset + taken + 2;
        Checksum = IsTruncated ? (ushort)0 : BinaryPrimitives.ReadUInt16LittleEndian(_stream[(Offset + taken)..]);
        return true;
    }

    /// <summary>[MS-OXTNEF] 2.1.3.3: the sum of the bytes, modulo 65536.</summary>
    public static ushort ChecksumOf(ReadOnlySpan<byte> data)
    {
        // Unsigned overflow keeps the low 16 bits right.
        uint sum = 0;
        foreach (var b in data)
            sum += b;
        return (ushort)sum;
    }
}
