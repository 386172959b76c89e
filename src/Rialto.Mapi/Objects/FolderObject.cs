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
            var seen = new HashSet<ushort>();
            foreach (var tag in FolderValues.Tags)
            {
                seen.Add(tag.Id);
                if (!FolderValues.Find(Mailbox, folder, tag).IsAbsent)
                    yield return tag;
            }
            if (folder.Properties is { } stored && PropertyBagCodec.TryRead(stored, out PropertyBag more))
            {
                foreach (var value in more)
                {
                    if (!seen.Contains(value.Tag.Id))
                        yield return value.Tag;
                }
            }
        }
    }

    /// <summary>The folder now; false when it was deleted meanwhile.</summary>
    public bool TryGet([MaybeNullWhen(false)] out Folder folder) => Mailbox.Folders.TryGet(Id, out folder);

    public override PropertyValue Find(PropertyTag tag) =>
        TryGet(out var folder) ? FolderValues.Find(Mailbox, folder, tag) : default;
}
