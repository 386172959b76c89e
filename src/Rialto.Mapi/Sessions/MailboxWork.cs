// [MS-OXCROPS] 3.2.4.2: which requests are delayed is the server's to say.
using System.Runtime.InteropServices;

namespace Rialto.Mapi.Sessions;

/// <summary>How many Execute requests work on each mailbox now: one that hundreds of sessions work on at once must not take the server from all others. Thread-safe.</summary>
internal sealed class MailboxWork(MapiOptions options)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, int> _running = [];

    /// <summary>False when the mailbox has enough to do: the client is to come back.</summary>
    public bool TryEnter(Guid mailbox)
    {
        lock (_gate)
        {
            ref var running = ref CollectionsMarshal.GetValueRefOrAddDefault(_running, mailbox, out _);
            if (running < options.MaximumRequestsPerMailbox)
            {
                running++;
                return true;
            }
            if (running == 0)
                _running.Remove(mailbox);
            return false;
        }
    }

    public void Leave(Guid mailbox)
    {
        lock (_gate)
        {
            ref var running = ref CollectionsMarshal.GetValueRefOrNullRef(_running, mailbox);
            if (--running == 0)
                _running.Remove(mailbox);
        }
    }
}
