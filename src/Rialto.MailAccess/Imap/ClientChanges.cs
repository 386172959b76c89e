// RFC 5465 5.5 to 5.7; RFC 5464 4.4.2: what IMAP clients keep beside the mailboxes, as others hear of it.
using Rialto.Store;

namespace Rialto.MailAccess.Imap;

/// <summary>A subscription or annotations that a client has changed, durably.</summary>
/// <param name="Store">In which mailbox they are kept.</param>
/// <param name="User">Whose the subscription or the private annotations are; null: shared ones.</param>
/// <param name="Folder">The annotated folder; null: a subscription, or annotations of the server.</param>
/// <param name="Name">The name subscribed to, or no more; null: annotations.</param>
/// <param name="Entries">The annotations.</param>
internal sealed record ClientChange(object MadeBy, Guid Store, Guid? User, FolderId? Folder, string? Name, IReadOnlyList<string> Entries);

/// <summary>Passes them from session to session: the store's change bus tells of folders and messages alone, and nobody but IMAP clients changes these.</summary>
internal sealed class ClientChanges
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, Action<ClientChange>[]> _listeners = [];

    /// <summary>Called back with the changes in one mailbox. Must return quickly and never wait.</summary>
    public IDisposable Subscribe(Guid store, Action<ClientChange> listener)
    {
        lock (_gate)
            _listeners[store] = [.. _listeners.GetValueOrDefault(store, []), listener];
        return new Listening(this, store, listener);
    }

    public void Publish(ClientChange change)
    {
        Action<ClientChange>[]? listeners;
        lock (_gate)
            listeners = _listeners.GetValueOrDefault(change.Store);
        foreach (var listener in listeners ?? [])
            listener(change);
    }

    private sealed class Listening(ClientChanges owner, Guid store, Action<ClientChange> listener) : IDisposable
    {
        public void Dispose()
        {
            lock (owner._gate)
            {
                if (!owner._listeners.TryGetValue(store, out var listeners))
                    return;
                var left = Array.FindAll(listeners, l => l != listener);
                if (left.Length > 0)
                    owner._listeners[store] = left;
                else
                    owner._listeners.Remove(store);
            }
        }
    }
}
