using Rialto.Model;
using Rialto.Store.Backend;

namespace Rialto.Store;

/// <summary>
/// EntryIDs, keys and ids as properties carry them, made from the mailbox's counters. [MS-OXCDATA] 2.2.1, 2.2.4; [MS-OXCFXICS] 2.2.1.2.
/// </summary>
public static class StoreKeys
{
    /// <summary>The replica id that stands for the mailbox's own replica on every logon.</summary>
    public const ushort OwnReplica = 1;

    public static StoreId Id(long counter) => new(OwnReplica, (ulong)counter);

    public static GlobalId Global(MailboxHeader mailbox, long counter) => new(mailbox.ReplicaGuid, (ulong)counter);

    public static byte[] EntryIdOf(MailboxHeader mailbox, FolderId folder) =>
        new FolderEntryId(Provider(mailbox), mailbox.IsPublic ? StoreObjectType.PublicFolder : StoreObjectType.PrivateFolder, Global(mailbox, folder.Value)).ToArray();

    public static byte[] EntryIdOf(MailboxHeader mailbox, FolderId folder, long mid) => new MessageEntryId(
        Provider(mailbox), mailbox.IsPublic ? StoreObjectType.PublicMessage : StoreObjectType.PrivateMessage, Global(mailbox, folder.Value), Global(mailbox, mid)).ToArray();

    public static byte[] SourceKeyOf(MailboxHeader mailbox, MessageRow row) => row.SourceKey ?? Global(mailbox, row.Mid).ToArray();

    public static byte[] SourceKeyOf(MailboxHeader mailbox, Folder folder) => folder.SourceKey ?? Global(mailbox, folder.Id.Value).ToArray();

    public static byte[] ChangeKeyOf(MailboxHeader mailbox, byte[]? changeKey, long cn) => changeKey ?? Global(mailbox, cn).ToArray();

    /// <summary>The list kept, or the one entry that the change key makes. [MS-OXCFXICS] 2.2.2.3: a size byte before each XID.</summary>
    public static byte[] PredecessorsOf(MailboxHeader mailbox, byte[]? predecessors, byte[]? changeKey, long cn)
    {
        if (predecessors is not null)
            return predecessors;
        var key = ChangeKeyOf(mailbox, changeKey, cn);
        return [(byte)key.Length, .. key];
    }

    private static Guid Provider(MailboxHeader mailbox) => mailbox.IsPublic ? EntryIdProviders.PublicObjects : mailbox.Id;
}
