using System.Diagnostics.CodeAnalysis;
using Rialto.Mapi.Properties;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Objects;

/// <summary>An open folder: its id, looked up in the newest hierarchy whenever it is used.</summary>
internal sealed class FolderObject(LogonObject logon, FolderId id) : PropertyObject(logon)
{
    public FolderId Id { get; } = id;

    public override IEnumerable<PropertyTag> Tags
    {
        get
        {
            if (!TryGet(out var folder))
                yield break;
            foreach (var tag in FolderValues.Tags)
            {
                if (FolderValues.TryGet(Mailbox, folder, tag, out _))
                    yield return tag;
            }
            if (folder.Properties is { } stored && PropertyBagCodec.TryRead(stored, out PropertyBag more))
            {
                foreach (var value in more)
                    yield return value.Tag;
            }
        }
    }

    /// <summary>The folder now; false when it was deleted meanwhile.</summary>
    public bool TryGet([MaybeNullWhen(false)] out Folder folder) => Mailbox.Folders.TryGet(Id, out folder);

    public override PropertyValue Find(PropertyTag tag) =>
        TryGet(out var folder) && FolderValues.TryGet(Mailbox, folder, tag, out var value) ? value : default;
}
