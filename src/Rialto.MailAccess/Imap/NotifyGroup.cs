// RFC 5465 5 events, 6 mailbox specifiers, 8 grammar.
using Rialto.MailAccess.Imap.Wire;

namespace Rialto.MailAccess.Imap;

/// <summary>The events that are told. RFC 5465 5.</summary>
[Flags]
internal enum NotifyEvents
{
    None = 0,
    MessageNew = 1,
    MessageExpunge = 2,
    FlagChange = 4,
    MailboxName = 8,
    SubscriptionChange = 16,
    MailboxMetadataChange = 32,
    ServerMetadataChange = 64,
    OfMessages = MessageNew | MessageExpunge | FlagChange,
}

internal enum NotifyScope
{
    Selected,
    SelectedDelayed,
    Inboxes,
    Personal,
    Subscribed,
    Subtree,
    Mailboxes,
}

/// <summary>One event-group.</summary>
/// <param name="Items">What is told of new messages of the selected mailbox.</param>
internal sealed record NotifyGroup(NotifyScope Scope, IReadOnlyList<string> Names, NotifyEvents Events, IReadOnlyList<FetchItem> Items)
{
    public bool IsOfSelected => Scope is NotifyScope.Selected or NotifyScope.SelectedDelayed;

    /// <summary>Whether it means a mailbox, selected or not. 6.2 to 6.6.</summary>
    public bool Means(string name, bool isInbox, Subscriptions subscriptions) => Scope switch
    {
        NotifyScope.Inboxes => isInbox,
        NotifyScope.Personal => !Namespaces.IsShared(name),
        NotifyScope.Subscribed => subscriptions.Contains(name),
        NotifyScope.Subtree => Names.Any(n => name.Equals(n, StringComparison.OrdinalIgnoreCase) || name.StartsWith(n + MailboxNames.Separator, StringComparison.OrdinalIgnoreCase)),
        NotifyScope.Mailboxes => Names.Contains(name, StringComparer.OrdinalIgnoreCase),
        _ => false,
    };
}
