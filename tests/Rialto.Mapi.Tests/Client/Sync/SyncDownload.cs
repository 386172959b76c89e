// [MS-OXCFXICS] 3.3.4.3.2 download, 3.3.5.6 checkpointing; [MS-OXCSYNC] 3.1.5.3.
using Rialto.Mapi.Rops;
using Rialto.Model;

namespace Rialto.Mapi.Tests.Client.Sync;

/// <summary>Takes over what changed on the server, and resolves what changed here too.</summary>
internal sealed class SyncDownload(LocalReplica replica, SyncStrategy strategy, RopSession session, uint mailbox)
{
    // 2.2.3.2.1.1.1: Unicode, ReadState, FAI, Normal.
    private const ushort ContentsFlags = 0x0001 | 0x0008 | 0x0010 | 0x0020;
    private const ushort HierarchyFlags = 0x0001;

    public async Task RunAsync()
    {
        await HierarchyAsync();
        foreach (var folder in replica.Folders.Values.Where(strategy.Contents).ToList())
            await ContentsAsync(folder);
    }

    private async Task HierarchyAsync()
    {
        if (await session.TryOpenFolderAsync(mailbox, replica.Root) is not { } root)
            return;
        var whole = replica.IsLost;
        var before = whole ? new ClientSyncState() : replica.State;
        var context = await session.ConfigureAsync(root, SyncRops.Hierarchy, HierarchyFlags);
        await session.PutStateAsync(context, before, contents: false, ids: true);
        var came = new HashSet<ulong>();
        var stream = new ChangeStream(replica.Server);
        // A hierarchy is small: it is taken as a whole.
        await foreach (var item in session.DownloadAsync(context, strategy.Buffer))
            stream.Add(item);
        var done = stream.End();
        foreach (var change in done.Changes)
        {
            came.Add(change.Id);
            Apply(change);
        }
        foreach (var id in done.Deleted.TryGet(replica.Server, out var deleted) ? deleted.Enumerate() : [])
            Remove(id);
        if (whole)
        {
            foreach (var folder in replica.Folders.Values.Where(f => !f.IsNew && !came.Contains(f.Id)).ToList())
                Remove(folder.Id);
            replica.IsLost = false;
        }
        // Below what is gone nothing is left.
        while (replica.Folders.Values.FirstOrDefault(f => f.Parent != replica.Root && !replica.Folders.ContainsKey(f.Parent)) is { } orphan)
            Remove(orphan.Id);
        replica.State = done.State;
        await session.ReleaseAsync(context);
    }

    private void Remove(ulong id)
    {
        foreach (var below in replica.Below(id).ToList())
        {
            // A message that the user moved there, of which the server was never told, still is where it was: it has to come again.
            foreach (var message in below.Messages.Values)
            {
                if (message.Moved is { } moved && replica.Folders.TryGetValue(moved.Folder, out var source))
                    source.IsLost = true;
            }
            replica.Folders.Remove(below.Id);
        }
        replica.DeletedFolders.Remove(id);
    }

    private void Apply(ItemChange change)
    {
        var parent = change.Get(PropertyTags.ParentSourceKey) is { Value.Length: > 0 } above && GlobalId.TryRead(above.Value, out var key) ? key.Counter : replica.Root;
        if (!replica.Folders.TryGetValue(change.Id, out var folder))
            replica.Folders.Add(change.Id, folder = new ReplicaFolder { Id = change.Id });
        else if (folder.IsDirty && Keeps(folder.Predecessors, folder.Modified, change.Predecessors, change.Modified))
        {
            folder.Predecessors.Merge(change.Predecessors);
            replica.Touch(folder);
            return;
        }
        folder.Parent = parent;
        folder.Name = change.Get(PropertyTags.DisplayName)!.Text;
        (folder.ChangeKey, folder.Predecessors, folder.Modified) = (change.ChangeKey, change.Predecessors, change.Modified);
        folder.IsDirty = folder.IsNew = false;
        folder.IsFixed = change.Id < 0x400;
    }

