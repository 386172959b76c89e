using System.Security.Cryptography;

namespace Rialto.Server.Archive;

/// <summary>A file of an archive as it is written from its beginning to its end, with its checksum.</summary>
internal sealed class HashedFile : IAsyncDisposable
{
    private readonly FileStream _file;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public HashedFile(string path) => _file = new FileStream(path, new FileStreamOptions
    {
        Mode = FileMode.Create, Access = FileAccess.Write, BufferSize = 256 * 1024, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
    });

    public long Length { get; private set; }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        _hash.AppendData(bytes.Span);
        Length += bytes.Length;
        await _file.WriteAsync(bytes, cancel);
    }

    /// <summary>All of it is on the disk; nothing may be written any more.</summary>
    public async ValueTask<ArchivedFile> CompleteAsync(CancellationToken cancel)
    {
        await _file.FlushAsync(cancel);
        _file.Flush(flushToDisk: true);
        return new ArchivedFile(Length, Convert.ToHexStringLower(_hash.GetHashAndReset()));
    }

    /// <summary>Whether a file is the one that was written.</summary>
    public static async ValueTask<bool> IsSoundAsync(string path, ArchivedFile expected, Action<long> progress, CancellationToken cancel)
    {
        if (!File.Exists(path) || new FileInfo(path).Length != expected.Length)
            return false;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = File.OpenRead(path);
        var buffer = new byte[1 << 20];
        int read;
        while ((read = await file.ReadAsync(buffer, cancel)) > 0)
        {
            hash.AppendData(buffer.AsSpan(0, read));
            progress(read);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset()) == expected.Sha256;
    }

    public async ValueTask DisposeAsync()
    {
        await _file.DisposeAsync();
        _hash.Dispose();
    }
}
