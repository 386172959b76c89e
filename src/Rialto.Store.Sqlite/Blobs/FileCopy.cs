using System.Buffers;
using Rialto.Store.Sqlite.Native;

namespace Rialto.Store.Sqlite.Blobs;

/// <summary>Copies the first bytes of a file that only grows, durably.</summary>
internal static class FileCopy
{
    public static async ValueTask CopyAsync(string from, string to, long length, DataFiles files, CancellationToken cancel)
    {
        using var source = File.OpenHandle(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var destination = files.Open(to, FileMode.CreateNew);
        var buffer = ArrayPool<byte>.Shared.Rent(1024 * 1024);
        try
        {
            for (long at = 0; at < length;)
            {
                cancel.ThrowIfCancellationRequested();
                var count = await RandomAccess.ReadAsync(source, buffer.AsMemory(0, (int)Math.Min(buffer.Length, length - at)), at, cancel);
                if (count == 0)
                    break;
                files.Write(destination, to, buffer.AsSpan(0, count), at);
                at += count;
            }
            files.Sync(destination, to);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
