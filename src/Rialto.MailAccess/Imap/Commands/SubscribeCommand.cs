// RFC 3501 6.3.6 SUBSCRIBE, 6.3.7 UNSUBSCRIBE.
using Rialto.MailAccess.Imap.Wire;
using Rialto.Store;

namespace Rialto.MailAccess.Imap.Commands;

internal sealed class SubscribeCommand(bool subscribe) : ImapCommand
{
    private string _name = "";

    public override void Parse(ref ImapParser parser)
    {
        parser.Space();
        _name = parser.Mailbox();
    }

    public override async ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel)
    {
        // Only mailboxes that exist are subscribed to (RFC 3501 6.3.6 allows the check); any name may be given up.
        var place = await session.Namespaces.FindAsync(_name, cancel);
        if (subscribe && place is null)
            return ImapErrors.NoMailbox;
        var name = place?.Name ?? _name;
        var error = await Subscriptions.WriteAsync(session.Mailbox, name, subscribe, cancel);
        if (error != StoreError.None)
            return ImapErrors.From(error);
        session.Protocol.Changes.Publish(new ClientChange(session, session.Mailbox.MailboxId, session.Mailbox.Principal.Id, null, name, []));
        return ImapReply.Ok(subscribe ? "SUBSCRIBE completed" : "UNSUBSCRIBE completed");
    }
}
