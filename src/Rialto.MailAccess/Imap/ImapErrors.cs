// RFC 5530 response codes; RFC 3501 7.1 TRYCREATE; RFC 9208 OVERQUOTA; RFC 4469 TOOBIG; RFC 9051 HASCHILDREN.
using Rialto.MailAccess.Imap.Wire;
using Rialto.Store;

namespace Rialto.MailAccess.Imap;

/// <summary>The one place where refusals of the store become IMAP's.</summary>
internal static class ImapErrors
{
    /// <summary>The reply for an outcome of the store. <paramref name="destination"/>: the mailbox not found is where messages were to go.</summary>
    public static ImapReply From(StoreError error, bool destination = false) => error switch
    {
        StoreError.NotFound => destination ? NoDestination : NoMailbox,
        StoreError.AccessDenied => ImapReply.No("NOPERM", "Permission denied"),
        StoreError.AlreadyExists => ImapReply.No("ALREADYEXISTS", "Mailbox already exists"),
        StoreError.InvalidName => ImapReply.No("CANNOT", "Mailbox name is not allowed"),
        StoreError.InvalidArgument => ImapReply.No("CANNOT", "Not possible"),
        StoreError.QuotaExceeded => ImapReply.No("OVERQUOTA", "Mailbox is over its quota"),
        StoreError.TooLarge => ImapReply.No("TOOBIG", "Too large"),
        StoreError.TooDeep => ImapReply.No("LIMIT", "Mailboxes are nested too deeply or too many"),
        StoreError.HasChildren => ImapReply.No("HASCHILDREN", "Mailbox has mailboxes below it"),
        StoreError.SpecialFolder => ImapReply.No("CANNOT", "Not possible with this special mailbox"),
        StoreError.Conflict => ImapReply.No("INUSE", "Changed by another at the same time, try again"),
        StoreError.StorageUnavailable => Unavailable,
        StoreError.NotSupported => ImapReply.No("CANNOT", "Not supported"),
        _ => ImapReply.No("SERVERBUG", "Unexpected outcome"),
    };

    public static ImapReply Unavailable { get; } = ImapReply.No("UNAVAILABLE", "Storage is not available now, nothing was changed");

    public static ImapReply NoMailbox { get; } = ImapReply.No("NONEXISTENT", "No such mailbox");

    public static ImapReply NoDestination { get; } = ImapReply.No("TRYCREATE", "No such mailbox");

    public static ImapReply ReadOnly { get; } = ImapReply.No("CANNOT", "Mailbox is open read-only");

    public static ImapReply MessageTooLarge { get; } = ImapReply.No("TOOBIG", "Message is larger than this server takes");

    public static ImapReply OverQuota { get; } = ImapReply.No("OVERQUOTA", "Mailbox is over its quota");

    public static ImapReply BadSet { get; } = ImapReply.Bad("No such message");

    /// <summary>RFC 9586 3.</summary>
    public static ImapReply UidRequired { get; } = new(ImapStatus.Bad, "UIDREQUIRED", "Messages are named by UID only");

    /// <summary>RFC 2180 4.1.2, RFC 5530: messages of the set went away before the client could be told.</summary>
    public static ImapReply Gone { get; } = ImapReply.No("EXPUNGEISSUED", "Some of the messages no longer exist");
}
