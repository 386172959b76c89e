// [MS-OXCFOLD] 3.2.5.4, 3.2.5.5.
using Rialto.Model;
using Rialto.Store.Engine;
using Rialto.Store.Searching;

namespace Rialto.Store;

/// <summary>The search folders of a mailbox as a principal uses them.</summary>
public sealed class SearchFolders
{
    private readonly Mailbox _mailbox;
    private readonly Func<FolderId, FolderRights> _rights;

    internal SearchFolders(Mailbox mailbox, Func<FolderId, FolderRights> rights)
    {
        _mailbox = mailbox;
        _rights = rights;
    }

    /// <summary>The criteria of a search folder; null while none were set.</summary>
    public SearchCriteria? CriteriaOf(FolderId folder) => _mailbox.Searches.CriteriaOf(folder);

    /// <summary>Whether any folder has criteria that a client set.</summary>
    public bool Any => _mailbox.State.Folders.All.Any(f => f.Type == FolderType.Search && _mailbox.State.Settings.ContainsKey(SearchCriteria.SettingOf(f.Id)));

    /// <summary>Whether the folder is being filled.</summary>
    public bool IsRunning(FolderId folder) => _mailbox.Searches.Of(folder) is { IsRunning: true };

    /// <summary>Whether the search is under way: the folder is being filled or, for a dynamic search, kept current, and no client has stopped it.</summary>
    public bool IsActive(FolderId folder) =>
        CriteriaOf(folder) is { } criteria && _mailbox.Searches.Of(folder) is { IsHalted: false } search && (search.IsRunning || !criteria.IsStatic);

    /// <summary>Sets criteria and starts the search anew. Needs FolderOwner. Returns when the criteria are durable; the population goes on.</summary>
    public async ValueTask<StoreError> SetAsync(FolderId folder, SearchCriteria criteria, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        if ((_rights(folder) & FolderRights.FolderOwner) == 0)
            return _rights(folder) == FolderRights.None ? StoreError.NotFound : StoreError.AccessDenied;
        if (criteria.Folders.Count == 0 || criteria.Folders.Contains(folder) || criteria.Folders.Any(f => (_rights(f) & FolderRights.ReadAny) == 0))
            return StoreError.InvalidArgument;
        var result = await _mailbox.Writer.SubmitAsync<bool>((draft, _) =>
        {
            if (!draft.Folders.TryGet(folder, out var found) || found.Type != FolderType.Search)
                return new(StoreError.NotFound);
            var number = draft.Next();
            var text = (criteria with { Generation = number }).ToSetting();
            if (text.Length is 0 or > MaximumSetting)
                return new(StoreError.TooLarge);
            draft.Set(SearchCriteria.SettingOf(folder), text);
            draft.PutFolder(found with { Sequence = number, Cn = number, ChangeKey = null, PredecessorChangeList = null, Modified = draft.Now }, ChangeKind.FolderModified, found.Parent);
            return new(true);
        });
        if (!result.Succeeded)
            return result.Error;
        if (_mailbox.Searches.Of(folder) is { } search)
            await search.RestartAsync();
        return StoreError.None;
    }

    /// <summary>Ends a population that goes on; a dynamic search stays dynamic.</summary>
    public async ValueTask StopAsync(FolderId folder)
    {
        if (_mailbox.Searches.Of(folder) is { } search)
            await search.HaltAsync();
    }

    /// <summary>Sees to it that the search is under way. Completes when the folder is filled.</summary>
    public Task StartAsync(FolderId folder) => _mailbox.Searches.Of(folder)?.StartAsync() ?? Task.CompletedTask;

    /// <summary>Brings all dynamic searches up to date in the background: what a client does by logging on.</summary>
    public void StartAll() => _mailbox.Searches.StartAll();

    /// <summary>Characters of a stored restriction: criteria are kept in memory with the mailbox.</summary>
    private const int MaximumSetting = 256 * 1024;
}
