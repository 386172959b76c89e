using System.Runtime.InteropServices;

namespace Rialto.Mapi.Bench;

/// <summary>Processor time of the calling thread beside that of the process: what a client on a thread of its own costs, and what is left for the server.</summary>
internal static partial class ThreadClock
{
    private const int ThreadCpuTime = 3;

    /// <summary>Processor time that the calling thread has used.</summary>
    public static TimeSpan Thread
    {
        get
        {
            if (GetTime(ThreadCpuTime, out var time) != 0)
                throw new InvalidOperationException("The thread has no clock.");
            return TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanoseconds / 1000);
        }
    }

    /// <summary>Processor time that the whole process has used.</summary>
    public static TimeSpan Process
    {
        get
        {
            using var process = System.Diagnostics.Process.GetCurrentProcess();
            return process.TotalProcessorTime;
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out Time time);

    private struct Time
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
