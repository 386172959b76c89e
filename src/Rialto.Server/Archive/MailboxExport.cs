using System.Buffers.Binary;
using System.Text.Json;
using Rialto.Directory;
using Rialto.Model;
using Rialto.Server.Hosting;
using Rialto.Store;
using Rialto.Store.Backend;

namespace Rialto.Server.Archive;

/// <summary>
/// Writes a mailbox into a directory as it is at one moment, while people work in it: first what there is, then, with writers held back, which messages there are and those
/// that changed meanwhile.
/// </summary>
internal sealed class MailboxExport(RialtoServices services, MailboxSession session, string directory) : IAsyncDisposable
{
    private const int StatesAtOnce = 2000;
    private const int RowsAtOnce = 64;

    private readonly HashedFile _messages = new(Path.Combine(directory, ArchiveFormat.Messages));
    private readonly HashedFile _contents = new(Path.Combine(directory, ArchiveFormat.Contents));
    private readonly Dictionary<long, long> _written = [];
    private readonly Dictionary<BlobRef, BlobRef> _places = [];
    private readonly HashSet<Guid> _people = [];

    /// <summary>Told after each message with the bytes of its content.</summary>
    public Action<long> Progress { get; init; } = static _ => { };

    /// <summary>Messages written because they changed while the export ran.</summary>
    public int Again { get; private set; }

