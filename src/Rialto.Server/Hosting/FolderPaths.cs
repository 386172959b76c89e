using Rialto.Model;
using Rialto.Store;

namespace Rialto.Server.Hosting;

/// <summary>Folders by path, as the command line writes them: "Inbox", "Projects/2026"; below the IPM subtree (in public folders too), or from the root with a leading "/".</summary>
internal static class FolderPaths
{
    public static string PathOf(FolderTree tree, Folder folder)
    {
        var names = new Stack<string>();
        var subtree = Top(tree)?.Id;
        for (var f = folder; ; f = tree.TryGet(f.Parent, out var parent) ? parent : tree.Root)
        {
            if (f.Id == subtree && f.Id != folder.Id)
                return string.Join('/', names);
            if (f.Id == tree.Root.Id)
                return "/" + string.Join('/', names);
            names.Push(f.Name);
        }
    }

    /// <summary>The folder of a path; null when there is none.</summary>
    public static Folder? Find(FolderTree tree, string path)
    {
        var at = path.StartsWith('/') ? tree.Root : Top(tree) ?? tree.Root;
        return Find(tree, at, path.Trim('/'));
    }

    /// <summary>Names may have slashes themselves (EX:/o=…), so that every child is tried whose name the path begins with.</summary>
    private static Folder? Find(FolderTree tree, Folder at, string path)
    {
        if (path.Length == 0)
            return at;
        for (var end = path.IndexOf('/', StringComparison.Ordinal); ; end = path.IndexOf('/', end + 1))
        {
            var name = end < 0 ? path : path[..end];
            if (tree.Child(at.Id, name) is { } child && Find(tree, child, end < 0 ? "" : path[(end + 1)..].TrimStart('/')) is { } found)
                return found;
            if (end < 0)
                return null;
        }
    }

    private static Folder? Top(FolderTree tree) => tree.Special(SpecialFolder.IpmSubtree) ?? tree.Special(SpecialFolder.PublicIpmSubtree);
}
