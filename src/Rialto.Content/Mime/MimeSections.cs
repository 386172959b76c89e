// RFC 9051 6.4.5.1 section specification; RFC 3501 6.4.5.
using System.Buffers;
using System.Text;

namespace Rialto.Content.Mime;

/// <summary>What of a part a section names.</summary>
public enum MimeSectionKind
{
    /// <summary>BODY[] or BODY[1.2]: the message with its header, or a part's body.</summary>
    Whole,

    /// <summary>HEADER: the header of the message, or of the one inside a message/rfc822 part.</summary>
    Header,

    /// <summary>TEXT: the body of that message.</summary>
    Text,

    /// <summary>MIME: the part's own header.</summary>
    Mime,
}

/// <summary>Sections of a message as IMAP names them, byte for byte.</summary>
public static class MimeSections
{
    /// <summary>
    /// The part that a part path names; null where there is none. An empty path is the message itself. Part 1 of a message that is no
    /// multipart is its own body: then the message comes back itself.
    /// </summary>
    public static MimePart? FindPart(MimePart root, ReadOnlySpan<int> path)
    {
        var part = root;
        for (var i = 0; i < path.Length; i++)
        {
            // Numbers after a message/rfc822 part count the parts of its message.
            if (i > 0)
            {
                if (part.Embedded is not null)
                    part = part.Embedded;
                else if (!part.IsMultipart)
                    return null;
            }
            if (part.IsMultipart)
            {
                if (path[i] < 1 || path[i] > part.ChildArray.Length)
                    return null;
                part = part.ChildArray[path[i] - 1];
            }
            else if (path[i] != 1)
            {
                return null;
            }
        }
        return part;
    }

    /// <summary>The range of a section: BODY[path], BODY[path.HEADER], BODY[path.TEXT], BODY[path.MIME]. False where the message has no such section.</summary>
    public static bool Find(MimePart root, ReadOnlySpan<int> path, MimeSectionKind kind, out int offset, out int length)
    {
        offset = length = 0;
        var part = FindPart(root, path);
        if (part is null)
            return false;
        switch (kind)
        {
            case MimeSectionKind.Whole when path.IsEmpty:
                (offset, length) = (part.HeaderOffset, part.Length);
                return true;
            case MimeSectionKind.Whole:
                (offset, length) = (part.BodyOffset, part.BodyLength);
                return true;
            case MimeSectionKind.Mime:
                if (path.IsEmpty)
                    return false;
                (offset, length) = (part.HeaderOffset, part.HeaderLength);
                return true;
        }
        if (!path.IsEmpty)
        {
            if (part.Embedded is null)
                return false;
            part = part.Embedded;
        }
        (offset, length) = kind == MimeSectionKind.Header ? (part.HeaderOffset, part.HeaderLength) : (part.BodyOffset, part.BodyLength);
        return true;
    }

    /// <summary>
    /// The message whose header HEADER.FIELDS under this path selects from; null where the path names no message.
    /// </summary>
    public static MimePart? FindMessage(MimePart root, ReadOnlySpan<int> path)
    {
        var part = FindPart(root, path);
        return path.IsEmpty ? part : part?.Embedded;
    }

    /// <summary>
    /// HEADER.FIELDS (names) or, with not, HEADER.FIELDS.NOT: the fields as they stand, in their order, and the blank line that ends a header.
    /// </summary>
    public static void WriteFields(MimePart message, IReadOnlyList<byte[]> names, bool not, IBufferWriter<byte> output)
    {
        foreach (ref readonly var field in message.Headers)
        {
            var name = message.Name(field);
            var listed = false;
            for (var i = 0; i < names.Count && !listed; i++)
                listed = Ascii.EqualsIgnoreCase(name, names[i]);
            if (listed == not)
                continue;
            var whole = message.RawField(field);
            output.Write(whole);
            if (whole.IsEmpty || whole[^1] != '\n')
                output.Write("\r\n"u8);
        }
        output.Write("\r\n"u8);
    }
}
