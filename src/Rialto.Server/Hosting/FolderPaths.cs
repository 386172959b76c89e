using Rialto.Model;
using Rialto.Store;

namespace Rialto.Server.Hosting;

/// <summary>Folders by path, as the command line writes them: "Inbox", "Projects/2026"; below the IPM subtree, or from the mailbox root with a leading "/".</summary>
internal static class FolderPaths
{
    public static string PathOf(FolderTree tree, Folder folder)
    {
        var names = new Stack<string>();
        var subtree = tree.Special(SpecialFolder.IpmSubtree)?.Id;
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
        var at = path.StartsWith('/') ? tree.Root : tree.Special(SpecialFolder.IpmSubtree) ?? tree.Root;
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (tree.Child(at.Id, name) is not { } child)
                return null;
            at = child;
        }
        return at;
    }
}
