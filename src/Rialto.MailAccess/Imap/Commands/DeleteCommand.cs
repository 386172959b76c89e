// RFC 3501 6.3.4. A mailbox with others below it is refused (RFC 9051 6.3.5): the store keeps no names without a folder.
using Rialto.MailAccess.Imap.Wire;
using Rialto.Store;

namespace Rialto.MailAccess.Imap.Commands;

internal sealed class DeleteCommand : ImapCommand
{
    private string _name = "";

    public override void Parse(ref ImapParser parser)
    {
        parser.Space();
        _name = parser.Mailbox();
    }

    public override async ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel)
    {
        if (session.Names.Find(_name) is not { } folder)
            return ImapErrors.NoMailbox;
        if (folder.IsSpecial)
            return ImapErrors.From(StoreError.SpecialFolder);
        if (session.Selected?.Id == folder.Id)
            session.Unselect();
        var deleted = await session.Mailbox.DeleteFolderAsync(folder.Id, recursive: false, cancel);
        return deleted.Succeeded ? ImapReply.Ok("DELETE completed") : ImapErrors.From(deleted.Error);
    }
}
