using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Rialto.Store.Sqlite.Native;

/// <summary>System calls that the framework has no name for. POSIX.1-2017; flock(2).</summary>
internal static unsafe partial class Posix
{
    public const int ProtRead = 1;
    public const int MapShared = 1;
    public static readonly nint MapFailed = -1;

    private const int LockExclusive = 2;
    private const int LockNonBlocking = 4;
    private const int Interrupted = 4;
    private const int AdviceDoNotNeed = 4;
    private const uint SyncFileRangeWrite = 2;
    private const int GetStatusFlags = 3;
    private const int SetStatusFlags = 4;

    // Of all numbers here these alone are not the same on every processor; on the two that there is a build for they are each other's.
    private static readonly int Direct = IsArm ? 0x10000 : 0x4000;
    private static readonly int ReadOnlyDirectory = IsArm ? 0x4000 : 0x10000;

    private static bool IsArm => RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    /// <summary>Makes the file's bytes, and what is needed to read them, durable: unlike fsync it leaves the times alone, which spares overwritten files a journal commit.</summary>
    public static void DataSync(SafeFileHandle file)
    {
        while (fdatasync(file) != 0)
        {
            if (Marshal.GetLastPInvokeError() != Interrupted)
                throw Failed("fdatasync");
        }
    }

    /// <summary>Has the system begin to write a file's bytes, without waiting and without a promise: where it cannot, a sync does all of it. sync_file_range(2).</summary>
    public static void StartWriting(SafeFileHandle file, long offset, long length) => _ = sync_file_range(file, offset, length, SyncFileRangeWrite);

    /// <summary>Has reads and writes pass the page cache by, or no longer; false where the file system cannot. O_DIRECT, open(2).</summary>
    public static bool TrySetDirect(SafeFileHandle file, bool direct)
    {
        var flags = fcntl(file, GetStatusFlags, 0);
        return flags >= 0 && fcntl(file, SetStatusFlags, direct ? flags | Direct : flags & ~Direct) == 0;
    }

    /// <summary>Makes a directory's entries durable.</summary>
    public static void SyncDirectory(string path)
    {
        var descriptor = open(path, ReadOnlyDirectory);
        if (descriptor < 0)
            throw Failed("open");
        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        if (fsync(handle) != 0)
            throw Failed("fsync");
    }

    /// <summary>Takes the file for this process; false when another open file description has it. Ends with the process.</summary>
    public static bool TryLock(SafeFileHandle file) => flock(file, LockExclusive | LockNonBlocking) == 0;

    public static nint Map(SafeFileHandle file, long length)
    {
        var address = mmap(0, (nuint)length, ProtRead, MapShared, file, 0);
        return address == MapFailed ? throw Failed("mmap") : address;
    }

    public static void Unmap(nint address, long length) => _ = munmap(address, (nuint)length);

    /// <summary>Takes the pages out of this process; the page cache keeps them, and the next touch brings them back.</summary>
    public static void Unload(nint address, long length) => _ = madvise(address, (nuint)length, AdviceDoNotNeed);

    private static IOException Failed(string call) => new($"{call}: {Marshal.GetLastPInvokeErrorMessage()}");

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fdatasync(SafeFileHandle file);

    // Variadic in C: where its third argument is an int, it is passed as any other on the processors that there is a build for.
    [LibraryImport("libc")]
    private static partial int fcntl(SafeFileHandle file, int command, int argument);

    [LibraryImport("libc")]
    private static partial int sync_file_range(SafeFileHandle file, long offset, long length, uint flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(SafeFileHandle file);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int flock(SafeFileHandle file, int operation);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint mmap(nint address, nuint length, int protection, int flags, SafeFileHandle file, long offset);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int madvise(nint address, nuint length, int advice);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int munmap(nint address, nuint length);
}
