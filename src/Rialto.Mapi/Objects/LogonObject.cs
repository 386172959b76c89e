using Rialto.Directory;
using Rialto.Store;

namespace Rialto.Mapi.Objects;

/// <summary>A mailbox opened by RopLogon. [MS-OXCSTOR] 3.2.1.</summary>
internal sealed class LogonObject(MailboxSession session, MailboxRecipient owner, byte logonId) : ServerObject(null)
{
    public MailboxSession Session { get; } = session;

    /// <summary>Whose mailbox it is.</summary>
    public MailboxRecipient Owner { get; } = owner;

    public byte LogonId { get; } = logonId;

    public override void Dispose() => Session.Dispose();
}
