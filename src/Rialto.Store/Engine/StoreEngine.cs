using System.Buffers;
using Rialto.Model;
using Rialto.Store.Backend;

namespace Rialto.Store;

/// <summary>The mailboxes of a server. One for the process; thread-safe.</summary>
public sealed class StoreEngine : IAsyncDisposable
{
    public StoreEngine(IStoreBackend backend, IContentConverter converter, StoreOptions options, TimeProvider time)
    {
        Backend = backend;
        Converter = converter;
        Options = options;
        Time = time;
    }

    public IStoreBackend Backend { get; }

    public IContentConverter Converter { get; }

    public StoreOptions Options { get; }

    public TimeProvider Time { get; }

    /// <summary>Creates a mailbox with all special folders. <paramref name="names"/> gives localised folder names; default names where absent.</summary>
    public ValueTask<bool> CreateMailboxAsync(Guid mailbox, Guid owner, IReadOnlyDictionary<SpecialFolder, string>? names, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Creates many mailboxes with few syncs; existing ones are skipped.</summary>
    public ValueTask CreateMailboxesAsync(IReadOnlyList<(Guid Mailbox, Guid Owner)> mailboxes, CancellationToken cancel) => throw new NotImplementedException();

    public ValueTask<bool> DeleteMailboxAsync(Guid mailbox, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>The mailbox as the principal sees it; <see cref="StoreError.NotFound"/> when there is none, <see cref="StoreError.AccessDenied"/> when nothing in it is visible to the principal.</summary>
    public ValueTask<StoreResult<MailboxSession>> OpenAsync(Guid mailbox, Principal principal, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Keeps a MIME message's bytes and analyses them once; the result can be appended to any number of folders and mailboxes.</summary>
    public ValueTask<PreparedMessage> PrepareMimeAsync(ReadOnlySequence<byte> mime, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>The same for bytes that the blob store already holds.</summary>
    public ValueTask<PreparedMessage> PrepareMimeAsync(BlobRef mime, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>A property-authoritative message; its named properties carry ids of the message's own table and are mapped on append.</summary>
    public ValueTask<PreparedMessage> PreparePropertiesAsync(PropertyMessage message, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Appends one message to many mailboxes' folders (local delivery): each as its own mailbox's change, all durable when this returns.</summary>
    public ValueTask<IReadOnlyList<StoreResult<AppendedMessage>>> DeliverAsync(PreparedMessage message, IReadOnlyList<DeliveryTarget> targets, CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>Writes what is buffered and closes every mailbox.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}

/// <summary>A message whose content is kept and analysed, ready to be put into folders.</summary>
public sealed class PreparedMessage
{
    public required ContentKind Kind { get; init; }

    public required BlobRef Content { get; init; }

    public BlobRef DerivedMime { get; init; }

    public required long MimeSize { get; init; }

    public required ContentFacts Facts { get; init; }

    /// <summary>For property content: names of the named properties it uses, so that the mailbox maps them.</summary>
    public PropertyMessage? Properties { get; init; }
}

/// <summary>Where a delivered message goes.</summary>
/// <param name="QueueId">The queue entry, remembered in the mailbox when <paramref name="Repeated"/> or not, so that a drain repeated after a crash delivers once.</param>
/// <param name="Repeated">The entry may have been delivered before (read back after a restart): ask the mailbox first.</param>
public sealed record DeliveryTarget(Guid Mailbox, FolderId Folder, MessageState State, FileTime Received, Guid QueueId, bool Repeated);

/// <summary>The place a message got.</summary>
public readonly record struct AppendedMessage(MessageId Id, uint Uid, uint UidValidity, long Sequence);
