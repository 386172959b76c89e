using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Rialto.Store.Engine;

/// <summary>
/// Runs what nobody waits for, one thing after the other, on a thread that the system prefers the others to: however many mailboxes have something to be indexed, those whose mail
/// comes in feel little of it.
/// </summary>
internal sealed partial class BackgroundScheduler : TaskScheduler, IDisposable
{
    /// <summary>A third of another thread's share: what holds a lock while it is passed over still comes to its end soon.</summary>
    private const int Niceness = 5;

    private const int OfThread = 0;

    private readonly BlockingCollection<Task> _tasks = [];
    private readonly Lazy<Thread> _thread;

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

    /// <summary>Starts work here, and goes on with it here after it has waited.</summary>
    public Task StartAsync(Func<Task> work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, this).Unwrap();

    /// <summary>What comes later runs on the pool: whoever closes waits for it.</summary>
    public void Dispose() => _tasks.CompleteAdding();

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
