// RFC 5465 3 NOTIFY, 8 grammar.
using Rialto.MailAccess.Imap.Wire;

namespace Rialto.MailAccess.Imap.Commands;

internal sealed class NotifyCommand : ImapCommand
{
    private readonly List<NotifyGroup> _groups = [];
    private bool _isNone;
    private bool _status;
    private bool _hasUnknown;

    /// <summary>notify = "NOTIFY" SP ("NONE" / "SET" [SP "STATUS"] SP event-group *(SP event-group))</summary>
    public override void Parse(ref ImapParser parser)
    {
        parser.Space();
        _isNone = parser.TryTakeWord("NONE"u8);
        if (_isNone)
            return;
        if (!parser.TryTakeWord("SET"u8))
            parser.Fail("SET or NONE expected");
        parser.Space();
        _status = parser.TryTakeWord("STATUS"u8);
        if (_status)
            parser.Space();
        do
        {
            if (_groups.Count == parser.Options.MaximumListPatterns)
                parser.Fail("Too many event groups");
            ParseGroup(ref parser);
        }
        while (!parser.Failed && parser.TryTake((byte)' '));
        if (_groups.Count(g => g.IsOfSelected) > 1)
            parser.Fail("The selected mailbox is named once");
    }

    /// <summary>event-group = "(" filter-mailboxes SP events ")"</summary>
    private void ParseGroup(ref ImapParser parser)
    {
        parser.Expect((byte)'(', "Event group expected");
        var scope = ParseScope(ref parser);
        var names = new List<string>();
        if (scope is NotifyScope.Subtree or NotifyScope.Mailboxes)
        {
            parser.Space();
            ParseNames(ref parser, names);
        }
        parser.Space();
        var items = new List<FetchItem>();
        var events = parser.TryTakeWord("NONE"u8) ? NotifyEvents.None : ParseEvents(ref parser, items);
        parser.Expect((byte)')', "Closing bracket of the event group expected");
        var messages = events & (NotifyEvents.MessageNew | NotifyEvents.MessageExpunge);
        // 5.: the two go together, and changes of flags only with them. (Examples in 3.1 have one alone; what must be answered is said here.)
        if (messages is NotifyEvents.MessageNew or NotifyEvents.MessageExpunge || messages == NotifyEvents.None && (events & NotifyEvents.FlagChange) != 0)
            parser.Fail("MessageNew and MessageExpunge go together, FlagChange with them");
        var group = new NotifyGroup(scope, names, events, items);
        if (items.Count > 0 && !group.IsOfSelected)
            parser.Fail("Data items are told of the selected mailbox alone");
        if (group.IsOfSelected && (events & ~NotifyEvents.OfMessages) != 0)
            parser.Fail("Of the selected mailbox events of messages are told alone");
        _groups.Add(group);
    }

    private static NotifyScope ParseScope(ref ImapParser parser)
    {
        if (parser.TryTakeWord("selected-delayed"u8))
            return NotifyScope.SelectedDelayed;
        if (parser.TryTakeWord("selected"u8))
            return NotifyScope.Selected;
        if (parser.TryTakeWord("inboxes"u8))
            return NotifyScope.Inboxes;
        if (parser.TryTakeWord("personal"u8))
            return NotifyScope.Personal;
        if (parser.TryTakeWord("subscribed"u8))
            return NotifyScope.Subscribed;
        if (parser.TryTakeWord("subtree"u8))
            return NotifyScope.Subtree;
        if (!parser.TryTakeWord("mailboxes"u8))
            parser.Fail("Unknown mailbox specifier");
        return NotifyScope.Mailboxes;
    }

    private static void ParseNames(ref ImapParser parser, List<string> names)
    {
        if (!parser.TryTake((byte)'('))
        {
            names.Add(parser.Mailbox());
            return;
        }
        do
        {
            if (names.Count == parser.Options.MaximumNotifiedMailboxes)
                parser.Fail("Too many mailboxes");
            names.Add(parser.Mailbox());
        }
        while (!parser.Failed && parser.TryTake((byte)' '));
        parser.Expect((byte)')', "Closing bracket of the mailboxes expected");
    }

    private NotifyEvents ParseEvents(ref ImapParser parser, List<FetchItem> items)
    {
        parser.Expect((byte)'(', "Events expected");
        var events = NotifyEvents.None;
        do
        {
            if (parser.TryTakeWord("MessageNew"u8))
            {
                events |= NotifyEvents.MessageNew;
                if (parser.TryTakeLetters(" ("u8))
                    items.AddRange(FetchItem.ParseList(ref parser));
            }
            else if (parser.TryTakeWord("MessageExpunge"u8))
                events |= NotifyEvents.MessageExpunge;
            else if (parser.TryTakeWord("FlagChange"u8))
                events |= NotifyEvents.FlagChange;
            else if (parser.TryTakeWord("MailboxName"u8))
                events |= NotifyEvents.MailboxName;
            else if (parser.TryTakeWord("SubscriptionChange"u8))
                events |= NotifyEvents.SubscriptionChange;
            else if (parser.TryTakeWord("MailboxMetadataChange"u8))
                events |= NotifyEvents.MailboxMetadataChange;
            else if (parser.TryTakeWord("ServerMetadataChange"u8))
                events |= NotifyEvents.ServerMetadataChange;
            else
                _hasUnknown |= !parser.Atom().IsEmpty;
        }
        while (!parser.Failed && parser.TryTake((byte)' '));
        parser.Expect((byte)')', "Closing bracket of the events expected");
        return events;
    }

    public override async ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel)
    {
        if (_hasUnknown)
            return ImapReply.No("BADEVENT (MessageNew MessageExpunge FlagChange MailboxName SubscriptionChange MailboxMetadataChange ServerMetadataChange)", "Not every event can be told");
        // What happened until now is told as before; from here on only what is asked for.
        if (session.Selected is { } selected)
            await selected.WriteUpdatesAsync(session, mayExpunge: true);
        var notifications = await Notifications.OpenAsync(session, _groups, cancel);
        session.Notify(notifications);
        await notifications.WriteRefusedAsync(cancel);
        if (_status)
            await notifications.WriteAllAsync(cancel);
        return ImapReply.Ok("NOTIFY completed");
    }
}
