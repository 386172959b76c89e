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
        if (await session.Namespaces.FindAsync(_name, cancel) is not { Folder: var folder } place)
            return ImapErrors.NoMailbox;
        if (folder.IsSpecial)
            return ImapErrors.From(StoreError.SpecialFolder);
        if (session.Selected is { } selected && selected.Id == folder.Id && selected.Mailbox.MailboxId == place.Mailbox.MailboxId)
            session.Unselect();
        var deleted = await place.Mailbox.DeleteFolderAsync(folder.Id, recursive: false, cancel, keepContents: place.Mailbox.Header.IsPublic);
        if (!deleted.Succeeded)
            return ImapErrors.From(deleted.Error);
        await Subscriptions.ForgetAsync(session.Mailbox, place.Name, cancel);
        // Deleted public folders are kept for a time, and come back with what belongs to them.
        if (!place.Mailbox.Header.IsPublic)
            await new MailboxMetadata(place.Mailbox, folder, session.Mailbox.Principal.Id).ClearAsync(cancel);
        // RFC 9051 6.3.5: the client knew it by another name.
        if (session.IsRevision2 && !place.Name.Equals(_name, StringComparison.Ordinal))
        {
            session.Writer.Raw("* LIST (\\NonExistent) \"/\" "u8);
            session.Writer.Mailbox(place.Name);
            session.Writer.Raw(" (\"OLDNAME\" ("u8);
            session.Writer.Mailbox(_name);
            session.Writer.Raw("))\r\n"u8);
        }
        return ImapReply.Ok("DELETE completed");
    }
}
