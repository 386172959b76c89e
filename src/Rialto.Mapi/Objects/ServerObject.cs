// [MS-OXCROPS] 1.3.1, 3.1.5.3: server objects and what they belong to.
using Rialto.Store;

namespace Rialto.Mapi.Objects;

/// <summary>Something a client holds a handle to. Used by one request at a time.</summary>
internal abstract class ServerObject(LogonObject? logon) : IDisposable
{
    /// <summary>The logon that it was opened in; itself for a logon.</summary>
    public LogonObject Logon => logon ?? (LogonObject)this;

    public uint Handle { get; set; }

    public MailboxSession Mailbox => Logon.Session;

    public virtual void Dispose()
    {
    }
}
