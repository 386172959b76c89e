// RFC 5464 3 entries, 4.2.1 DEPTH; 6.2.1 /shared/comment.
using System.Text;
using Rialto.Store;
using Rialto.Store.Backend;

namespace Rialto.MailAccess.Imap;

/// <summary>
/// Annotations of a mailbox, or of the server, which the user's own store keeps: private ones each user's own, shared ones the same for all who see the mailbox. A folder's
/// /shared/comment is the folder's own comment, which other clients see too. Entries compare without case.
/// </summary>
/// <param name="store">Where they are kept.</param>
/// <param name="folder">The mailbox; null: the server.</param>
/// <param name="user">Whose the private ones are.</param>
internal sealed class MailboxMetadata(MailboxSession store, Folder? folder, Guid user)
{
    public const string Comment = "/shared/comment";

    private const string Client = "imap";

    public static bool IsPrivate(string entry) => entry.StartsWith("/private/", StringComparison.OrdinalIgnoreCase);

    /// <summary>4.1: begins with /private/ or /shared/, no empty part, none of the characters that patterns have.</summary>
    public static bool IsName(string entry) =>
        (IsPrivate(entry) || entry.StartsWith("/shared/", StringComparison.OrdinalIgnoreCase)) && !entry.EndsWith('/') && !entry.Contains("//", StringComparison.Ordinal)
        && entry.All(c => c is > '\x1F' and < '\x7F' and not ('*' or '%'));

    /// <summary>All entries that the user sees, in the order of their names.</summary>
    public async ValueTask<SortedDictionary<string, byte[]>> ReadAsync(CancellationToken cancel)
    {
        var entries = new SortedDictionary<string, byte[]>(StringComparer.OrdinalIgnoreCase);
        foreach (var collection in (string[])[Collection(isPrivate: true), Collection(isPrivate: false)])
        {
            foreach (var (entry, value) in await store.ReadClientStatesAsync(Client, collection, cancel))
                entries[entry] = value.ToArray();
        }
        if (folder is { Comment.Length: > 0 })
            entries[Comment] = Encoding.UTF8.GetBytes(folder.Comment);
        return entries;
    }

    /// <summary>Sets entries, or takes them off where the value is null, all or none; the comment by itself.</summary>
    public async ValueTask<StoreError> WriteAsync(IReadOnlyList<(string Entry, byte[]? Value)> changes, CancellationToken cancel)
    {
        var states = new List<(ClientStateKey Key, ReadOnlyMemory<byte>? Value)>();
        foreach (var (entry, value) in changes)
        {
            if (folder is not null && entry.Equals(Comment, StringComparison.OrdinalIgnoreCase))
            {
                var text = value is null ? "" : Encoding.UTF8.GetString(value);
                var updated = await store.UpdateFolderAsync(folder.Id, f => f with { Comment = text }, cancel);
                if (!updated.Succeeded)
                    return updated.Error;
                continue;
            }
            states.Add((new ClientStateKey(Client, Collection(IsPrivate(entry)), entry.ToLowerInvariant()), value is null ? null : (ReadOnlyMemory<byte>?)value));
        }
        return states.Count == 0 ? StoreError.None : await store.WriteClientStateAsync(states, cancel);
    }

    /// <summary>The mailbox is gone, and with it the shared annotations and the user's own (RFC 5464 4.1); those of others are found by nobody any more.</summary>
    public async ValueTask ClearAsync(CancellationToken cancel)
    {
        var states = new List<(ClientStateKey Key, ReadOnlyMemory<byte>? Value)>();
        foreach (var collection in (string[])[Collection(isPrivate: true), Collection(isPrivate: false)])
        {
            foreach (var (entry, _) in await store.ReadClientStatesAsync(Client, collection, cancel))
                states.Add((new ClientStateKey(Client, collection, entry), null));
        }
        if (states.Count > 0)
            await store.WriteClientStateAsync(states, cancel);
    }

    private string Collection(bool isPrivate) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"metadata:{folder?.Id.Value ?? 0}:{(isPrivate ? user.ToString("N") : "shared")}");
}
