using System.Buffers.Binary;
using System.Security.Cryptography;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Delivery;

/// <summary>
/// Ids that follow from what was submitted, so that nothing need be remembered of a submission but the message itself: whoever finds it again after a crash knows its entry.
/// </summary>
internal static class SubmissionIds
{
    /// <summary>The queue entry of one submission: the same however often it is computed, another for each time the message is submitted. RFC 9562 5.7, so that ids sort by time.</summary>
    public static Guid EntryOf(Guid mailbox, MessageId message, FileTime submitTime)
    {
        Span<byte> input = stackalloc byte[32];
        mailbox.TryWriteBytes(input);
        BinaryPrimitives.WriteInt64BigEndian(input[16..], message.Value);
        BinaryPrimitives.WriteInt64BigEndian(input[24..], submitTime.Ticks);
        Span<byte> id = stackalloc byte[32];
        SHA256.HashData(input, id);
        var milliseconds = submitTime.ToDateTimeOffset().ToUnixTimeMilliseconds();
        BinaryPrimitives.WriteInt16BigEndian(id, (short)(milliseconds >> 32));
        BinaryPrimitives.WriteInt32BigEndian(id[2..], (int)milliseconds);
        id[6] = (byte)((id[6] & 0x0F) | 0x70);
        id[8] = (byte)((id[8] & 0x3F) | 0x80);
        return new Guid(id[..16], bigEndian: true);
    }

    /// <summary>What the store is asked; its mark is not the one that a delivery of the entry to the same mailbox leaves.</summary>
    public static SubmittedMessage SubmittedOf(SubmissionOrigin origin, Guid entry)
    {
        Span<byte> mark = stackalloc byte[16];
        entry.TryWriteBytes(mark);
        mark[15] ^= 0xFF;
        return new(
            new FolderId(origin.Folder), new MessageId(origin.Message), new FileTime(origin.SubmitTime), new Guid(mark), origin.Delete,
            origin.Target == 0 ? null : new FolderId(origin.Target), origin.TargetMid == 0 ? null : origin.TargetMid);
    }
}
