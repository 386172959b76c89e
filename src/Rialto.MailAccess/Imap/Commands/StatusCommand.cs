// RFC 3501 6.3.10; RFC 7889 APPENDLIMIT; RFC 8438 SIZE; RFC 7162 3.1.7 HIGHESTMODSEQ; RFC 8474 4.3 MAILBOXID; RFC 9051 6.3.11 DELETED.
using Rialto.MailAccess.Imap.Wire;
using Rialto.Store;

namespace Rialto.MailAccess.Imap.Commands;

[Flags]
internal enum StatusItems
{
    None = 0,
    Messages = 1,
    Recent = 2,
    UidNext = 4,
    UidValidity = 8,
    Unseen = 16,
    AppendLimit = 32,
    HighestModSeq = 64,
    Size = 128,
    MailboxId = 256,
    Deleted = 512,
}

internal sealed class StatusCommand : ImapCommand
{
    private string _name = "";
    private StatusItems _items;

    public override void Parse(ref ImapParser parser)
    {
        parser.Space();
        _name = parser.Mailbox();
        parser.Space();
        _items = ParseItems(ref parser);
    }

    public override async ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel)
    {
        if (await session.Namespaces.FindAsync(_name, cancel) is not { } place)
            return ImapErrors.NoMailbox;
        if ((place.Mailbox.RightsOn(place.Folder.Id) & FolderRights.ReadAny) == 0)
            return ImapErrors.From(StoreError.AccessDenied);
        // RFC 7162 3.1: who asks for it knows it.
        if (_items.HasFlag(StatusItems.HighestModSeq))
            session.EnableModSeq();
        await WriteAsync(session, place, _items, cancel);
        return ImapReply.Ok("STATUS completed");
    }

    /// <summary>"(" status-att *(SP status-att) ")"</summary>
    internal static StatusItems ParseItems(ref ImapParser parser)
    {
        parser.Expect((byte)'(', "Status items expected");
        var items = StatusItems.None;
        do
        {
            if (parser.TryTakeWord("MESSAGES"u8))
                items |= StatusItems.Messages;
            else if (parser.TryTakeWord("RECENT"u8))
                items |= StatusItems.Recent;
            else if (parser.TryTakeWord("UIDNEXT"u8))
                items |= StatusItems.UidNext;
            else if (parser.TryTakeWord("UIDVALIDITY"u8))
                items |= StatusItems.UidValidity;
            else if (parser.TryTakeWord("UNSEEN"u8))
                items |= StatusItems.Unseen;
            else if (parser.TryTakeWord("APPENDLIMIT"u8))
                items |= StatusItems.AppendLimit;
            else if (parser.TryTakeWord("HIGHESTMODSEQ"u8))
                items |= StatusItems.HighestModSeq;
            else if (parser.TryTakeWord("SIZE"u8))
                items |= StatusItems.Size;
            else if (parser.TryTakeWord("MAILBOXID"u8))
                items |= StatusItems.MailboxId;
            else if (parser.TryTakeWord("DELETED"u8))
                items |= StatusItems.Deleted;
            else
                parser.Fail("Unknown status item");
        }
        while (!parser.Failed && parser.TryTake((byte)' '));
        parser.Expect((byte)')', "Closing bracket of the status items expected");
        return items;
    }

    /// <summary>The STATUS response: the folder's counters, no look at its messages but for DELETED, of which no counter is kept.</summary>
    internal static async ValueTask WriteAsync(ImapSession session, MailboxPlace place, StatusItems items, CancellationToken cancel)
    {
        // In public folders everybody has read something else.
        if (items.HasFlag(StatusItems.Unseen))
            await place.Mailbox.CountUnreadAsync(place.Folder, cancel);
        var deleted = items.HasFlag(StatusItems.Deleted) ? await CountDeletedAsync(place, cancel) : 0;
        var recent = items.HasFlag(StatusItems.Recent) && session.Options.TellsRecent ? await CountRecentAsync(session, place, cancel) : 0;
        Write(session, place, items, deleted, recent);
    }

    private static async ValueTask<int> CountRecentAsync(ImapSession session, MailboxPlace place, CancellationToken cancel)
    {
        var mark = (await session.MarksOfAsync(place.Mailbox, cancel)).Of(place.Folder.Id);
        if (place.Folder.Counters.Count == 0 || mark >= place.Folder.Counters.UidNext)
            return 0;
        if (mark == 1)
            return place.Folder.Counters.Count;
        var opened = await place.Mailbox.OpenViewAsync(place.Folder.Id, cancel);
        if (!opened.TryGet(out var view))
            return 0;
        using (view)
        {
            var snapshot = view.Current;
            var first = snapshot.PositionOfUid(mark);
            return snapshot.Count - (first < 0 ? ~first : first);
        }
    }

    private static async ValueTask<int> CountDeletedAsync(MailboxPlace place, CancellationToken cancel)
    {
        var opened = await place.Mailbox.OpenViewAsync(place.Folder.Id, cancel);
        if (!opened.TryGet(out var view))
            return 0;
        using (view)
            return ExpungeCommand.Marked(view.Current, null).Count;
    }

    private static void Write(ImapSession session, MailboxPlace place, StatusItems items, int deleted, int recent)
    {
        var folder = place.Folder;
        var writer = session.Writer;
        writer.Raw("* STATUS "u8);
        writer.Mailbox(place.Name);
        var separator = " ("u8;
        Item(StatusItems.Messages, "MESSAGES "u8, folder.Counters.Count, ref separator);
        Item(StatusItems.Recent, "RECENT "u8, recent, ref separator);
        Item(StatusItems.UidNext, "UIDNEXT "u8, folder.Counters.UidNext, ref separator);
        Item(StatusItems.UidValidity, "UIDVALIDITY "u8, folder.UidValidity, ref separator);
        Item(StatusItems.Unseen, "UNSEEN "u8, place.Mailbox.UnreadOf(folder), ref separator);
        Item(StatusItems.HighestModSeq, "HIGHESTMODSEQ "u8, ModSeq.Highest(folder.Counters.HighestSequence), ref separator);
        Item(StatusItems.Size, "SIZE "u8, folder.Counters.Size, ref separator);
        Item(StatusItems.Deleted, "DELETED "u8, deleted, ref separator);
        Item(StatusItems.AppendLimit, "APPENDLIMIT "u8, session.Engine.Options.MaximumMessageSize, ref separator);
        if (items.HasFlag(StatusItems.MailboxId))
        {
            writer.Raw(separator);
            writer.Raw("MAILBOXID ("u8);
            writer.Ascii(ObjectIds.OfMailbox(place.Mailbox, folder.Id));
            writer.Raw(")"u8);
        }
        writer.Raw(")\r\n"u8);

        void Item(StatusItems item, ReadOnlySpan<byte> label, long value, ref ReadOnlySpan<byte> before)
        {
            if (!items.HasFlag(item))
                return;
            writer.Raw(before);
            writer.Raw(label);
            writer.Number(value);
            before = " "u8;
        }
    }
}
