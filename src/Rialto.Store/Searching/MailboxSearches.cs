using System.Collections.Concurrent;
using Rialto.Store.Engine;

namespace Rialto.Store.Searching;

/// <summary>The search folders of an open mailbox.</summary>
internal sealed class MailboxSearches(Mailbox mailbox)
{
    private readonly ConcurrentDictionary<FolderId, SearchFolder> _folders = new();
    private readonly ConcurrentDictionary<FolderId, (string Text, SearchCriteria? Criteria)> _criteria = new();

    /// <summary>The names that the searches which were started know; null while nobody started them.</summary>
    private NamedPropertyMap? _names;

    /// <summary>The search behind a folder, started or not; null for folders of messages.</summary>
    public SearchFolder? Of(FolderId folder) =>
        mailbox.State.Folders.TryGet(folder, out var found) && found.Type == FolderType.Search
            ? _folders.GetOrAdd(folder, static (id, owner) => new SearchFolder(owner, id), mailbox)
            : null;

    /// <summary>The criteria that a client set, or those that a special folder is born with.</summary>
    public SearchCriteria? CriteriaOf(FolderId folder)
    {
        var state = mailbox.State;
        if (!state.Settings.TryGetValue(SearchCriteria.SettingOf(folder), out var text))
            return DefaultSearches.Of(folder, mailbox.Header, state);
        var known = _criteria.GetValueOrDefault(folder);
        if (!ReferenceEquals(known.Text, text))
            _criteria[folder] = known = (text, SearchCriteria.FromSetting(text));
        return known.Criteria;
    }

    /// <summary>Starts every search that has criteria, now and when it gets some.</summary>
    public void StartAll()
    {
        Volatile.Write(ref _names, mailbox.State.Names);
        foreach (var folder in mailbox.State.Folders.All)
        {
            if (folder.Type == FolderType.Search && CriteriaOf(folder.Id) is not null)
                _ = Of(folder.Id)!.StartAsync();
        }
    }

    /// <summary>The special folders' criteria name properties that may get their ids only now.</summary>
    private void FollowNames()
    {
        var state = mailbox.State;
        if (Volatile.Read(ref _names) is not { } before || ReferenceEquals(before, state.Names))
            return;
        Volatile.Write(ref _names, state.Names);
        foreach (var folder in state.Folders.All)
        {
            if (folder.IsSpecial && folder.Type == FolderType.Search && Of(folder.Id) is { } search && CriteriaOf(folder.Id) is { } criteria && criteria.Generation != search.Generation)
                _ = search.RestartAsync();
        }
    }

    public void Notice(IReadOnlyList<Change> changes)
    {
        FollowNames();
        foreach (var (id, search) in _folders)
        {
            if (mailbox.State.Folders.TryGet(id, out _))
                search.Notice(changes);
            else if (_folders.TryRemove(id, out _))
                _ = search.CloseAsync();
        }
    }

    /// <summary>The change log cannot tell what happened.</summary>
    public void Reset()
    {
        foreach (var search in _folders.Values)
            _ = search.RestartAsync();
    }

    public async Task CloseAsync()
    {
        foreach (var search in _folders.Values)
            await search.CloseAsync();
    }
}
