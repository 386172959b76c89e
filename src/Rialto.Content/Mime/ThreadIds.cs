// RFC 5256 3, THREAD=REFERENCES step (1): a message's own id and the ids that it refers to; RFC 5322 3.6.4 msg-id.
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Rialto.Content.Mime;

/// <summary>
/// The ids by which messages find their thread, as the first 8 bytes of their SHA-256: an index of a folder compares them, and nobody can make two ids that clash on purpose at a
/// cost that is worth it. The own id comes first, zero where there is none; then the references from the oldest to the parent.
/// </summary>
internal static class ThreadIds
{
    public const int Size = 8;

    /// <summary>References kept: the first, which names the thread, and the nearest ones. Longer lists are those of loops and of jokes.</summary>
    private const int MaximumReferences = 100;

    public const int MaximumLength = (1 + MaximumReferences) * Size;

    /// <summary>Ids longer than a line of mail may be are compared by as much of them.</summary>
    private const int MaximumId = 998;

    /// <summary>The length of what was written; at least the own id.</summary>
    public static int Write(MimePart message, Span<byte> into)
    {
        var own = message.RawValue(MimeHeaderId.MessageId);
        into[..Size].Clear();
        if (TryNext(ref own, out var id))
            Hash(id, into);
        var length = Size;
        var references = message.RawValue(MimeHeaderId.References);
        while (TryNext(ref references, out id))
            Add(id, into, ref length);
        if (length > Size)
            return length;
        // "If the message does not contain a References header line, or the References header line does not contain any valid Message IDs": the first of In-Reply-To.
        var answered = message.RawValue(MimeHeaderId.InReplyTo);
        if (TryNext(ref answered, out id))
            Add(id, into, ref length);
        return length;
    }

    private static void Add(ReadOnlySpan<byte> id, Span<byte> into, ref int length)
    {
        if (length == MaximumLength)
        {
            into[(Size * 3)..].CopyTo(into[(Size * 2)..]);
            length -= Size;
        }
        Hash(id, into[length..]);
        length += Size;
    }

    /// <summary>The next text between angle brackets that has an "@" in it.</summary>
    private static bool TryNext(ref ReadOnlySpan<byte> text, out ReadOnlySpan<byte> id)
    {
        while (true)
        {
            id = default;
            var open = text.IndexOf((byte)'<');
            if (open < 0)
                return false;
            text = text[(open + 1)..];
            var close = EndOf(text);
            if (close < 0)
                return false;
            id = text[..close];
            text = text[(close + 1)..];
            if (id.Contains((byte)'@'))
                return true;
        }
    }

    /// <summary>Where the bracket closes: not within a quoted local part.</summary>
    private static int EndOf(ReadOnlySpan<byte> text)
    {
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case (byte)'"':
                    quoted = !quoted;
                    break;
                case (byte)'\\' when quoted:
                    i++;
                    break;
                case (byte)'>' when !quoted:
                    return i;
            }
        }
        // A quote that does not close hides no id.
        return text.IndexOf((byte)'>');
    }

    /// <summary>"The message ID in quoted form is the same as in unquoted form": quotes, escapes and blanks are left out.</summary>
    private static void Hash(ReadOnlySpan<byte> id, Span<byte> into)
    {
        Span<byte> plain = stackalloc byte[MaximumId];
        var length = 0;
        for (var i = 0; i < id.Length && length < plain.Length; i++)
        {
            if (id[i] == '\\' && i + 1 < id.Length)
                i++;
            else if (id[i] is (byte)'"' or (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
                continue;
            plain[length++] = id[i];
        }
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(plain[..length], hash);
        hash[..Size].CopyTo(into);
        // Zero says that there is none.
        if (BinaryPrimitives.ReadInt64LittleEndian(into) == 0)
            into[0] = 1;
    }
}
