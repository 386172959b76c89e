// RFC 3501 6.4.5: sections of a message, found on demand.
using Rialto.Content.Mime;
using Rialto.MailAccess.Imap.Wire;
using Rialto.Store;
using Rialto.Store.Backend;

namespace Rialto.MailAccess.Imap.Fetch;

/// <summary>
/// A message's bytes, lent by the blob store, and what of them was parsed: nothing for the whole message, its header alone for the header, the fields and the text,
/// everything for parts.
/// </summary>
internal sealed class OpenedMessage(MessageId id, BlobLease lease) : IDisposable
{
    private MimeMessage? _header;
    private MimeMessage? _whole;
    private MimePart? _decodedPart;
    private ReadOnlyMemory<byte> _decoded;

    public MessageId Id => id;

    public ReadOnlyMemory<byte> Bytes => lease.Memory;

    public void Dispose() => lease.Dispose();

    /// <summary>The section's bytes; false where the message has no such section (NIL).</summary>
    public bool TryFind(FetchItem item, out ReadOnlyMemory<byte> section)
    {
        section = default;
        if (item.Part.Length == 0 && item.Text == SectionText.Whole)
        {
            section = Bytes;
            return true;
        }
        if (item.Part.Length == 0 && item.Text is SectionText.Header or SectionText.Text && item.Part.Length == 0)
        {
            var length = Header.Root.HeaderLength;
            section = item.Text == SectionText.Header ? Bytes[..length] : Bytes[length..];
            return true;
        }
        if (item.Text is SectionText.HeaderFields or SectionText.HeaderFieldsNot)
        {
            var message = item.Part.Length == 0 ? Header.Root : MimeSections.FindMessage(Whole.Root, item.Part);
            if (message is null)
                return false;
            var fields = new System.Buffers.ArrayBufferWriter<byte>(256);
            MimeSections.WriteFields(message, item.Fields, item.Text == SectionText.HeaderFieldsNot, fields);
            section = fields.WrittenMemory;
            return true;
        }
        var kind = item.Text switch
        {
            SectionText.Header => MimeSectionKind.Header,
            SectionText.Text => MimeSectionKind.Text,
            SectionText.Mime => MimeSectionKind.Mime,
            _ => MimeSectionKind.Whole,
        };
        if (!MimeSections.Find(Whole.Root, item.Part, kind, out var offset, out var size))
            return false;
        section = Bytes.Slice(offset, size);
        return true;
    }

    /// <summary>A part's content without its transfer encoding; multiparts and messages have none. False where there is no such part, or its encoding is unknown.</summary>
    public bool TryDecode(int[] path, out ReadOnlyMemory<byte> content, out bool isUnknown)
    {
        isUnknown = false;
        content = Bytes;
        if (path.Length == 0)
            return true;
        if (MimeSections.FindPart(Whole.Root, path) is not { } part)
            return false;
        isUnknown = part.Encoding == MimeTransferEncoding.Unknown;
        if (part != _decodedPart && !isUnknown)
        {
            _decoded = part.IsMultipart || part.Embedded is not null || part.Encoding is MimeTransferEncoding.SevenBit or MimeTransferEncoding.EightBit or MimeTransferEncoding.Binary
                ? Bytes.Slice(part.BodyOffset, part.BodyLength)
                : Decode(part);
            _decodedPart = part;
        }
        content = _decoded;
        return !isUnknown;
    }

    /// <summary>The part that a path names; an empty one is the message. Null where there is none.</summary>
    public MimePart? FindPart(int[] path) => MimeSections.FindPart(Whole.Root, path);

    private static byte[] Decode(MimePart part)
    {
        using var stream = part.OpenContent();
        using var decoded = new MemoryStream(part.BodyLength);
        stream.CopyTo(decoded);
        return decoded.ToArray();
    }

    private MimeMessage Whole => _whole ??= MimeMessage.Parse(Bytes);

    private MimeMessage Header => _whole ?? (_header ??= MimeMessage.Parse(Bytes[..EndOfFirstBlankLine(Bytes.Span)]));

    // The reader may end the header earlier, at a line that is no field, never later: it gets the same header from these bytes as from all.
    private static int EndOfFirstBlankLine(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (at < bytes.Length)
        {
            if (bytes[at] == '\n')
                return at + 1;
            if (bytes[at] == '\r' && at + 1 < bytes.Length && bytes[at + 1] == '\n')
                return at + 2;
            var end = bytes[at..].IndexOf((byte)'\n');
            if (end < 0)
                break;
            at += end + 1;
        }
        return bytes.Length;
    }
}