    public async Task<ArchiveManifest> RunAsync(string address, CancellationToken cancel)
    {
        await _contents.WriteAsync(ArchiveFormat.ContentsMagic.ToArray(), cancel);
        foreach (var folder in session.Folders.All.Where(f => f.Type != FolderType.Search))
            await foreach (var page in PagesAsync(folder.Id, cancel))
                await WriteAsync(folder.Id, page, cancel);
        var first = _written.Count;
        ArchivedFile? live = null;
        var states = new List<ArchivedState>();
        long count = 0;
        var held = await session.HoldStillAsync(async (image, token) =>
        {
            (live, count) = await FinishAsync(image, token);
            await ReadStatesAsync(image, states, token);
        }, cancel);
        if (!held.TryGet(out var image))
            throw new StorageUnavailableException($"The mailbox could not be held still: {held.Error}.");
        Again = Math.Max(0, Again - (_written.Count - first));
        foreach (var folder in image.Folders)
            _people.UnionWith(folder.Permissions.Select(p => p.Member));
        var manifest = new ArchiveManifest
        {
            Format = ArchiveFormat.Format,
            Version = ArchiveFormat.Version,
            Address = address,
            Mailbox = image.Header.Id,
            Replica = image.Header.ReplicaGuid,
            Created = new DateTimeOffset(image.Header.CreatedUtcTicks, TimeSpan.Zero),
            Exported = services.Time.GetUtcNow(),
            Sequence = image.Sequence,
            MessageCount = count,
            Files = new Dictionary<string, ArchivedFile>
            {
                [ArchiveFormat.Messages] = await _messages.CompleteAsync(cancel),
                [ArchiveFormat.Contents] = await _contents.CompleteAsync(cancel),
                [ArchiveFormat.Live] = live!,
            },
            Members = _people.Select(id => (Id: id, Recipient: services.Directory.Current.Find<Recipient>(id))).Where(m => m.Recipient is not null)
                .ToDictionary(m => m.Id, m => m.Recipient!.PrimaryAddress),
            Settings = image.Settings,
            NamedProperties = [.. image.NamedProperties.Select(n => new ArchivedName(n.Id, n.Name.PropertySet, n.Name.Lid, n.Name.Name))],
            Folders = image.Folders,
            States = states,
        };
        var path = Path.Combine(directory, ArchiveFormat.Manifest);
        await using (var file = new HashedFile(path + ".new"))
        {
            await file.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(manifest, ArchiveJson.Default.ArchiveManifest), cancel);
            await file.CompleteAsync(cancel);
        }
        File.Move(path + ".new", path, overwrite: true);
        return manifest;
    }

    private async IAsyncEnumerable<IReadOnlyList<StateRow>> PagesAsync(FolderId folder, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        for (var page = StatePage.First(false, StatesAtOnce); ;)
        {
            var read = await session.ReadStatesAsync(folder, page, cancel);
            // A folder that was deleted meanwhile is not in the mailbox that is exported.
            if (!read.TryGet(out var states))
            {
                if (read.Error == StoreError.NotFound)
                    yield break;
                throw new StorageUnavailableException($"A folder could not be read: {read.Error}.");
            }
            if (states.Count > 0)
                yield return states;
            if (states.Count < StatesAtOnce)
                yield break;
            page = page.After(states[^1]);
        }
    }

    /// <summary>The mailbox as it stands: which messages there are, those written that are not as they were.</summary>
    private async ValueTask<(ArchivedFile Live, long Count)> FinishAsync(MailboxImage image, CancellationToken cancel)
    {
        // Where the work has to be run again, the file is written anew.
        await using var live = new HashedFile(Path.Combine(directory, ArchiveFormat.Live));
        long count = 0;
        foreach (var folder in image.Folders)
        {
            if (folder.Type == FolderType.Search)
                continue;
            await foreach (var page in PagesAsync(folder.Id, cancel))
            {
                var changed = new List<StateRow>();
                var entries = new byte[page.Count * 16];
                for (var i = 0; i < page.Count; i++)
                {
                    BinaryPrimitives.WriteInt64LittleEndian(entries.AsSpan(i * 16), page[i].Id.Value);
                    BinaryPrimitives.WriteInt64LittleEndian(entries.AsSpan(i * 16 + 8), page[i].Sequence);
                    if (!_written.TryGetValue(page[i].Id.Value, out var sequence) || sequence != page[i].Sequence)
                        changed.Add(page[i]);
                }
                await live.WriteAsync(entries, cancel);
                count += page.Count;
                Again += changed.Count;
                await WriteAsync(folder.Id, changed, cancel);
            }
        }
        return (await live.CompleteAsync(cancel), count);
    }

    private async ValueTask WriteAsync(FolderId folder, IReadOnlyList<StateRow> states, CancellationToken cancel)
    {
        for (var at = 0; at < states.Count; at += RowsAtOnce)
        {
            var ids = new MessageId[Math.Min(RowsAtOnce, states.Count - at)];
            for (var i = 0; i < ids.Length; i++)
                ids[i] = states[at + i].Id;
            var read = await session.ReadRowsAsync(folder, ids, cancel);
            if (!read.TryGet(out var rows))
                throw new StorageUnavailableException($"Messages could not be read: {read.Error}.");
            foreach (var row in rows)
            {
                // What was deleted or moved meanwhile is met where it is in the end.
                if (row is not null)
                    await WriteAsync(row, cancel);
            }
        }
    }

    private async ValueTask WriteAsync(MessageRow row, CancellationToken cancel)
    {
        var kept = row with { Content = await PlaceAsync(row.Content, cancel), DerivedMime = await PlaceAsync(row.DerivedMime, cancel) };
        await _messages.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(kept, ArchiveJson.Default.MessageRow), cancel);
        await _messages.WriteAsync("\n"u8.ToArray(), cancel);
        _written[row.Id.Value] = row.Sequence;
        if (row.Creator != Guid.Empty)
            _people.Add(row.Creator);
        Progress(row.Content.Length);
    }

    /// <summary>Bytes that several messages share are written once.</summary>
    private async ValueTask<BlobRef> PlaceAsync(BlobRef blob, CancellationToken cancel)
    {
        if (blob.IsNone)
            return BlobRef.None;
        if (_places.TryGetValue(blob, out var known))
            return known;
        using var lease = await services.Backend.Blobs.OpenAsync(blob, cancel);
        var place = new BlobRef(_contents.Length, lease.Memory.Length);
        await _contents.WriteAsync(lease.Memory, cancel);
        return _places[blob] = place;
    }

    private async ValueTask ReadStatesAsync(MailboxImage image, List<ArchivedState> states, CancellationToken cancel)
    {
        states.Clear();
        foreach (var (client, collection) in ArchivedStates.Of(image.Header.Owner))
        {
            foreach (var (key, value) in await session.ReadClientStatesAsync(client, collection, cancel))
                states.Add(new ArchivedState(client, collection, key, value.ToArray()));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _messages.DisposeAsync();
        await _contents.DisposeAsync();
    }
}

/// <summary>What of the client states belongs to a mailbox and not to a client: a client that synchronises begins anew with a mailbox that was brought in.</summary>
internal static class ArchivedStates
{
    /// <summary>The owner's IMAP subscriptions, whom the rules have answered, and the source keys of messages that came from other replicas.</summary>
    public static IEnumerable<(string Client, string Collection)> Of(Guid owner) => [("imap", "subscriptions:" + owner.ToString("N")), ("rules", "answered"), ("ics", "sourcekeys")];
}
