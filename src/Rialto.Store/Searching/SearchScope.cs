using Rialto.Model;

namespace Rialto.Store.Searching;

/// <summary>The folders that a search looks through. [MS-OXCFOLD] 2.2.1.4.1.</summary>
internal static class SearchScope
{
    /// <summary>Search folders hold nothing of their own, and Recoverable Items is not part of what users see, unless it is named.</summary>
    public static HashSet<FolderId> Of(SearchCriteria criteria, FolderTree tree)
    {
        var scope = new HashSet<FolderId>();
        foreach (var id in criteria.Folders)
        {
            if (!tree.TryGet(id, out var folder))
                continue;
            Add(folder);
            if (!criteria.IsRecursive)
                continue;
            var hidden = tree.Special(SpecialFolder.RecoverableItems);
            foreach (var below in tree.Descendants(id))
            {
                if (hidden is null || !tree.IsSelfOrAncestor(hidden.Id, below.Id) || tree.IsSelfOrAncestor(hidden.Id, id))
                    Add(below);
            }
        }
        return scope;

        void Add(Folder folder)
        {
            if (folder.Type != FolderType.Search)
                scope.Add(folder.Id);
        }
    }
}
