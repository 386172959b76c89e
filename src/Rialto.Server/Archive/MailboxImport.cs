using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Rialto.Directory;
using Rialto.Server.Commands;
using Rialto.Server.Hosting;
using Rialto.Store;
using Rialto.Store.Backend;

namespace Rialto.Server.Archive;

/// <summary>Makes a mailbox out of an archive: the same folders, messages, ids and numbers, for an owner who may be another.</summary>
internal sealed class MailboxImport(RialtoServices services, string directory, MailboxRecipient owner)
{
    /// <summary>Messages and bytes of one batch: enough to share a sync, little enough to hold.</summary>
    private const int BatchMessages = 500;
    private const long BatchBytes = 8 << 20;

    private ArchiveManifest? _manifest;

    public ArchiveManifest Manifest => _manifest ?? throw new InvalidOperationException("The archive has not been opened.");

    /// <summary>Told with bytes read, in the check and in the import.</summary>
    public Action<long> Progress { get; set; } = static _ => { };

    /// <summary>People of permission lists whom this server does not know: their entries are left out.</summary>
    public SortedSet<string> Unknown { get; } = new(StringComparer.OrdinalIgnoreCase);

    public long TotalBytes => Manifest.Files.Values.Sum(f => f.Length);

    /// <summary>Reads what the mailbox is. A directory that is no archive, or a newer one, is told so.</summary>
    public async Task OpenAsync(CancellationToken cancel)
    {
        var path = Path.Combine(directory, ArchiveFormat.Manifest);
        if (!File.Exists(path))
            throw new CommandException($"{directory} is no mailbox archive: it has no {ArchiveFormat.Manifest}. An export that was broken off leaves none.");
        try
        {
            await using var file = File.OpenRead(path);
            _manifest = await JsonSerializer.DeserializeAsync(file, ArchiveJson.Default.ArchiveManifest, cancel);
        }
        catch (JsonException e)
        {
            throw new CommandException($"{path} cannot be read: {e.Message}");
        }
        if (_manifest is not { Format: ArchiveFormat.Format } || _manifest.Version > ArchiveFormat.Version)
            throw new CommandException($"{path} is of a newer Rialto, or of something else.");
    }

    /// <summary>Whether every byte is as it was written.</summary>
    public async Task CheckAsync(CancellationToken cancel)
    {
        foreach (var (name, expected) in Manifest.Files)
        {
            if (name != Path.GetFileName(name) || !await HashedFile.IsSoundAsync(Path.Combine(directory, name), expected, Progress, cancel))
                throw new CommandException($"The archive is damaged: {name} is not as it was written. Nothing was changed.");
        }
    }

