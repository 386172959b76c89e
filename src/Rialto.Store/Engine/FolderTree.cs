using System.Diagnostics.CodeAnalysis;
using Rialto.Model;

namespace Rialto.Store;

/// <summary>The folder hierarchy of a mailbox at one moment: immutable, shared by all readers.</summary>
public sealed class FolderTree
{
    public Folder Root => throw new NotImplementedException();

    public int Count => throw new NotImplementedException();

    public bool TryGet(FolderId id, [MaybeNullWhen(false)] out Folder folder) => throw new NotImplementedException();

    public Folder? Special(SpecialFolder folder) => throw new NotImplementedException();

    /// <summary>Direct children, by name.</summary>
    public IReadOnlyList<Folder> Children(FolderId parent) => throw new NotImplementedException();

    /// <summary>All folders below, parents before children.</summary>
    public IEnumerable<Folder> Descendants(FolderId parent) => throw new NotImplementedException();

    /// <summary>The child of that name, compared ignoring case; null when there is none.</summary>
    public Folder? Child(FolderId parent, string name) => throw new NotImplementedException();
}
