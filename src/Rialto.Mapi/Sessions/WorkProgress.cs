namespace Rialto.Mapi.Sessions;

/// <summary>How far long work is. [MS-OXCPRPT] 2.2.22.</summary>
internal sealed class WorkProgress(int total)
{
    private int _completed;

    public uint Completed => (uint)Volatile.Read(ref _completed);

    public uint Total => (uint)Math.Max(total, _completed);

    public void Add(int count) => Interlocked.Add(ref _completed, count);
}
