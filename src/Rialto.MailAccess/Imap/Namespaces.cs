// RFC 2342: mailboxes of other users and public folders, by their names.
using Rialto.Directory;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.MailAccess.Imap;

/// <summary>A mailbox that a name means, and in whose store it is.</summary>
internal sealed record MailboxPlace(MailboxSession Mailbox, Folder Folder, string Name)
{
    /// <summary>Whether the user may select it: who may not is told nothing of its messages, their UIDs neither. RFC 9051 6.3.12.</summary>
    public bool MayRead => (Mailbox.RightsOn(Folder.Id) & FolderRights.ReadAny) != 0;
}

/// <summary>
/// The stores that one user may look into: the own one, those of others under "Other Users/alias/", the public folders under "Public Folders/". Others are opened when a name
/// asks for them, with the rights that their folders and the directory give, and stay open for the session.
/// </summary>
internal sealed class Namespaces(MailboxSession own, DirectoryService? directory, StoreEngine engine, ImapOptions options) : IDisposable
{
    public const string OtherUsers = "Other Users";
    public const string PublicFolders = "Public Folders";

    private readonly Dictionary<Guid, MailboxSession> _opened = [];

    public MailboxNames Own { get; } = new(own, options);

    public bool HasOthers => directory is not null;

    public bool HasPublic => directory?.Current.PublicStore is { MailboxEnabled: true };

    public void Dispose()
    {
        foreach (var mailbox in _opened.Values)
            mailbox.Dispose();
        _opened.Clear();
    }

    /// <summary>Whether the name is in a namespace that is not the user's own.</summary>
    public static bool IsShared(string name) => IsWithin(name, OtherUsers) || IsWithin(name, PublicFolders);

    /// <summary>The store in which the name stands, whether there is a mailbox of that name or not; null where there is no such store, or none for this user.</summary>
    public async ValueTask<MailboxNames?> ResolveAsync(string name, CancellationToken cancel)
    {
        if (!IsShared(name))
            return Own;
        if (directory is null)
            return null;
        if (IsWithin(name, PublicFolders))
            return HasPublic ? await OpenAsync(directory.Current.PublicStore!, PublicFolders, cancel) : null;
        var parts = name.Split(MailboxNames.Separator, 3);
        return parts.Length < 2 || directory.Current.FindByAlias(parts[1]) is not MailboxRecipient { MailboxEnabled: true } other || other is PublicStore || other.MailboxGuid == own.MailboxId
            ? null
            : await OpenAsync(other, $"{OtherUsers}/{other.Alias}", cancel);
    }

    /// <summary>The mailbox of that name, if the user may see it.</summary>
    public async ValueTask<MailboxPlace?> FindAsync(string name, CancellationToken cancel) =>
        await ResolveAsync(name, cancel) is { } names && names.Find(name) is { } folder ? new MailboxPlace(names.Mailbox, folder, names.NameOf(folder)) : null;

    /// <summary>
    /// What there is to list in other namespaces for a pattern that names them: "LIST "" *" alone does not go there (RFC 2342 5 leaves it to the server), so that nobody
    /// fetches an organisation's public folders by accident. Of other users those whose whole mailbox is open to this one, and those that the pattern or a subscription names.
    /// </summary>
    public async ValueTask<List<ListedMailbox>> SharedAsync(IReadOnlyList<string> patterns, IEnumerable<string> subscribed, CancellationToken cancel)
    {
        var listed = new List<ListedMailbox>();
        if (directory is null)
            return listed;
        if (patterns.Any(p => Names(p, OtherUsers)))
        {
            listed.Add(new ListedMailbox(null, OtherUsers, Selectable: false, HasChildren: true) { Mailbox = own });
            foreach (var other in Others(patterns.Concat(subscribed)))
            {
                if (await OpenAsync(other, $"{OtherUsers}/{other.Alias}", cancel) is { } names)
                    Add(listed, names);
            }
        }
        if (HasPublic && patterns.Any(p => Names(p, PublicFolders)) && await OpenAsync(directory.Current.PublicStore!, PublicFolders, cancel) is { } publics)
            Add(listed, publics);
        return listed;
    }

    private static void Add(List<ListedMailbox> listed, MailboxNames names)
    {
        var below = names.All();
        listed.Add(new ListedMailbox(null, names.Prefix, Selectable: false, HasChildren: below.Count > 0) { Mailbox = names.Mailbox });
        listed.AddRange(below);
    }

    private IEnumerable<MailboxRecipient> Others(IEnumerable<string> named)
    {
        var current = directory!.Current;
        var others = current.Find<Recipient>(own.Principal.Id) is { } user ? current.MailboxesOpenTo(user) : [];
        var byName = named.Where(n => IsWithin(n, OtherUsers)).Select(n => n.Split(MailboxNames.Separator, 3))
            .Where(p => p.Length > 1).Select(p => current.FindByAlias(p[1])).OfType<MailboxRecipient>();
        return others.Concat(byName).Where(m => m is { MailboxEnabled: true } and not PublicStore && m.MailboxGuid != own.MailboxId)
            .DistinctBy(m => m.Id).OrderBy(m => m.Alias, StringComparer.OrdinalIgnoreCase).Take(options.MaximumOtherMailboxes);
    }

    private async ValueTask<MailboxNames?> OpenAsync(MailboxRecipient other, string prefix, CancellationToken cancel)
    {
        var principal = PrincipalFor(other);
        if (_opened.TryGetValue(other.MailboxGuid, out var mailbox) && mailbox.Principal.Kind == principal.Kind)
        {
            await mailbox.RefreshAsync(cancel);
            return new MailboxNames(mailbox, options, prefix);
        }
        if (_opened.Count >= options.MaximumOtherMailboxes)
            return null;
        var opened = await engine.OpenAsync(other.MailboxGuid, principal, cancel);
        if (!opened.TryGet(out var fresh))
            return null;
        // Rights that were given or taken meanwhile: whoever holds the old one (the selected mailbox) goes on with it until it is closed.
        var at = other.MailboxGuid;
        while (_opened.ContainsKey(at))
            at = Guid.NewGuid();
        if (at != other.MailboxGuid)
            _opened[at] = _opened[other.MailboxGuid];
        _opened[other.MailboxGuid] = fresh;
        return new MailboxNames(fresh, options, prefix);
    }

    /// <summary>Who has full access to a mailbox by the directory is as its owner there; what others may do, its folders' permissions say.</summary>
    private Principal PrincipalFor(MailboxRecipient other)
    {
        // The own mailbox may be another's, opened with full access to it: that says nothing of this one.
        if (directory!.Current.Find<Account>(own.Principal.Id) is not { } user)
            return own.Principal with { Kind = PrincipalKind.Account };
        var isOwner = user.IsAdministrator || directory.Current.Includes(other.FullAccess, user);
        return own.Principal with { Kind = isOwner ? PrincipalKind.Administrator : PrincipalKind.Account };
    }

    /// <summary>Whether a pattern of LIST goes into another namespace by name.</summary>
    public static bool AreShared(string pattern) => Names(pattern, OtherUsers) || Names(pattern, PublicFolders);

    private static bool Names(string pattern, string top) =>
        pattern.StartsWith(top, StringComparison.OrdinalIgnoreCase) && (pattern.Length == top.Length || pattern[top.Length] is MailboxNames.Separator or '*' or '%');

    private static bool IsWithin(string name, string top) =>
        name.StartsWith(top, StringComparison.OrdinalIgnoreCase) && (name.Length == top.Length || name[top.Length] == MailboxNames.Separator);
}
