using System.Runtime.CompilerServices;
using Rialto.Model;
using Rialto.Store.Backend;
using Rialto.Store.Views;

namespace Rialto.Store;

/// <summary>Verifies what the engine promises of every mailbox, read-only; the backend checks its own files apart.</summary>
public static class StoreChecker
{
    /// <summary>One line a defect, naming mailbox, folder and message. Mailboxes written meanwhile may show differences that are none; check a quiet store.</summary>
    public static async IAsyncEnumerable<string> CheckAsync(StoreEngine engine, IProgress<BackendProgress>? progress, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        var mailboxes = new List<MailboxHeader>();
        await foreach (var header in engine.Backend.ListMailboxesAsync(cancel))
            mailboxes.Add(header);
        for (var i = 0; i < mailboxes.Count; i++)
        {
            await foreach (var problem in CheckMailboxAsync(engine, mailboxes[i], cancel))
                yield return $"mailbox {mailboxes[i].Id}: {problem}";
            progress?.Report(new BackendProgress("mailboxes", i + 1, mailboxes.Count));
        }
    }

    private static async IAsyncEnumerable<string> CheckMailboxAsync(StoreEngine engine, MailboxHeader header, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (await engine.AcquireAsync(header.Id, cancel) is not { } mailbox)
        {
            yield return "is listed but cannot be opened";
            yield break;
        }
        try
        {
            var state = mailbox.State;
            foreach (var problem in CheckTree(state.Folders, header))
                yield return problem;
            foreach (var folder in state.Folders.All.OrderBy(f => f.Id))
            {
                await foreach (var problem in CheckFolderAsync(mailbox, folder, state.Sequence, cancel))
                    yield return $"folder {folder.Id} \"{folder.Name}\": {problem}";
            }
        }
        finally
        {
            engine.Release(mailbox);
        }
    }

    private static IEnumerable<string> CheckTree(FolderTree tree, MailboxHeader header)
    {
        foreach (var place in header.IsPublic ? SpecialFolders.PublicLayout : SpecialFolders.PrivateLayout)
        {
            if (!tree.TryGet(SpecialFolders.IdOf(place.Folder), out _))
                yield return $"special folder {place.Folder} is missing";
        }
        var seen = new HashSet<(FolderId, string)>();
        foreach (var folder in tree.All)
        {
            if (!tree.TryGet(folder.Parent, out _))
                yield return $"folder {folder.Id} \"{folder.Name}\": its parent {folder.Parent} is missing";
            else if (!tree.IsSelfOrAncestor(tree.RootId, folder.Id))
                yield return $"folder {folder.Id} \"{folder.Name}\": is not under the root";
            if (folder.Parent != folder.Id && !seen.Add((folder.Parent, folder.Name.ToUpperInvariant())))
                yield return $"folder {folder.Id} \"{folder.Name}\": a sibling has the same name";
        }
    }

    private static async IAsyncEnumerable<string> CheckFolderAsync(Engine.Mailbox mailbox, Folder folder, long sequence, [EnumeratorCancellation] CancellationToken cancel)
    {
        var states = new StateCollector(static _ => true, mailbox.Keywords);
        await mailbox.Storage.ScanStatesAsync(folder.Id, 0, states, cancel);
        var entries = states.Entries;
        if (folder.Sequence > sequence || folder.Cn > sequence)
            yield return $"its sequence is above the mailbox's {sequence}";
        foreach (var (what, kept, counted) in Compare(folder.Counters, entries))
        {
            // A search folder counts messages that are elsewhere.
            if (kept != counted && folder.Type != FolderType.Search)
                yield return $"{what} is kept as {kept} and counts {counted}";
        }
        var digests = new UidCollector();
        await mailbox.Storage.ScanDigestsAsync(folder.Id, 1, uint.MaxValue, digests, cancel);
        uint last = 0;
        foreach (var entry in entries)
        {
            if (entry.Uid == last)
                yield return $"UID {entry.Uid} occurs twice";
            last = entry.Uid;
            if (entry.Uid >= folder.Counters.UidNext)
                yield return $"message {entry.Id}: UID {entry.Uid} is not below UIDNEXT {folder.Counters.UidNext}";
            if (entry.Sequence > folder.Counters.HighestSequence || entry.Sequence > sequence || entry.Cn > entry.Sequence || entry.ReadCn > entry.Sequence)
                yield return $"message {entry.Id}: sequence {entry.Sequence}, CN {entry.Cn} or read CN {entry.ReadCn} is above what the folder ({folder.Counters.HighestSequence}) or the mailbox has";
            if (!digests.Uids.Contains(entry.Uid))
                yield return $"message {entry.Id}: the digest is missing";
        }
        foreach (var some in entries.Select(e => e.Id).Chunk(500))
        {
            var rows = (await mailbox.Storage.ReadRowsAsync(some, cancel)).ToDictionary(r => r.Id);
            foreach (var id in some)
            {
                if (!rows.TryGetValue(id, out var row))
                    yield return $"message {id}: the summary is missing";
                else if (await BlobProblemAsync(mailbox, row, cancel) is { } problem)
                    yield return $"message {id}: {problem}";
            }
        }
    }

    private static (string What, long Kept, long Counted)[] Compare(FolderCounters kept, List<ViewEntry> entries)
    {
        long count = 0, unread = 0, associated = 0, size = 0;
        foreach (var entry in entries)
        {
            size += entry.MimeSize;
            if ((entry.State & MessageState.SoftDeleted) != 0)
                continue;
            if ((entry.State & MessageState.Associated) != 0)
            {
                associated++;
                continue;
            }
            count++;
            unread += (entry.State & MessageState.Read) == 0 ? 1 : 0;
        }
        return [("count", kept.Count, count), ("unread count", kept.Unread, unread), ("associated count", kept.AssociatedCount, associated), ("size", kept.Size, size)];
    }

    private static async ValueTask<string?> BlobProblemAsync(Engine.Mailbox mailbox, MessageRow row, CancellationToken cancel)
    {
        try
        {
            using (var content = await mailbox.Engine.Backend.Blobs.OpenAsync(row.Content, cancel))
            {
                if (content.Memory.Length != row.Content.Length)
                    return $"the content has {content.Memory.Length} bytes instead of {row.Content.Length}";
                if (row.Kind == ContentKind.Properties && !PropertyBagCodec.TryRead(content.Memory.Span, out PropertyMessage _))
                    return "the property content cannot be read";
            }
            if (row.Kind == ContentKind.Properties)
            {
                using var derived = await mailbox.Engine.Backend.Blobs.OpenAsync(row.DerivedMime, cancel);
                if (derived.Memory.Length != row.MimeSize)
                    return $"the derived MIME has {derived.Memory.Length} bytes instead of {row.MimeSize}";
            }
            else if (row.Content.Length != row.MimeSize)
            {
                return $"RFC822.SIZE is kept as {row.MimeSize} and the content has {row.Content.Length} bytes";
            }
            return null;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return $"the content cannot be opened: {e.Message}";
        }
    }

    private sealed class UidCollector : IDigestSink
    {
        public HashSet<uint> Uids { get; } = [];

        public bool Add(uint uid, ReadOnlySpan<byte> digest)
        {
            if (!digest.IsEmpty)
                Uids.Add(uid);
            return true;
        }
    }
}
