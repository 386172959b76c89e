// [MS-OXOMSG] 2.2.5.3: messages that a client's spooler works on.
using System.Collections.Concurrent;
using Rialto.Mapi.Objects;
using Rialto.Store;

namespace Rialto.Mapi.Sessions;

/// <summary>Which logon has locked which message for spooling. Locks end with their logon; they say nothing to the server's own transport.</summary>
internal sealed class SpoolerLocks
{
    private readonly ConcurrentDictionary<(Guid Mailbox, MessageId Message), LogonObject> _locks = [];

    public bool IsLocked(Guid mailbox, MessageId message) => _locks.ContainsKey((mailbox, message));

    public bool TryLock(Guid mailbox, MessageId message, LogonObject logon) => _locks.GetOrAdd((mailbox, message), logon) == logon;

    public bool TryUnlock(Guid mailbox, MessageId message, LogonObject logon) => _locks.TryRemove(new KeyValuePair<(Guid, MessageId), LogonObject>((mailbox, message), logon));

    /// <summary>The logon is gone.</summary>
    public void Release(LogonObject logon)
    {
        foreach (var held in _locks)
        {
            if (held.Value == logon)
                _locks.TryRemove(held);
        }
    }
}
