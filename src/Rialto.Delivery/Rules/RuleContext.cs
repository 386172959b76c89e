using Rialto.Directory;
using Rialto.Model;
using Rialto.Store;
using Rialto.Wire;

namespace Rialto.Delivery;

/// <summary>What rules of one mailbox have at hand for one message.</summary>
internal sealed class RuleContext(
    IncomingMessage incoming, PreparedMessage prepared, DeliveryTarget target, MailboxSession mailbox, MailboxRecipient owner, StoreEngine store, DirectorySnapshot directory,
    DeliveryOptions options, DateTimeOffset now)
{
    public IncomingMessage Incoming { get; } = incoming;

    public PreparedMessage Prepared { get; } = prepared;

    public DeliveryTarget Target { get; } = target;

    public MailboxSession Mailbox { get; } = mailbox;

    public MailboxRecipient Owner { get; } = owner;

    public StoreEngine Store { get; } = store;

    public DirectorySnapshot Directory { get; } = directory;

    public DeliveryOptions Options { get; } = options;

    public DateTimeOffset Now { get; } = now;

    public RuleSource Source { get; } = new(incoming, prepared, mailbox, owner, directory, target.Received, options.Rules.PostmarkCredit);

    /// <summary>Whom an answer goes to: the reverse path.</summary>
    public string SenderAddress => Incoming.Queued.Sender;

    public string AnswerKey(long ruleId) => $"{ruleId:x16}:{SenderAddress}";

    /// <summary>A folder of this mailbox: by ServerEid or by EntryID; null for anything else.</summary>
    public FolderId? FolderOf(byte[] folder)
    {
        if (folder.Length == FolderEntryId.Size)
        {
            return EntryId.Parse(folder) is FolderEntryId { Type: StoreObjectType.PrivateFolder } id && id.Folder.Replica == Mailbox.Header.ReplicaGuid
                ? new FolderId((long)id.Folder.Counter)
                : null;
        }

        return WireCodec.TryRead<ServerId>(folder, out var server) && server is { Ours: true, Folder: { ReplicaId: StoreKeys.OwnReplica, IsNone: false } }
            ? new FolderId((long)server.Folder.Counter)
            : null;
    }
}
