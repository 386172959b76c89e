// [MS-OXCDATA] 2.2.4.1 Folder EntryID, 2.2.4.2 Message EntryID; [MS-OXCFXICS] 2.2.1.2.5 source keys.
using System.Buffers.Binary;
using Rialto.Store;
using Rialto.Store.Backend;

namespace Rialto.Mapi.Properties;

/// <summary>The identifiers that rows carry: written straight, since every row of a table has several.</summary>
internal static class ObjectEntryIds
{
    private const ushort PrivateFolder = 0x0001;
    private const ushort PrivateMessage = 0x0007;

    /// <summary>46 bytes: flags, the mailbox's GUID, type, replica, counter, padding.</summary>
    public static byte[] OfFolder(MailboxHeader mailbox, FolderId folder)
    {
        var bytes = new byte[46];
        mailbox.Id.TryWriteBytes(bytes.AsSpan(4));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(20), PrivateFolder);
        WriteGlobalId(bytes.AsSpan(22), mailbox.ReplicaGuid, folder.Value);
        return bytes;
    }

    /// <summary>70 bytes: as a folder's, then replica, counter and padding of the message.</summary>
    public static byte[] OfMessage(MailboxHeader mailbox, FolderId folder, long mid)
    {
        var bytes = new byte[70];
        mailbox.Id.TryWriteBytes(bytes.AsSpan(4));
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(20), PrivateMessage);
        WriteGlobalId(bytes.AsSpan(22), mailbox.ReplicaGuid, folder.Value);
        WriteGlobalId(bytes.AsSpan(46), mailbox.ReplicaGuid, mid);
        return bytes;
    }

    /// <summary>22 bytes: replica and counter. Source keys of what was made here, and change keys.</summary>
    public static byte[] GlobalId(Guid replica, long counter)
    {
        var bytes = new byte[22];
        WriteGlobalId(bytes, replica, counter);
        return bytes;
    }

    /// <summary>The predecessor change list of one change: its XID behind its size.</summary>
    public static byte[] ChangeList(byte[] changeKey)
    {
        var bytes = new byte[changeKey.Length + 1];
        bytes[0] = (byte)changeKey.Length;
        changeKey.CopyTo(bytes, 1);
        return bytes;
    }

    private static void WriteGlobalId(Span<byte> bytes, Guid replica, long counter)
    {
        replica.TryWriteBytes(bytes);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[16..], (ushort)(counter >> 32));
        BinaryPrimitives.WriteUInt32BigEndian(bytes[18..], (uint)counter);
    }
}