    /// <summary>Whether the version here stays, as one that is brought to the server again: it includes the other, or was made later. 3.1.5.6.</summary>
    private static bool Keeps(PredecessorChangeList mine, FileTime modified, PredecessorChangeList theirs, FileTime theirTime) =>
        !theirs.Includes(mine) && (mine.Includes(theirs) || modified.Ticks > theirTime.Ticks);

    private async Task ContentsAsync(ReplicaFolder folder)
    {
        if (await session.TryOpenFolderAsync(mailbox, folder.Id) is not { } handle)
            return;
        var whole = folder.IsLost;
        if (whole)
            folder.State = new ClientSyncState();
        var context = await session.ConfigureAsync(handle, SyncRops.Contents, ContentsFlags, strategy.Extra, strategy.Partial);
        await session.PutStateAsync(context, folder.State, contents: true, ids: true);
        var came = new HashSet<ulong>();
        var stream = new ChangeStream(replica.Server);
        var pending = new List<ItemChange>();
        await foreach (var item in session.DownloadAsync(context, strategy.Buffer))
        {
            if (stream.Add(item) is not { } change || !strategy.Checkpoints)
                continue;
            if (pending.Count > 0 && pending[0].Id != change.Id)
                Take();
            pending.Add(change);
        }
        var done = stream.End();
        if (!strategy.Checkpoints)
        {
            foreach (var change in done.Changes)
            {
                if (pending.Count > 0 && pending[0].Id != change.Id)
                    Take();
                pending.Add(change);
            }
        }
        if (pending.Count > 0)
            Take();
        foreach (var id in done.Deleted.TryGet(replica.Server, out var deleted) ? deleted.Enumerate() : [])
            folder.Messages.Remove(id);
        SetRead(folder, done.Read, true);
        SetRead(folder, done.Unread, false);
        if (whole)
        {
            foreach (var message in folder.Messages.Values.Where(m => !m.IsNew && m.Moved is null && !came.Contains(m.Id)).ToList())
                folder.Messages.Remove(message.Id);
            folder.IsLost = false;
        }
        folder.State = done.State;
        await session.ReleaseAsync(context, handle);

        // 3.1.5.6.2.1: versions in conflict come one behind the other, as messages with the same source key.
        void Take()
        {
            came.Add(pending[0].Id);
            Apply(folder, pending);
            if (strategy.Checkpoints)
            {
                folder.State.Given.Add(new GlobalId(replica.Server, pending[0].Id));
                foreach (var change in pending)
                    (change.IsAssociated ? folder.State.SeenFai : folder.State.Seen).Add(new GlobalId(replica.Server, change.Cn));
            }
            pending.Clear();
        }
    }

    private void SetRead(ReplicaFolder folder, ReplicaIdSet ids, bool isRead)
    {
        foreach (var id in ids.TryGet(replica.Server, out var set) ? set.Enumerate() : [])
        {
            if (folder.Messages.TryGetValue(id, out var message) && !message.IsReadDirty)
                message.IsRead = isRead;
        }
    }

