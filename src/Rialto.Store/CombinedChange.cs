using Rialto.Store.Backend;

namespace Rialto.Store;

/// <summary>Several changes of one mailbox for one commit: what a delivery with rules does, what a modification of a rules table does.</summary>
public sealed class CombinedChange
{
    /// <summary>The queue entry that this delivers: remembered with the change.</summary>
    public Guid? QueueEntry { get; init; }

    /// <summary>The entry may have been delivered before: then nothing is done.</summary>
    public bool Repeated { get; init; }

    public List<(FolderId Folder, PreparedMessage Message, AppendOptions Options)> Appends { get; } = [];

    /// <summary>New contents of messages; those that are gone are an error.</summary>
    public List<(FolderId Folder, MessageId Message, PreparedMessage Content)> Replacements { get; } = [];

    public List<(FolderId Folder, MessageId Message)> Deletions { get; } = [];

    /// <summary>Folder's own values, as <see cref="MailboxSession.UpdateFolderAsync"/>.</summary>
    public List<(FolderId Folder, Func<Folder, Folder> Change)> Folders { get; } = [];

    public List<(ClientStateKey Key, ReadOnlyMemory<byte>? Value)> States { get; } = [];

    /// <summary>PidTagOutOfOfficeState; null leaves it.</summary>
    public bool? OutOfOffice { get; set; }
}

/// <param name="Appended">In the order of <see cref="CombinedChange.Appends"/>; empty when nothing was done.</param>
/// <param name="WasDelivered">The queue entry had been delivered before.</param>
public sealed record CombinedOutcome(IReadOnlyList<AppendedMessage> Appended, bool WasDelivered);