    /// <summary>Makes the mailbox. There must be none.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        // Two mailboxes of one server may not both be the replica: their ids would be taken for each other's.
        var replica = Manifest.Replica;
        await foreach (var other in services.Backend.ListMailboxesAsync(cancel))
        {
            if (other.ReplicaGuid == replica && other.Id != owner.MailboxGuid)
                replica = Guid.NewGuid();
        }
        var header = new MailboxHeader(owner.MailboxGuid, replica, IsPublic: false, owner.Id, Manifest.Created.UtcTicks);
        if (!await services.Engine.RestoreMailboxAsync(header, Initial(), BatchesAsync(cancel), cancel))
            throw new CommandException($"{owner.PrimaryAddress} has a mailbox. `--replace` deletes it first.");
    }

    private WriteBatch NewBatch() => new() { ExpectedSequence = Manifest.Sequence, NewSequence = Manifest.Sequence };

    private WriteBatch Initial()
    {
        var batch = new WriteBatch { ExpectedSequence = 0, NewSequence = Manifest.Sequence };
        foreach (var folder in Manifest.Folders)
        {
            batch.Mutations.Add(new PutFolder(folder with { Permissions = MapMembers(folder.Permissions) }));
            batch.Mutations.Add(new PutFolderCounters(folder.Id, folder.Counters));
        }
        foreach (var name in Manifest.NamedProperties)
            batch.Mutations.Add(new AddNamedProperty(name.Id, name.Name is { } text ? new(name.PropertySet, text) : new(name.PropertySet, name.Lid)));
        foreach (var (name, value) in Manifest.Settings)
            batch.Mutations.Add(new PutSetting(name, value));
        // The log of changes stays behind: who goes by it synchronises anew.
        batch.Mutations.Add(new TrimChanges(Manifest.Sequence));
        return batch;
    }

    private ImmutableArray<FolderPermission> MapMembers(ImmutableArray<FolderPermission> permissions)
    {
        var mapped = ImmutableArray.CreateBuilder<FolderPermission>();
        foreach (var permission in permissions)
        {
            if (permission.Member == FolderPermission.DefaultMember || permission.Member == FolderPermission.AnonymousMember)
                mapped.Add(permission);
            else if (FindMember(permission.Member) is { } member)
                mapped.Add(permission with { Member = member });
            else
                Unknown.Add(Manifest.Members.GetValueOrDefault(permission.Member, permission.Member.ToString()));
        }
        return mapped.ToImmutable();
    }

    private Guid? FindMember(Guid id)
    {
        var known = services.Directory.Current;
        if (Manifest.Members.TryGetValue(id, out var address) && known.FindByAddress(address) is { } named)
            return named.Id;
        return known.Find<Recipient>(id)?.Id;
    }

    private async IAsyncEnumerable<WriteBatch> BatchesAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        var live = ReadLive();
        await using var contents = new FileStream(Path.Combine(directory, ArchiveFormat.Contents), FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.RandomAccess);
        using var lines = new StreamReader(Path.Combine(directory, ArchiveFormat.Messages));
        var kept = new Dictionary<BlobRef, BlobRef>();
        var batch = NewBatch();
        foreach (var (client, collection, key, value) in Manifest.States)
        {
            // The owner's own subscriptions are another person's now.
            var named = client == "imap" ? ArchivedStates.Of(owner.Id).First().Collection : collection;
            batch.Mutations.Add(new PutClientState(new ClientStateKey(client, named, key), value));
        }
        long bytes = 0;
        while (await lines.ReadLineAsync(cancel) is { } line)
        {
            var row = JsonSerializer.Deserialize(line, ArchiveJson.Default.MessageRow) ?? throw new CommandException("The archive has a line that is no message.");
            Progress(line.Length + 1);
            // The last line of a message that stands is the one that counts.
            if (!live.TryGetValue(row.Id.Value, out var sequence) || sequence != row.Sequence || !live.Remove(row.Id.Value))
                continue;
            var content = await KeepAsync(contents, row.Content, kept, cancel);
            var mime = row.Kind == ContentKind.Mime ? content : await KeepAsync(contents, row.DerivedMime, kept, cancel);
            ReadOnlyMemory<byte> digest;
            using (var lease = await services.Backend.Blobs.OpenAsync(mime, cancel))
                digest = services.Engine.Converter.Analyze(lease.Memory).Digest;
            batch.Mutations.Add(new InsertMessage(
                row with { Content = content, DerivedMime = row.Kind == ContentKind.Mime ? BlobRef.None : mime, Creator = FindMember(row.Creator) ?? Guid.Empty }, digest));
            Progress(row.Content.Length + row.DerivedMime.Length);
            if ((bytes += row.Content.Length + row.DerivedMime.Length) < BatchBytes && batch.Mutations.Count < BatchMessages)
                continue;
            yield return batch;
            (batch, bytes) = (NewBatch(), 0);
        }
        if (live.Count > 0)
            throw new CommandException($"The archive lacks {live.Count} of its messages.");
        yield return batch;
    }

    private Dictionary<long, long> ReadLive()
    {
        var bytes = File.ReadAllBytes(Path.Combine(directory, ArchiveFormat.Live));
        var live = new Dictionary<long, long>(bytes.Length / 16);
        for (var at = 0; at + 16 <= bytes.Length; at += 16)
            live[BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at))] = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at + 8));
        return live;
    }

    private async ValueTask<BlobRef> KeepAsync(FileStream contents, BlobRef place, Dictionary<BlobRef, BlobRef> kept, CancellationToken cancel)
    {
        if (place.IsNone)
            return BlobRef.None;
        if (kept.TryGetValue(place, out var known))
            return known;
        if (place.Key < ArchiveFormat.ContentsMagic.Length || place.Length is < 0 or > int.MaxValue || place.Key + place.Length > contents.Length)
            throw new CommandException("The archive has a message whose content lies outside of it.");
        var buffer = ArrayPool<byte>.Shared.Rent((int)place.Length);
        try
        {
            var bytes = buffer.AsMemory(0, (int)place.Length);
            contents.Position = place.Key;
            await contents.ReadExactlyAsync(bytes, cancel);
            return kept[place] = await services.Backend.Blobs.WriteAsync(new ReadOnlySequence<byte>(bytes), cancel);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
