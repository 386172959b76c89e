using System.Globalization;
using System.Security.Cryptography;
using Rialto.Store.Backend;
using Rialto.Store.Sqlite.Native;

namespace Rialto.Store.Sqlite.Blobs;

/// <summary>
/// Contents of a megabyte and more, a file each, under a random number: complete and synced before they get their name, so a name is a whole content.
/// </summary>
internal sealed class LargeBlobs
{
    private readonly string _directory;
    private readonly DataFiles _files;

    public LargeBlobs(string directory, DataFiles files)
    {
        _directory = directory;
        _files = files;
        DataFiles.CreateDirectory(Temporary);
        foreach (var path in System.IO.Directory.EnumerateFiles(Temporary))
            File.Delete(path);
    }

    public string Temporary => Path.Combine(_directory, "new");

    public static long NewNumber()
    {
        Span<byte> bytes = stackalloc byte[8];
        RandomNumberGenerator.Fill(bytes);
        return (BitConverter.ToInt64(bytes) & ((1L << 61) - 1)) | 1;
    }

    public string PathOf(long number)
    {
        var name = number.ToString("x16", CultureInfo.InvariantCulture);
        return Path.Combine(_directory, name[^2..], name);
    }

    /// <summary>Gives a synced temporary file its name.</summary>
    public void Adopt(string temporary, long number)
    {
        var path = PathOf(number);
        var folder = Path.GetDirectoryName(path)!;
        if (!System.IO.Directory.Exists(folder))
        {
            DataFiles.CreateDirectory(folder);
            _files.SyncDirectory(_directory);
        }
        File.Move(temporary, path);
        _files.SyncDirectory(folder);
    }

    public BlobLease Open(BlobRef blob)
    {
        var path = PathOf(BlobKey.LargeNumber(blob.Key));
        if (!File.Exists(path))
            throw new StorageUnavailableException(string.Create(CultureInfo.InvariantCulture, $"The large content {blob.Key:x} of {blob.Length} bytes is missing."));
        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var length = RandomAccess.GetLength(handle);
        if (length < blob.Length + PackFormat.Overhead)
            throw new StorageUnavailableException(string.Create(CultureInfo.InvariantCulture, $"The large content {blob.Key:x} of {blob.Length} bytes is cut off."));
        var map = new MappedFile(handle, length);
        var owner = map.Lend(PackFormat.HeaderSize, checked((int)blob.Length));
        return new BlobLease(owner.Memory, owner);
    }

    public bool Verify(BlobRef blob)
    {
        var path = PathOf(BlobKey.LargeNumber(blob.Key));
        if (!File.Exists(path))
            return false;
        using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var length = RandomAccess.GetLength(handle);
        if (length < blob.Length + PackFormat.Overhead || length > int.MaxValue)
            return false;
        var map = new MappedFile(handle, length);
        try
        {
            return PackFormat.Verify(map.Span(0, (int)length), blob.Length);
        }
        finally
        {
            map.LetGo();
        }
    }

    public long Sweep(HashSet<long> keys, DateTimeOffset olderThan, CancellationToken cancel)
    {
        long freed = 0;
        foreach (var path in Files())
        {
            cancel.ThrowIfCancellationRequested();
            if (!long.TryParse(Path.GetFileName(path), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var number) || keys.Contains(BlobKey.OfLarge(number)))
                continue;
            var file = new FileInfo(path);
            if (file.LastWriteTimeUtc > olderThan.UtcDateTime)
                continue;
            freed += file.Length;
            file.Delete();
        }
        return freed;
    }

    public async ValueTask CopyToAsync(string directory, CancellationToken cancel)
    {
        foreach (var path in Files())
        {
            var folder = Path.Combine(directory, Path.GetFileName(Path.GetDirectoryName(path)!));
            DataFiles.CreateDirectory(directory);
            DataFiles.CreateDirectory(folder);
            await FileCopy.CopyAsync(path, Path.Combine(folder, Path.GetFileName(path)), new FileInfo(path).Length, _files, cancel);
        }
    }

    private IEnumerable<string> Files() =>
        System.IO.Directory.EnumerateDirectories(_directory).Where(d => d != Temporary).SelectMany(System.IO.Directory.EnumerateFiles);
}
