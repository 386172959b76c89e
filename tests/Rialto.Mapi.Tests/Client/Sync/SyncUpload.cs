// [MS-OXCFXICS] 3.3.4.3.3 upload, 3.3.5.8.6-3.3.5.8.13.
using Rialto.Mapi.Rops;
using Rialto.Model;

namespace Rialto.Mapi.Tests.Client.Sync;

/// <summary>
/// Tells the server what the user did. Each thing is taken off the list when the server has answered; one whose answer was lost is told again. Ids that the server has
/// now go into the state with the answer, so that their deletion is heard of even if all that follows is lost.
/// </summary>
internal sealed class SyncUpload(LocalReplica replica, SyncStrategy strategy, RopSession session, uint mailbox)
{
    private const byte Associated = 0x10;
    private const byte FailOnConflict = 0x40;

    public async Task RunAsync()
    {
        await FoldersAsync();
        // Moves out of a folder go before its deletion.
        foreach (var folder in replica.Folders.Values.Where(strategy.Contents).ToList())
            await ContentsAsync(folder);
        await FolderDeletionsAsync();
    }

    private async Task FoldersAsync()
    {
        var dirty = replica.Folders.Values.Where(f => f.IsDirty).ToList();
        if (dirty.Count == 0 || await session.TryOpenFolderAsync(mailbox, replica.Root) is not { } root)
            return;
        var context = await session.OpenCollectorAsync(root, contents: false);
        await session.PutStateAsync(context, replica.State, contents: false, ids: false);
        // Parents before children: 3.3.5.8.8.
        foreach (var folder in dirty.OrderBy(f => Depth(f)))
            await FolderAsync(context, folder);
        var state = await session.TransferStateAsync(context);
        state.Given.Replicas.Count.ShouldBe(0);
        replica.State.Seen = state.Seen;
        await session.ReleaseAsync(context);
    }

    private int Depth(ReplicaFolder folder)
    {
        var depth = 0;
        for (var at = folder; replica.Folders.TryGetValue(at.Parent, out var above) && depth < 1000; at = above)
            depth++;
        return depth;
    }

    private async Task FolderAsync(uint context, ReplicaFolder folder)
    {
        for (var attempt = 0; ; attempt++)
        {
            var parent = folder.Parent == replica.Root ? [] : replica.KeyOf(folder.Parent);
            var version = SyncRops.VersionOf(replica.KeyOf(folder.Id), folder.Modified, folder.ChangeKey, folder.Predecessors.ToArray());
            var error = await session.ImportFolderAsync(context, parent, version, folder.Name, PropertyValue.Of(PropertyTags.Comment, "of " + replica.Name));
            switch (error)
            {
                case ErrorCode.Success or ErrorCode.IgnoreFailure:
                    folder.IsDirty = folder.IsNew = false;
                    replica.State.Given.Add(new GlobalId(replica.Server, folder.Id));
                    return;
                case ErrorCode.CollidingNames when attempt < 20:
                    folder.Name += "'";
                    continue;
                case ErrorCode.ObjectDeleted or ErrorCode.NoParentFolder or ErrorCode.CycleDetected or ErrorCode.CollidingNames:
                    // What the user wanted cannot be any more. What there is comes with a whole download.
                    folder.IsDirty = folder.IsNew = false;
                    replica.IsLost = true;
                    return;
                default:
                    throw new RopException(error);
            }
        }
    }

    private async Task FolderDeletionsAsync()
    {
        if (replica.DeletedFolders.Count == 0 || await session.TryOpenFolderAsync(mailbox, replica.Root) is not { } root)
            return;
        var context = await session.OpenCollectorAsync(root, contents: false);
        await session.PutStateAsync(context, replica.State, contents: false, ids: false);
        byte[][] keys = [.. replica.DeletedFolders.Select(replica.KeyOf)];
        var error = await session.ImportDeletesAsync(context, 0x01 | 0x02, keys);
        if (error == ErrorCode.AccessDenied)
            replica.IsLost = true;
        else
            error.ShouldBe(ErrorCode.Success);
        foreach (var id in replica.DeletedFolders)
            replica.State.Given[replica.Server].Remove(id);
        replica.DeletedFolders.Clear();
        await session.ReleaseAsync(context);
    }

