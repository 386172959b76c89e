using System.Diagnostics.CodeAnalysis;
using Rialto.Mapi.Properties;
using Rialto.Mapi.Sessions;
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
                if (!Find(tag).IsAbsent)
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

    public override bool CanWrite => (Mailbox.RightsOn(Id) & FolderRights.FolderOwner) != 0;

    /// <summary>The folder now; false when it was deleted meanwhile.</summary>
    public bool TryGet([MaybeNullWhen(false)] out Folder folder) => Mailbox.Folders.TryGet(Id, out folder);

    public override PropertyValue Find(PropertyTag tag) =>
        !TryGet(out var folder) ? default
        // [MS-OXCFOLD] 2.2.2.2.1.4: of mail-enabled public folders alone.
        : tag.Id == PropertyIds.AddressBookEntryId
            ? Mailbox.Header.IsPublic && Logon.Service.Directory.Current.FindPublicFolder(Id.Value) is { } listed
                ? PropertyValue.Of(PropertyTags.AddressBookEntryId, new AddressBookEntryId(AddressBookEntryType.PublicFolder, listed.LegacyExchangeDn).ToArray())
                : default
        : FolderValues.Find(Mailbox, folder, tag);

    public override ValueTask LoadAsync(CancellationToken cancel) => TryGet(out var folder) ? Mailbox.CountUnreadAsync(folder, cancel) : default;

    public override bool IsReadOnly(ushort id) => FolderValues.IsReadOnly(id);

    /// <summary>At once and durable, the name first: it is the one that others may stand in the way of. [MS-OXCPRPT] 3.2.5.4.</summary>
    public override async ValueTask<ErrorCode> ChangeAsync(RopCall call, PropertyChanges changes)
    {
        if (!TryGet(out var folder))
            return ErrorCode.ObjectDeleted;
        if (changes.Set.FindLast(static s => s.Value.Tag.Id == PropertyIds.DisplayName) is { Value.IsAbsent: false } name)
        {
            changes.Set.RemoveAll(static s => s.Value.Tag.Id == PropertyIds.DisplayName);
            var renamed = await Mailbox.MoveFolderAsync(Id, folder.Parent, name.Value.AsString(), call.Cancel);
            if (!renamed.Succeeded)
                changes.Fail(name.Index, name.Value.Tag, ErrorOf(renamed.Error));
        }
        if (changes.Set.Count + changes.Delete.Count == 0)
            return ErrorCode.Success;
        var tooLarge = false;
        var limit = call.Options.MaximumFolderPropertyBytes;
        var result = await Mailbox.UpdateFolderAsync(Id, now =>
        {
            var changed = FolderValues.With(now, changes);
            tooLarge = changed.Properties is { } bytes && bytes.Length > limit && bytes.Length > (now.Properties?.Length ?? 0);
            return tooLarge ? now : changed;
        }, call.Cancel);
        return tooLarge ? ErrorCode.TooBig : ErrorOf(result.Error);
    }

    private static ErrorCode ErrorOf(StoreError error) => error switch
    {
        StoreError.SpecialFolder => ErrorCode.AccessDenied,
        StoreError.NotFound => ErrorCode.ObjectDeleted,
        _ => RopCall.ErrorOf(error),
    };
}
