using Rialto.Directory;
using Rialto.Mapi.Properties;
using Rialto.Mapi.Sessions;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Objects;

/// <summary>A mailbox opened by RopLogon. [MS-OXCSTOR] 3.2.1.</summary>
internal sealed class LogonObject(MapiService service, MailboxSession session, MailboxRecipient owner, byte logonId, ClientLocale locale) : PropertyObject(null)
{
    public MailboxSession Session { get; } = session;

    /// <summary>Whose mailbox it is.</summary>
    public MailboxRecipient Owner { get; } = owner;

    public byte LogonId { get; } = logonId;

    /// <summary>Per-user information of which only the beginning has come; null when there is none.</summary>
    public PerUserUpload? Upload { get; set; }

    public override IEnumerable<PropertyTag> Tags => StoreValues.Tags;

    public override PropertyValue Find(PropertyTag tag) => StoreValues.Find(this, service, locale, tag);

    public override void Dispose()
    {
        base.Dispose();
        Session.Dispose();
    }
}
