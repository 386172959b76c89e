using System.Diagnostics.CodeAnalysis;
using Rialto.Store;

namespace Rialto.Mapi.Objects;

/// <summary>An open folder: its id, looked up in the newest hierarchy whenever it is used.</summary>
internal sealed class FolderObject(LogonObject logon, FolderId id) : ServerObject(logon)
{
    public FolderId Id { get; } = id;

    /// <summary>The folder now; false when it was deleted meanwhile.</summary>
    public bool TryGet([MaybeNullWhen(false)] out Folder folder) => Mailbox.Folders.TryGet(Id, out folder);
}
