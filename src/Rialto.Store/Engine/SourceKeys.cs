// [MS-OXCFXICS] 2.2.1.2.5 PidTagSourceKey, 3.3.5.2.3 foreign identifiers.
using System.Buffers.Binary;
using Rialto.Store.Backend;

namespace Rialto.Store.Engine;

/// <summary>
/// Messages whose source key is of another replica than the mailbox's own, by that key. What is entered once stays: a key is never used for anything else, and one whose
/// message is gone tells so.
/// </summary>
internal static class SourceKeys
{
    public static ClientStateKey KeyOf(byte[] sourceKey) => new("ics", "sourcekeys", Convert.ToHexString(sourceKey));

    public static byte[] Encode(MessageId message)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, message.Value);
        return bytes;
    }

    public static async ValueTask<MessageId?> FindAsync(IMailboxStorage storage, byte[] sourceKey, CancellationToken cancel) =>
        await storage.ReadClientStateAsync(KeyOf(sourceKey), cancel) is { Length: 8 } bytes ? new MessageId(BinaryPrimitives.ReadInt64LittleEndian(bytes.Span)) : null;
}
