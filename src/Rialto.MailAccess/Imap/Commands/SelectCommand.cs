// RFC 3501 6.3.1 SELECT, 6.3.2 EXAMINE; RFC 7162 3.1.2 HIGHESTMODSEQ, 3.1.8 CONDSTORE, 3.2.5 QRESYNC, 3.2.11 CLOSED.
using Rialto.MailAccess.Imap.Wire;
using Rialto.Store;

namespace Rialto.MailAccess.Imap.Commands;

internal sealed class SelectCommand(bool readOnly) : ImapCommand
{
    private const FolderRights ChangeRights = FolderRights.EditAny | FolderRights.EditOwned | FolderRights.DeleteAny | FolderRights.DeleteOwned;

    private string _name = "";
    private bool _modSeq;
    private QuickResync? _resync;

    /// <summary>select = "SELECT" SP mailbox [SP "(" select-param *(SP select-param) ")"]</summary>
    public override void Parse(ref ImapParser parser)
    {
        parser.Space();
        _name = parser.Mailbox();
        if (!parser.TryTake((byte)' '))
            return;
        parser.Expect((byte)'(', "Parameters expected");
        do
        {
            if (parser.TryTakeWord("CONDSTORE"u8))
                _modSeq = true;
            else if (parser.TryTakeWord("QRESYNC"u8))
                _resync = QuickResync.Parse(ref parser);
            else
                parser.Fail("Unknown parameter");
        }
        while (!parser.Failed && parser.TryTake((byte)' '));
        parser.Expect((byte)')', "Closing bracket of the parameters expected");
    }

    public override async ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel)
    {
        if (_resync is not null && !session.TellsVanished)
            return ImapReply.Bad("ENABLE QRESYNC comes first");
        // A SELECT that fails leaves no mailbox selected (RFC 3501 6.3.1).
        if (session.Selected is not null && (session.TellsVanished || session.IsRevision2))
            session.Writer.Raw("* OK [CLOSED] The mailbox selected before is closed\r\n"u8);
        session.Unselect();
        if (_modSeq)
            session.EnableModSeq();
        if (await session.Namespaces.FindAsync(_name, cancel) is not { Folder: var folder, Mailbox: var mailbox } place)
            return ImapErrors.NoMailbox;
        var opened = await mailbox.OpenViewAsync(folder.Id, cancel);
        if (!opened.TryGet(out var view))
            return ImapErrors.From(opened.Error);
        var mayChange = mailbox.IsOwner || (mailbox.RightsOn(folder.Id) & ChangeRights) != 0;
        // What somebody has read of public folders is that person's own, without any right to change them.
        var isReadOnly = readOnly || !mayChange && !mailbox.Header.IsPublic;
        var mayFlag = mayChange && (mailbox.IsOwner || (mailbox.RightsOn(folder.Id) & (FolderRights.EditAny | FolderRights.EditOwned)) != 0);
        RecentMessages? recent = null;
        if (!session.IsRevision2 && session.Options.TellsRecent)
        {
            try
            {
                recent = new RecentMessages(await session.MarksOfAsync(mailbox, cancel), folder.Id, mayTake: !isReadOnly);
            }
            catch
            {
                view.Dispose();
                throw;
            }
        }
        var selected = new SelectedFolder(mailbox, folder.Id, place.Name, view, isReadOnly)
        {
            Recent = recent,
            Permanent = isReadOnly ? PermanentFlags.None : mayFlag ? PermanentFlags.All : PermanentFlags.Seen,
        };
        session.Select(selected);
        session.TakeKeyResets();
        Write(session, selected, (await session.Namespaces.ResolveAsync(_name, cancel))?.Listed(folder), _name);
        if (_resync is { } resync && resync.UidValidity == selected.Seen.UidValidity)
        {
            var error = await new Resynchronization(mailbox, selected).RunAsync(session, resync.ModSeq, resync.KnownUids, cancel);
            if (error != StoreError.None)
            {
                session.Unselect();
                return ImapErrors.From(error);
            }
        }
        var code = isReadOnly ? "READ-ONLY" : "READ-WRITE";
        return ImapReply.Ok(code, readOnly ? "EXAMINE completed" : "SELECT completed");
    }

    private static void Write(ImapSession session, SelectedFolder selected, ListedMailbox? listed, string asked)
    {
        var writer = session.Writer;
        var snapshot = selected.Seen;
        selected.TellKeywords(session);
        selected.WriteCount(session);
        if (snapshot.FirstUnread >= 0 && !session.IsRevision2)
        {
            writer.Raw("* OK [UNSEEN "u8);
            writer.Number(snapshot.FirstUnread + 1);
            writer.Raw("] First unseen\r\n"u8);
        }
        writer.Raw("* OK [UIDVALIDITY "u8);
        writer.Number(snapshot.UidValidity);
        writer.Raw("] UIDs are valid\r\n* OK [UIDNEXT "u8);
        writer.Number(snapshot.UidNext);
        writer.Raw("] Next UID\r\n* OK [HIGHESTMODSEQ "u8);
        writer.Number(ModSeq.Highest(snapshot.HighestSequence));
        writer.Raw("] Highest\r\n* OK [MAILBOXID ("u8);
        writer.Ascii(ObjectIds.OfMailbox(selected.Mailbox, selected.Id));
        writer.Raw(")] For ever\r\n"u8);
        if (session.Protocol.HostNames.Count > 0)
            writer.Raw("* OK [URLMECH INTERNAL] URLs can be made\r\n"u8); // RFC 4467 8
        if (session.IsRevision2 && listed is { } mailbox)
            ListCommand.WriteOldName(writer, mailbox, asked);
    }
}
