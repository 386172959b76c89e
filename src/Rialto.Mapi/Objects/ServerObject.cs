// [MS-OXCROPS] 1.3.1, 3.1.5.3: server objects and what they belong to.
using Rialto.Store;

namespace Rialto.Mapi.Objects;

/// <summary>Something a client holds a handle to. Used by one request at a time.</summary>
internal abstract class ServerObject(LogonObject? logon) : IDisposable
{
    /// <summary>The value of unused places in handle tables, which no object gets. [MS-OXCROPS] 3.2.5.1.</summary>
    public const uint NoHandle = 0xFFFFFFFF;

    /// <summary>The logon that it was opened in; itself for a logon.</summary>
    public LogonObject Logon => logon ?? (LogonObject)this;

    /// <summary>What the client calls it by; <see cref="NoHandle"/> while it does not.</summary>
    public uint Handle { get; set; } = NoHandle;

    public MailboxSession Mailbox => Logon.Session;

    public virtual void Dispose()
    {
    }
}
