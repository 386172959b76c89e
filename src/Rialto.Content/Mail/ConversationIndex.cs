// [MS-OXOMSG] 2.2.1.3 PidTagConversationIndex; [MS-OXCMAIL] 2.2.3.2.22 Thread-Index.
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Rialto.Content.Mime;
using Rialto.Model;

namespace Rialto.Content.Mail;

/// <summary>
/// <code>
/// 0x01 | time: bits 55..16 of a FILETIME, big-endian (5 bytes) | conversation GUID (16 bytes) | 5 bytes for each reply
/// </code>
/// </summary>
public static class ConversationIndex
{
    public const int HeaderLength = 22;

    /// <summary>The index of a Thread-Index field; null where that lacks or is no index.</summary>
    public static byte[]? FromThreadIndex(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty || value.Length > 4096)
            return null;
        var bytes = TransferDecoder.Decode(MimeTransferEncoding.Base64, value);
        return bytes.Length >= HeaderLength && bytes[0] == 1 ? bytes : null;
    }

    /// <summary>
    /// An index for mail of clients that know none: its conversation is the first message of the References, so that a thread stays together
    /// in whatever order its messages come, and every conversion of the same message gives the same bytes.
    /// </summary>
    public static byte[] Derive(string rootMessageId, DateTimeOffset? date)
    {
        var index = new byte[HeaderLength];
        BinaryPrimitives.WriteInt64BigEndian(index, date is { } time ? Math.Max(0, FileTime.From(time).Ticks) : 0);
        // The top byte of every FILETIME of our days is 1, which is the reserved byte's value; the low 16 bits are dropped.
        index[0] = 1;
        SHA256.HashData(Encoding.UTF8.GetBytes(rootMessageId)).AsSpan(0, 16).CopyTo(index.AsSpan(6));
        return index;
    }

    /// <summary>The conversation's GUID; empty for bytes that are no index.</summary>
    public static Guid ConversationOf(ReadOnlySpan<byte> index) => index.Length >= HeaderLength ? new Guid(index.Slice(6, 16)) : Guid.Empty;
}
