using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Rialto.Store.Engine;

/// <summary>
/// Runs what nobody waits for, one thing after the other, on a thread that the system prefers the others to, and step by step while the server has little else to do: however many
/// mailboxes have something to be indexed, those whose mail comes in feel little of it.
/// </summary>
internal sealed partial class BackgroundScheduler : TaskScheduler, IDisposable
{
    /// <summary>A third of another thread's share: what holds a lock while it is passed over still comes to its end soon.</summary>
    private const int Niceness = 5;

    private const int OfThread = 0;

    /// <summary>Before each step the server is watched for so long.</summary>
    private static readonly TimeSpan Watch = TimeSpan.FromMilliseconds(50);

    /// <summary>The part of all processors' time from which on the server is busy: what is left is what the other programs and the system need to serve the same requests.</summary>
    private const double Busy = 0.2;

    private readonly BlockingCollection<Task> _tasks = [];
    private readonly Lazy<Thread> _thread;
    private readonly SemaphoreSlim _turn = new(1);
    private volatile bool _disposed;

    public BackgroundScheduler()
    {
        _thread = new Lazy<Thread>(() =>
        {
            var thread = new Thread(Run) { IsBackground = true, Name = "background" };
            thread.Start();
            return thread;
        });
    }

    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Runs steps here until one answers that nothing is left, each when the server is not busy; but <paramref name="patience"/> from now on, whether it is or not.</summary>
    public Task StartAsync(Func<Task<bool>> step, TimeSpan patience) =>
        Task.Factory.StartNew(() => RunAsync(step, patience), CancellationToken.None, TaskCreationOptions.DenyChildAttach, this).Unwrap();

    private async Task RunAsync(Func<Task<bool>> step, TimeSpan patience)
    {
        var start = Stopwatch.GetTimestamp();
        while (true)
        {
            await _turn.WaitAsync();
            try
            {
                while (!_disposed && Stopwatch.GetElapsedTime(start) < patience && await IsBusyAsync());
                if (!await step())
                    return;
            }
            finally
            {
                _turn.Release();
            }
        }
    }

    /// <summary>What the process takes of the processors while this thread takes nothing.</summary>
    private static async Task<bool> IsBusyAsync()
    {
        var start = Stopwatch.GetTimestamp();
        var before = Environment.CpuUsage.TotalTime;
        await Task.Delay(Watch);
        return Environment.CpuUsage.TotalTime - before > Stopwatch.GetElapsedTime(start) * (Busy * Environment.ProcessorCount);
    }

    /// <summary>What comes later runs on the pool, at once: whoever closes waits for it.</summary>
    public void Dispose()
    {
        _disposed = true;
        _tasks.CompleteAdding();
    }

    protected override void QueueTask(Task task)
    {
        _ = _thread.Value;
        try
        {
            _tasks.Add(task);
        }
        catch (InvalidOperationException)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static item => item.Scheduler.TryExecuteTask(item.Task), (Scheduler: this, Task: task), preferLocal: false);
        }
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        !taskWasPreviouslyQueued && _thread.IsValueCreated && Thread.CurrentThread == _thread.Value && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => [.. _tasks];

    private void Run()
    {
        // In Linux the niceness is the calling thread's own. Where it is refused the work is as important as any.
        _ = SetPriority(OfThread, 0, Niceness);
        foreach (var task in _tasks.GetConsumingEnumerable())
            TryExecuteTask(task);
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, uint who, int priority);
}
