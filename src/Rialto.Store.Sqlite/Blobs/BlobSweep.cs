using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Rialto.Store.Backend;

namespace Rialto.Store.Sqlite.Blobs;

/// <summary>
/// Mark and sweep. Packs without any marked record are deleted; packs whose marked share is under half are rewritten with those alone,
/// together with a map from the offsets that references hold to the new ones: references never change.
/// </summary>
internal sealed class BlobSweep(PackBlobStore store)
{
    public async ValueTask<long> RunAsync(IAsyncEnumerable<BlobRef> marked, TimeSpan grace, CancellationToken cancel)
    {
        await store.Housekeeping.WaitAsync(cancel);
        try
        {
            var live = new Dictionary<int, Dictionary<uint, long>>();
            var large = new HashSet<long>();
            // Before the mailboxes: mail that is delivered meanwhile is in one or in both.
            foreach (var blob in store.FurtherMarks())
                Mark(blob, live, large);
            await foreach (var blob in marked.WithCancellation(cancel))
                Mark(blob, live, large);
            var graceTicks = (long)(grace.TotalSeconds * store.Time.TimestampFrequency);
            var since = store.Time.GetTimestamp() - graceTicks;
            foreach (var blob in store.Recent.KeepSince(since))
                Mark(blob, live, large);
            store.SealActive(since);

            var olderThan = store.Time.GetUtcNow() - grace;
            var freed = store.Large.Sweep(large, olderThan, cancel);
            var active = store.ActivePack;
            foreach (var pack in store.Packs.Values)
            {
                cancel.ThrowIfCancellationRequested();
                if (pack.Number == active || pack.IsBeingWritten || File.GetLastWriteTimeUtc(pack.Path) > olderThan.UtcDateTime)
                    continue;
                freed += Sweep(pack, live.GetValueOrDefault(pack.Number));
            }
            return freed;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageUnavailableException("The sweep of unused contents did not finish.", e);
        }
        finally
        {
            store.Housekeeping.Release();
        }
    }

    private static void Mark(BlobRef blob, Dictionary<int, Dictionary<uint, long>> live, HashSet<long> large)
    {
        if (blob.IsNone)
            return;
        if (BlobKey.IsLarge(blob.Key))
        {
            large.Add(blob.Key);
            return;
        }
        ref var offsets = ref CollectionsMarshal.GetValueRefOrAddDefault(live, BlobKey.Pack(blob.Key), out _);
        offsets ??= [];
        offsets[BlobKey.Offset(blob.Key)] = blob.Length;
    }

    private long Sweep(Pack pack, Dictionary<uint, long>? live)
    {
        store.Close(pack);
        var before = new FileInfo(pack.Path).Length;
        if (live is null)
        {
            store.Replace(pack, null);
            File.Delete(pack.Path);
            return before;
        }
        long used = 0;
        foreach (var length in live.Values)
            used += PackFormat.RecordSize(length);
        if (used * 2 >= before)
            return 0;
        var path = pack.Path;
        var temporary = path + ".new";
        using (var file = store.Files.Open(temporary, FileMode.Create))
            Rewrite(pack, live, file, temporary);
        File.Move(temporary, path, overwrite: true);
        store.Files.SyncDirectory(store.DirectoryPath);
        store.Replace(pack, Pack.Open(store.Files, pack.Number, path, store.Options.PackSize, writable: false));
        return before - new FileInfo(path).Length;
    }

    private void Rewrite(Pack pack, Dictionary<uint, long> live, SafeFileHandle file, string path)
    {
        var map = new List<uint>(live.Count * 2);
        var offsets = live.Keys.ToArray();
        Array.Sort(offsets);
        var found = new List<(long Position, long Length)>(offsets.Length);
        foreach (var offset in offsets)
        {
            // A reference to nothing stays one: `rialto check` tells about it.
            if (!pack.TryFind(offset, live[offset], out var position))
                continue;
            map.Add(offset);
            map.Add(0);
            found.Add((position, live[offset]));
        }
        var at = PackFormat.Align(PackFormat.FileHeaderSize + map.Count * 4L);
        for (var i = 0; i < found.Count; i++)
        {
            store.Files.Write(file, path, pack.Record(found[i].Position, found[i].Length), at);
            map[2 * i + 1] = (uint)at;
            at += PackFormat.RecordSize(found[i].Length);
        }
        var bytes = MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(map));
        Span<byte> header = stackalloc byte[PackFormat.FileHeaderSize];
        PackFormat.WriteFileHeader(header, map.Count / 2, Pack.Checksum(bytes));
        store.Files.Write(file, path, header, 0);
        store.Files.Write(file, path, bytes, PackFormat.FileHeaderSize);
        store.Files.Sync(file, path);
    }
}
