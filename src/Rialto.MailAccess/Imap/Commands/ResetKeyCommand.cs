// RFC 4467 7 RESETKEY, 8 URLMECH.
using System.Text;
using Rialto.MailAccess.Imap.Urls;
using Rialto.MailAccess.Imap.Wire;
using Rialto.Store;

namespace Rialto.MailAccess.Imap.Commands;

/// <summary>Replaces the key of a mailbox, or removes all: URLs that were made with them are worth nothing from then on.</summary>
internal sealed class ResetKeyCommand : ImapCommand
{
    private string? _name;
    private bool _hasOtherMechanism;

    /// <summary>resetkey = "RESETKEY" [SP mailbox *(SP mechanism)]</summary>
    public override void Parse(ref ImapParser parser)
    {
        if (parser.AtEnd)
            return;
        parser.Space();
        _name = parser.Mailbox();
        while (!parser.Failed && parser.TryTake((byte)' '))
            _hasOtherMechanism |= !Ascii.EqualsIgnoreCase(parser.Atom(), UrlKeys.Mechanism);
    }

    public override async ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel)
    {
        if (UrlReader.Of(session).User is null)
            return ImapReply.No("CANNOT", "Keys are those of the own account");
        var keys = new UrlKeys(session.Mailbox);
        if (_name is null)
        {
            var cleared = await keys.ClearAsync(cancel);
            if (cleared != StoreError.None)
                return ImapErrors.From(cleared);
            session.Protocol.UrlKeyResets.Add(session.Mailbox.Principal.Id);
            session.TakeKeyResets();
            return ImapReply.Ok("All keys are removed");
        }
        if (_hasOtherMechanism)
            return ImapReply.No("CANNOT", "INTERNAL is the only mechanism");
        if (await session.Namespaces.FindAsync(_name, cancel) is not { } place)
            return ImapErrors.NoMailbox;
        var error = await keys.ResetAsync(place.Mailbox.MailboxId, place.Folder.Id, cancel);
        if (error != StoreError.None)
            return ImapErrors.From(error);
        session.Protocol.UrlKeyResets.Add(session.Mailbox.Principal.Id);
        session.TakeKeyResets();
        return ImapReply.Ok("URLMECH INTERNAL", "The mailbox has a new key");
    }
}
