// RFC 2045, 2046: one entity; RFC 2183 disposition; RFC 1864 MD5; RFC 3282 language; RFC 2557 location.
namespace Rialto.Content.Mime;

/// <summary>Content-Transfer-Encoding as far as a reader acts on it. RFC 2045 6.</summary>
public enum MimeTransferEncoding : byte
{
    SevenBit,
    EightBit,
    Binary,
    QuotedPrintable,
    Base64,

    /// <summary>x-uuencode and its like: named so that nobody takes the bytes for text.</summary>
    Uuencode,
    Unknown,
}

/// <summary>
/// An entity: the message itself, a part of a multipart, or the message inside a message/rfc822 part. Offsets count from the start of the
/// whole message, so that every IMAP section is a slice of it.
/// </summary>
public sealed class MimePart
{
    internal static readonly MimePart[] None = [];

    internal MimePart(MimeMessage message, MimePart? parent)
    {
        Message = message;
        Parent = parent;
    }

    public MimeMessage Message { get; }

    /// <summary>The multipart this is a part of, or the message/rfc822 part whose message this is.</summary>
    public MimePart? Parent { get; }

    /// <summary>Whether this has a message's header: the root and the messages inside message/rfc822 parts.</summary>
    public bool IsMessage => Parent is null || ReferenceEquals(Parent.Embedded, this);

    public int HeaderOffset { get; internal set; }

    /// <summary>Length of the header block, the blank line included where there is one.</summary>
    public int HeaderLength { get; internal set; }

    public int BodyOffset { get; internal set; }

    public int BodyLength { get; internal set; }

    /// <summary>Header and body.</summary>
    public int Length => BodyOffset + BodyLength - HeaderOffset;

    internal int FirstHeader { get; set; }

    internal int HeaderCount { get; set; }

    /// <summary>The fields in their order.</summary>
    public ReadOnlySpan<MimeHeaderField> Headers => Message.Fields.AsSpan(FirstHeader, HeaderCount);

    /// <summary>
    /// The type to treat this as, in lower case. It differs from the declared one where that cannot be taken at its word: a multipart
    /// without parts is text/plain, anything too deep is application/octet-stream.
    /// </summary>
    public string Type { get; internal set; } = "text";

    public string Subtype { get; internal set; } = "plain";

    /// <summary>Whether <see cref="Type"/> and <see cref="Subtype"/> are what the Content-Type field says; otherwise its parameters do not apply.</summary>
    public bool TypeIsDeclared { get; internal set; }

    public MimeTransferEncoding Encoding { get; internal set; }

    /// <summary>Number of line ends in the body, for text and message/rfc822; otherwise 0.</summary>
    public int Lines { get; internal set; }

    /// <summary>The parts of a multipart.</summary>
    public IReadOnlyList<MimePart> Children => ChildArray;

    internal MimePart[] ChildArray { get; set; } = None;

    /// <summary>The message of a message/rfc822 or message/global part.</summary>
    public MimePart? Embedded { get; internal set; }

    public bool IsMultipart => ChildArray.Length > 0;

    public bool IsText => Type == "text";

    /// <summary>
    /// The body as it stands in the message, still encoded. Of a message that is not in memory it is read anew each time: <see cref="OpenBody"/> does not need that much
    /// memory.
    /// </summary>
    public ReadOnlySpan<byte> RawBody => Message.Range(BodyOffset, BodyLength);

    /// <summary>The header block of a message that is not in memory, as far as <see cref="MimeLimits.MaxHeaderBytes"/> allowed.</summary>
    internal byte[]? KeptHeader { get; set; }

    internal ReadOnlyMemory<byte> HeaderMemory => KeptHeader ?? Message.Bytes.Slice(HeaderOffset, HeaderLength);

    public ReadOnlySpan<byte> RawHeader => KeptHeader is { } kept ? kept : Message.Bytes.Span.Slice(HeaderOffset, HeaderLength);

    /// <summary>The body as it stands in the message, still encoded.</summary>
    public Stream OpenBody() => Message.Open(BodyOffset, BodyLength);

    /// <summary>The body with its transfer encoding undone.</summary>
    public Stream OpenContent() => Encoding is MimeTransferEncoding.Base64 or MimeTransferEncoding.QuotedPrintable or MimeTransferEncoding.Uuencode
        ? new TransferDecoderStream(OpenBody(), Encoding)
        : OpenBody();

    public bool Is(string type, string subtype) => Type == type && Subtype == subtype;

    /// <summary>The first field of that name. False where there is none.</summary>
    public bool TryFindHeader(MimeHeaderId id, out MimeHeaderField field)
    {
        foreach (ref readonly var candidate in Headers)
        {
            if (candidate.Id == id)
            {
                field = candidate;
                return true;
            }
        }
        field = default;
        return false;
    }

    /// <summary>The first field of a name that has no id of its own.</summary>
    public bool TryFindHeader(ReadOnlySpan<byte> name, out MimeHeaderField field)
    {
        foreach (ref readonly var candidate in Headers)
        {
            if (System.Text.Ascii.EqualsIgnoreCase(Name(candidate), name))
            {
                field = candidate;
                return true;
            }
        }
        field = default;
        return false;
    }

    public bool HasHeader(MimeHeaderId id) => TryFindHeader(id, out _);

    public ReadOnlySpan<byte> Name(MimeHeaderField field) => RawHeader.Slice(field.Offset - HeaderOffset, field.NameLength);

    /// <summary>The field as it stands, from its name to its last line end.</summary>
    public ReadOnlySpan<byte> RawField(MimeHeaderField field) => RawHeader[(field.Offset - HeaderOffset)..(field.End - HeaderOffset)];

    /// <summary>The value as it stands, folds included, without white space at either end.</summary>
    public ReadOnlySpan<byte> RawValue(MimeHeaderField field) => field.ValueIn(RawHeader, HeaderOffset).Trim(" \t\r\n"u8);

    /// <summary>The raw value of the first field of that name; empty where there is none.</summary>
    public ReadOnlySpan<byte> RawValue(MimeHeaderId id) => TryFindHeader(id, out var field) ? RawValue(field) : default;

    /// <summary>This part, its parts, the messages in it and their parts, in the order of the bytes.</summary>
    public IEnumerable<MimePart> Descendants()
    {
        yield return this;
        foreach (var child in ChildArray)
        {
            foreach (var part in child.Descendants())
                yield return part;
        }
        if (Embedded is not null)
        {
            foreach (var part in Embedded.Descendants())
                yield return part;
        }
    }
}
