using System.Diagnostics;
using System.Globalization;
using Rialto.Testing;

namespace Rialto.Mapi.Bench;

/// <summary>Clients that ask as fast as they are answered, a thread each.</summary>
internal static class Load
{
    private static readonly TimeSpan s_warm = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan s_measured = TimeSpan.FromSeconds(4);

    /// <summary>Warms up and measures; the operations a second.</summary>
    public static double Run(string what, ServerProcess server, IReadOnlyList<Action> clients)
    {
        long done = 0;
        var measuring = 0;
        Exception? failed = null;
        var took = new List<double>[clients.Count];
        var threads = clients.Select((client, number) =>
        {
            var mine = took[number] = [];
            var thread = new Thread(() =>
            {
                try
                {
                    while (Volatile.Read(ref measuring) < 2)
                    {
                        var counts = Volatile.Read(ref measuring) == 1;
                        var begun = Stopwatch.GetTimestamp();
                        client();
                        if (!counts)
                            continue;
                        mine.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
                        Interlocked.Increment(ref done);
                    }
                }
                catch (Exception e)
                {
                    failed = e;
                    Volatile.Write(ref measuring, 2);
                }
            });
            thread.Start();
            return thread;
        }).ToList();
        Thread.Sleep(s_warm);
        var cpu = Cpu(server);
        var begun = Stopwatch.GetTimestamp();
        if (failed is null)
            Volatile.Write(ref measuring, 1);
        Thread.Sleep(s_measured);
        var elapsed = Stopwatch.GetElapsedTime(begun);
        var spent = Cpu(server) - cpu;
        var count = Interlocked.Read(ref done);
        Volatile.Write(ref measuring, 2);
        threads.ForEach(t => t.Join());
        if (failed is not null)
            throw new InvalidOperationException(what, failed);
        var all = took.SelectMany(t => t).Order().ToArray();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{what,-80} {count / elapsed.TotalSeconds,8:F0}/s, {all[all.Length / 2]:F2} ms median, {all[all.Length * 99 / 100]:F2} ms 99 of 100, {spent.TotalMilliseconds / count:F3} ms of the server's CPU"));
        return count / elapsed.TotalSeconds;
    }

    public static TimeSpan Cpu(ServerProcess server)
    {
        using var process = Process.GetProcessById(server.ProcessId);
        return process.TotalProcessorTime;
    }
}
