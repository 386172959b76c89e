// [MS-OXORULE] 2.2.4.1.9 PidTagExtendedRuleMessageActions, 2.2.5 rule actions in their extended form.
using Rialto.Model;
using Rialto.Wire;

namespace Rialto.Content.Junk;

/// <summary>
/// The two actions of the junk e-mail rule ([MS-OXCSPAM] 3.1.4.1): move the message to the junk folder, and mark it as moved.
/// <code>
///   names  version (4)  number (4)  { size (4)  type (1)  flavor (4)  flags (4)  data }
///   move: size (4) store's EntryID   size (4) folder's EntryID        tag: property tag (4) value
/// </code>
/// </summary>
/// <param name="StoreEntryId">The store, which clients give as the mailbox's GUID alone.</param>
/// <param name="FolderEntryId">The junk folder.</param>
/// <param name="MoveStamp">The mailbox's number for PidNameExchangeJunkEmailMoveStamp.</param>
public sealed record JunkEmailActions(byte[] StoreEntryId, byte[] FolderEntryId, int MoveStamp)
{
    private const uint RuleVersion = 1;
    private const byte OpMove = 1, OpTag = 9;
    private const int BlockHeaderSize = 9;

    /// <summary>Which id stands for the stamp's name within the bytes; any named one will do.</summary>
    private const ushort StampId = 0x8000;

    /// <summary>The actions in the property's bytes; null when they are others.</summary>
    public static JunkEmailActions? Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new WireReader(bytes);
        var names = NamedPropertyInformation.Read(ref reader);
        var version = reader.ReadUInt32();
        var count = reader.ReadUInt32();
        if (reader.Failed || names is null || version != RuleVersion || count is 0 or > 16)
            return null;
        byte[]? store = null, folder = null;
        var stamp = 0;
        for (uint i = 0; i < count; i++)
        {
            var size = reader.ReadCount(CountWidth.UInt32);
            if (!reader.EnterRegion(size, out var outer))
                return null;
            var type = reader.ReadByte();
            reader.Skip(BlockHeaderSize - 1);
            switch (type)
            {
                case OpMove:
                    store = reader.ReadCounted(CountWidth.UInt32).ToArray();
                    folder = reader.ReadCounted(CountWidth.UInt32).ToArray();
                    break;
                case OpTag:
                    var tag = new PropertyTag(reader.ReadUInt32());
                    if (tag.Type == PropertyType.Integer32 && names.TryGetValue(tag.Id, out var name) && name == PropertyNames.PidNameExchangeJunkEmailMoveStamp)
                        stamp = reader.ReadInt32();
                    break;
            }
            if (reader.Failed)
                return null;
            reader.LeaveRegion(outer);
        }
        return folder is null ? null : new JunkEmailActions(store!, folder, stamp);
    }

    /// <summary>The property's bytes.</summary>
    public byte[] ToArray()
    {
        var writer = new WireWriter(256);
        NamedPropertyInformation.Write(ref writer, new Dictionary<ushort, PropertyName> { [StampId] = PropertyNames.PidNameExchangeJunkEmailMoveStamp });
        writer.WriteUInt32(RuleVersion);
        writer.WriteUInt32(2);
        Begin(ref writer, OpMove, 8 + StoreEntryId.Length + FolderEntryId.Length);
        writer.WriteCounted(StoreEntryId, CountWidth.UInt32);
        writer.WriteCounted(FolderEntryId, CountWidth.UInt32);
        Begin(ref writer, OpTag, 8);
        writer.WriteUInt32(new PropertyTag(StampId, PropertyType.Integer32).Value);
        writer.WriteInt32(MoveStamp);
        var bytes = writer.ToArray();
        writer.Dispose();
        return bytes;
    }

    private static void Begin(ref WireWriter writer, byte type, int dataSize)
    {
        writer.WriteUInt32((uint)(BlockHeaderSize + dataSize));
        writer.WriteByte(type);
        writer.WriteUInt32(0);
        writer.WriteUInt32(0);
    }

    public bool Equals(JunkEmailActions? other) =>
        other is not null && MoveStamp == other.MoveStamp && StoreEntryId.AsSpan().SequenceEqual(other.StoreEntryId) && FolderEntryId.AsSpan().SequenceEqual(other.FolderEntryId);

    public override int GetHashCode() => HashCode.Combine(MoveStamp, FolderEntryId.Length);
}