    private void Apply(ReplicaFolder folder, List<ItemChange> versions)
    {
        var change = versions[0];
        var (predecessors, held) = (change.Predecessors, 0);
        foreach (var other in versions.Skip(1))
        {
            if (change.IsPartial || other.IsPartial || other.IsAssociated)
                throw new InvalidDataException($"A version of {change.Id:X} that was in conflict is none that could be.");
            // 3.1.5.6.1: each has what the others do not know of.
            if (predecessors.Includes(other.Predecessors) || other.Predecessors.Includes(predecessors))
                throw new InvalidDataException($"Versions of {change.Id:X} are not in conflict.");
            predecessors.Merge(other.Predecessors);
            if (other.Modified.Ticks > change.Modified.Ticks
                || (other.Modified == change.Modified && other.ChangeKey.AsSpan(0, 16).SequenceCompareTo(change.ChangeKey.AsSpan(0, 16)) > 0))
                change = other;
            held = versions.Count;
        }
        replica.Conflicts += held > 0 ? 1 : 0;
        folder.Messages.TryGetValue(change.Id, out var message);
        if (change.IsPartial && message is null)
            throw new InvalidDataException($"A partial change of {change.Id:X}, which is not here.");
        if (change.IsPartial)
            replica.PartialChanges++;
        var content = ContentOf(change, change.IsPartial ? message!.Base ?? message.Content : null);
        if (held > 0)
            content = content with { Attachments = [.. content.Attachments, .. Enumerable.Repeat(ReplicaContent.Version, held)] };
        var flags = change.Get(PropertyTags.MessageFlags);
        var isRead = flags is null && change.IsPartial ? message!.IsRead : ((flags?.Int32 ?? 0) & 1) != 0;
        if (message is { IsDirty: true } && Keeps(message.Predecessors, message.Modified, predecessors, change.Modified))
        {
            // Whether it was read is no part of the version: the server does not tell it again.
            if (!message.IsReadDirty)
                message.IsRead = isRead;
            message.Base = content;
            if (!message.Predecessors.Includes(predecessors))
            {
                message.Predecessors.Merge(predecessors);
                var modified = message.Modified;
                replica.Touch(message);
                message.Modified = modified;
            }
            return;
        }
        folder.Messages[change.Id] = new ReplicaMessage
        {
            Id = change.Id,
            IsAssociated = change.IsAssociated,
            Content = content,
            IsRead = message is { IsReadDirty: true } ? message.IsRead : isRead,
            IsReadDirty = message is { IsReadDirty: true },
            ChangeKey = change.ChangeKey,
            Predecessors = predecessors,
            Modified = change.Modified,
        };
    }

    /// <summary>2.2.4.3.15: what a partial change does not tell is as it was, unless it belongs to a group of which it tells all.</summary>
    private static ReplicaContent ContentOf(ItemChange change, ReplicaContent? before)
    {
        return new ReplicaContent
        {
            Subject = Text(PropertyTags.Subject) ?? Text(PropertyTags.NormalizedSubject) ?? Kept(PropertyTags.Subject, before?.Subject) ?? "",
            Body = Text(PropertyTags.Body) ?? Kept(PropertyTags.Body, before?.Body) ?? "",
            Importance = change.Get(PropertyTags.Importance)?.Int32 ?? (Keeps(PropertyTags.Importance) ? before!.Importance : 1),
            FlagStatus = change.Get(PropertyTags.FlagStatus)?.Int32 ?? (Keeps(PropertyTags.FlagStatus) ? before!.FlagStatus : 0),
            Note = Text(ReplicaContent.NoteTag) ?? Kept(ReplicaContent.NoteTag, before?.Note) ?? "",
            Recipients = Keeps(PropertyTags.MessageRecipients) ? before!.Recipients : [.. change.Recipients.Select(r => r[PropertyTags.DisplayName.Id].Text)],
            Attachments = Keeps(PropertyTags.MessageAttachments) ? before!.Attachments : [.. change.Attachments.Select(NameOf)],
        };

        string? Text(PropertyTag tag) => change.Get(tag)?.Text;

        bool Keeps(PropertyTag tag) => before is not null && !change.Replaced.Contains(tag.Id);

        string? Kept(PropertyTag tag, string? value) => Keeps(tag) ? value : null;
    }

    private static string NameOf(Dictionary<ushort, FxItem> attachment)
    {
        if (!attachment.TryGetValue(PropertyTags.AttachLongFilename.Id, out var item))
            return ReplicaContent.Version;
        var name = item.Text;
        System.Text.Encoding.UTF8.GetString(attachment[PropertyTags.AttachDataBinary.Id].Value).ShouldBe(name);
        return name;
    }
}