    private async Task ContentsAsync(ReplicaFolder folder)
    {
        if (folder.Deleted.Count + folder.Unused.Count + folder.Passed.Count == 0 && !folder.Messages.Values.Any(m => m.IsDirty || m.IsReadDirty || m.IsNew || m.Moved is not null))
            return;
        // A folder that is gone takes everything along; the hierarchy's download tells so.
        if (await session.TryOpenFolderAsync(mailbox, folder.Id) is not { } handle)
            return;
        var context = await session.OpenCollectorAsync(handle, contents: true);
        await session.PutStateAsync(context, folder.State, contents: true, ids: false);
        foreach (var message in folder.Messages.Values.Where(m => m.Moved is not null).ToList())
            await MoveAsync(context, folder, message);
        foreach (var message in folder.Messages.Values.Where(m => m.IsDirty).ToList())
            await MessageAsync(context, folder, message);
        foreach (var isHard in new[] { true, false })
        {
            ulong[] ids = [.. folder.Deleted.Where(d => d.Value == isHard).Select(d => d.Key)];
            if (ids.Length == 0)
                continue;
            (await session.ImportDeletesAsync(context, isHard ? (byte)0x02 : (byte)0, [.. ids.Select(replica.KeyOf)])).ShouldBe(ErrorCode.Success);
            foreach (var id in ids)
            {
                folder.Deleted.Remove(id);
                folder.State.Given[replica.Server].Remove(id);
            }
        }
        ReplicaMessage[] read = [.. folder.Messages.Values.Where(m => m.IsReadDirty && !m.IsAssociated)];
        if (read.Length > 0)
        {
            (await session.ImportReadStatesAsync(context, [.. read.Select(m => (replica.KeyOf(m.Id), m.IsRead))])).ShouldBe(ErrorCode.Success);
            foreach (var message in read)
                message.IsReadDirty = false;
        }
        if (folder.Unused.Count > 0)
        {
            // 3.3.5.2.1 of [MS-OXCFXICS]. Should the server have one after all, since its answer was lost, it goes.
            (await session.ImportDeletesAsync(context, 0x02, [.. folder.Unused.Select(replica.KeyOf)])).ShouldBe(ErrorCode.Success);
            folder.Unused.Clear();
        }
        if (folder.Passed.Count > 0)
        {
            (await session.ExcludeIdsAsync(handle, replica.Server, [.. folder.Passed.Select(id => (id, id))])).ShouldBe(ErrorCode.Success);
            folder.Passed.Clear();
        }
        var state = await session.TransferStateAsync(context);
        state.Given.Replicas.Count.ShouldBe(0);
        (folder.State.Seen, folder.State.SeenFai, folder.State.Read) = (state.Seen, state.SeenFai, state.Read);
        await session.ReleaseAsync(context, handle);
    }

    private async Task MoveAsync(uint context, ReplicaFolder folder, ReplicaMessage message)
    {
        var moved = message.Moved!;
        var error = await session.ImportMoveAsync(
            context, replica.KeyOf(moved.Folder), replica.KeyOf(moved.Id), moved.Predecessors.ToArray(), replica.KeyOf(message.Id), moved.Change);
        if (replica.Folders.TryGetValue(moved.Folder, out var source))
            source.State.Given[replica.Server].Remove(moved.Id);
        switch (error)
        {
            case ErrorCode.Success or ErrorCode.NewerClientChange:
                message.Moved = null;
                Give(folder, message);
                break;
            case ErrorCode.ObjectDeleted:
                // It was deleted, or moved elsewhere: from there it comes with a download.
                folder.Messages.Remove(message.Id);
                break;
            default:
                throw new RopException(error);
        }
    }

    private async Task MessageAsync(uint context, ReplicaFolder folder, ReplicaMessage message)
    {
        var version = SyncRops.VersionOf(replica.KeyOf(message.Id), message.Modified, message.ChangeKey, message.Predecessors.ToArray());
        var flags = (message.IsAssociated ? Associated : 0) | (strategy.FailsOnConflict ? FailOnConflict : 0);
        message.WasSent = true;
        var (error, handle) = await session.ImportMessageAsync(context, version, (byte)flags);
        if (error == ErrorCode.Success)
        {
            (await session.SetAsync(handle, [.. PropertiesOf(message)])).ShouldBeEmpty();
            await ChildrenAsync(handle, message.Content);
            error = await session.TrySaveAsync(handle);
            await session.ReleaseAsync(handle);
        }
        switch (error)
        {
            case ErrorCode.Success or ErrorCode.IgnoreFailure:
                message.IsDirty = message.IsNew = false;
                message.Base = null;
                Give(folder, message);
                break;
            case ErrorCode.ObjectDeleted:
                folder.Messages.Remove(message.Id);
                folder.State.Given[replica.Server].Remove(message.Id);
                break;
            case ErrorCode.SyncConflict:
                // The download brings the server's version; whichever wins here is brought with the next upload.
                break;
            default:
                throw new RopException(error);
        }
    }

    private async Task ChildrenAsync(uint message, ReplicaContent content)
    {
        if (content.Recipients.Count > 0)
            await session.ModifyRecipientsAsync(message, [], [.. content.Recipients.Select((r, i) => RopWriting.Recipient((uint)i, 1, r, r + "@example.org"))]);
        foreach (var name in content.Attachments)
            await session.AttachAsync(message, name);
    }

    private void Give(ReplicaFolder folder, ReplicaMessage message) => folder.State.Given.Add(new GlobalId(replica.Server, message.Id));

    private static IEnumerable<PropertyValue> PropertiesOf(ReplicaMessage message)
    {
        yield return PropertyValue.Of(PropertyTags.MessageClass, message.IsAssociated ? "IPM.Configuration.Test" : "IPM.Note");
        yield return PropertyValue.Of(PropertyTags.Subject, message.Content.Subject);
        yield return PropertyValue.Of(PropertyTags.Body, message.Content.Body);
        yield return PropertyValue.Of(PropertyTags.Importance, message.Content.Importance);
        if (message.Content.FlagStatus != 0)
            yield return PropertyValue.Of(PropertyTags.FlagStatus, message.Content.FlagStatus);
        if (message.Content.Note.Length > 0)
            yield return PropertyValue.Of(ReplicaContent.NoteTag, message.Content.Note);
        if (message.IsNew)
            yield return PropertyValue.Of(PropertyTags.MessageFlags, message.IsRead ? 1 : 0);
    }
}
