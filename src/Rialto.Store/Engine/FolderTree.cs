using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Rialto.Model;

namespace Rialto.Store;

/// <summary>The folder hierarchy of a mailbox at one moment: immutable, shared by all readers.</summary>
public sealed class FolderTree
{
    private readonly ImmutableDictionary<FolderId, Folder> _folders;
    private readonly ImmutableDictionary<FolderId, ImmutableArray<FolderId>> _children;

    private FolderTree(ImmutableDictionary<FolderId, Folder> folders, ImmutableDictionary<FolderId, ImmutableArray<FolderId>> children, FolderId root)
    {
        _folders = folders;
        _children = children;
        RootId = root;
    }

    internal FolderId RootId { get; }

    public Folder Root => _folders[RootId];

    public int Count => _folders.Count;

    /// <summary>Every folder, in no order.</summary>
    public IEnumerable<Folder> All => _folders.Values;

    public static FolderTree From(IEnumerable<Folder> folders)
    {
        var all = ImmutableDictionary.CreateBuilder<FolderId, Folder>();
        var below = new Dictionary<FolderId, List<Folder>>();
        FolderId root = default;
        foreach (var folder in folders)
        {
            all[folder.Id] = folder;
            if (folder.Parent == folder.Id)
            {
                root = folder.Id;
                continue;
            }
            if (!below.TryGetValue(folder.Parent, out var list))
                below.Add(folder.Parent, list = []);
            list.Add(folder);
        }
        var children = ImmutableDictionary.CreateBuilder<FolderId, ImmutableArray<FolderId>>();
        foreach (var (parent, list) in below)
        {
            list.Sort(static (a, b) => CompareNames(a.Name, b.Name));
            children[parent] = [.. list.Select(f => f.Id)];
        }
        return new FolderTree(all.ToImmutable(), children.ToImmutable(), root);
    }

    public bool TryGet(FolderId id, [MaybeNullWhen(false)] out Folder folder) => _folders.TryGetValue(id, out folder);

    public Folder? Special(SpecialFolder folder) => _folders.GetValueOrDefault(SpecialFolders.IdOf(folder));

    /// <summary>Direct children, by name.</summary>
    public IReadOnlyList<Folder> Children(FolderId parent)
    {
        if (!_children.TryGetValue(parent, out var ids))
            return [];
        var folders = new Folder[ids.Length];
        for (var i = 0; i < folders.Length; i++)
            folders[i] = _folders[ids[i]];
        return folders;
    }

    public bool HasChildren(FolderId parent) => _children.ContainsKey(parent);

    /// <summary>All folders below, parents before children.</summary>
    public IEnumerable<Folder> Descendants(FolderId parent)
    {
        // The tree's depth is bounded when folders are made, but not trusted here: an explicit stack.
        var pending = new Stack<FolderId>();
        Push(parent);
        while (pending.TryPop(out var id))
        {
            yield return _folders[id];
            Push(id);
        }

        void Push(FolderId of)
        {
            if (!_children.TryGetValue(of, out var ids))
                return;
            for (var i = ids.Length - 1; i >= 0; i--)
                pending.Push(ids[i]);
        }
    }

    /// <summary>The child of that name, compared ignoring case; null when there is none.</summary>
    public Folder? Child(FolderId parent, string name)
    {
        if (!_children.TryGetValue(parent, out var ids))
            return null;
        var at = Find(ids, name);
        return at >= 0 ? _folders[ids[at]] : null;
    }

    /// <summary>Steps from the root: 0 for the root itself.</summary>
    public int DepthOf(FolderId id)
    {
        var depth = 0;
        while (id != RootId && _folders.TryGetValue(id, out var folder) && depth <= _folders.Count)
        {
            id = folder.Parent;
            depth++;
        }
        return depth;
    }

    /// <summary>Whether a folder is the other or stands above it.</summary>
    public bool IsSelfOrAncestor(FolderId above, FolderId below)
    {
        for (var steps = 0; steps <= _folders.Count; steps++)
        {
            if (below == above)
                return true;
            if (below == RootId || !_folders.TryGetValue(below, out var folder))
                return false;
            below = folder.Parent;
        }
        return false;
    }

    /// <summary>The tree with a folder added, or replaced wherever it stood.</summary>
    internal FolderTree With(Folder folder)
    {
        var children = _children;
        if (_folders.TryGetValue(folder.Id, out var old))
        {
            if (old.Parent == folder.Parent && string.Equals(old.Name, folder.Name, StringComparison.Ordinal))
                return new FolderTree(_folders.SetItem(folder.Id, folder), children, RootId);
            if (old.Parent != old.Id)
                children = Unlink(children, old);
        }
        if (folder.Parent == folder.Id)
            return new FolderTree(_folders.SetItem(folder.Id, folder), children, folder.Id);
        var siblings = children.GetValueOrDefault(folder.Parent, []);
        var at = Find(siblings, folder.Name);
        children = children.SetItem(folder.Parent, siblings.Insert(at < 0 ? ~at : at, folder.Id));
        return new FolderTree(_folders.SetItem(folder.Id, folder), children, RootId);
    }

    internal FolderTree Without(FolderId id)
    {
        if (!_folders.TryGetValue(id, out var old))
            return this;
        return new FolderTree(_folders.Remove(id), Unlink(_children, old).Remove(id), RootId);
    }

    /// <summary>Names of siblings compare without case, by ordinal value: a culture's rules would make two servers disagree.</summary>
    private static int CompareNames(string a, string b) => string.Compare(a, b, StringComparison.OrdinalIgnoreCase);

    private static ImmutableDictionary<FolderId, ImmutableArray<FolderId>> Unlink(ImmutableDictionary<FolderId, ImmutableArray<FolderId>> children, Folder folder)
    {
        if (!children.TryGetValue(folder.Parent, out var siblings))
            return children;
        siblings = siblings.Remove(folder.Id);
        return siblings.Length == 0 ? children.Remove(folder.Parent) : children.SetItem(folder.Parent, siblings);
    }

    private int Find(ImmutableArray<FolderId> siblings, string name)
    {
        int low = 0, high = siblings.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = CompareNames(_folders[siblings[middle]].Name, name);
            if (order == 0)
                return middle;
            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }
        return ~low;
    }
}
