// RFC 5322 2.2.
namespace Rialto.Content.Mime;

/// <summary>One header field as offsets into the message's bytes: no string is made of it until someone asks.</summary>
public readonly struct MimeHeaderField
{
    internal MimeHeaderField(MimeHeaderId id, int offset, int nameLength, int valueOffset, int end)
    {
        Id = id;
        Offset = offset;
        NameLength = nameLength;
        ValueOffset = valueOffset;
        End = end;
    }

    public MimeHeaderId Id { get; }

    /// <summary>Where the name begins.</summary>
    public int Offset { get; }

    public int NameLength { get; }

    /// <summary>The byte after the colon.</summary>
    public int ValueOffset { get; }

    /// <summary>The byte after the field's last line end.</summary>
    public int End { get; }

    /// <summary>The value in the header block that starts at an offset of the message.</summary>
    internal ReadOnlySpan<byte> ValueIn(ReadOnlySpan<byte> header, int headerOffset) => header[(ValueOffset - headerOffset)..(End - headerOffset)];
}
