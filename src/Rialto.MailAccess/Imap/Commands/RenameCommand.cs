// RFC 3501 6.3.5.
using Rialto.MailAccess.Imap.Wire;
using Rialto.Model;
using Rialto.Store;
using Rialto.Store.Views;

namespace Rialto.MailAccess.Imap.Commands;

internal sealed class RenameCommand : ImapCommand
{
    private string _from = "";
    private string _to = "";

    public override void Parse(ref ImapParser parser)
    {
        parser.Space();
        _from = parser.Mailbox();
        parser.Space();
        _to = parser.Mailbox();
    }

    public override async ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel)
    {
        if (await session.Namespaces.ResolveAsync(_from, cancel) is not { } names || names.Find(_from) is not { } folder)
            return ImapErrors.NoMailbox;
        var to = _to.EndsWith(MailboxNames.Separator) ? _to[..^1] : _to;
        // Another store's folders are others.
        if (await session.Namespaces.ResolveAsync(to, cancel) is not { } there || there.Mailbox.MailboxId != names.Mailbox.MailboxId)
            return ImapReply.No("CANNOT", "A mailbox stays in its namespace");
        if (to.Length == 0 || !names.TryPlace(to, out var parent, out var missing))
            return ImapErrors.From(StoreError.InvalidName);
        // Another spelling of its own name is a rename too.
        if (missing.Count == 0 && parent.Id != folder.Id)
            return ImapErrors.From(StoreError.AlreadyExists);
        if (folder.Special == SpecialFolder.Inbox)
            return missing.Count == 0 ? ImapErrors.From(StoreError.AlreadyExists) : await MoveInboxAsync(names.Mailbox, folder, parent, missing, cancel);
        if (folder.IsSpecial)
            return ImapErrors.From(StoreError.SpecialFolder);
        if (missing.Count == 0)
        {
            var respelled = await names.Mailbox.MoveFolderAsync(folder.Id, folder.Parent, to.Split(MailboxNames.Separator)[^1], cancel);
            return respelled.Succeeded ? ImapReply.Ok("RENAME completed") : ImapErrors.From(respelled.Error);
        }
        if (IsWithin(names.Mailbox.Folders, parent, folder))
            return ImapReply.No("CANNOT", "A mailbox cannot go below itself");
        var (error, target) = await CreateCommand.CreateAsync(names.Mailbox, parent, [.. missing.Take(missing.Count - 1)], cancel);
        if (error != StoreError.None)
            return ImapErrors.From(error);
        var moved = await names.Mailbox.MoveFolderAsync(folder.Id, target.Id, missing[^1], cancel);
        if (!moved.Succeeded)
            return ImapErrors.From(moved.Error);
        if (session.IsRevision2 && names.Mailbox.Folders.TryGet(folder.Id, out var renamed))
        {
            var subscriptions = await Subscriptions.ReadAsync(session.Mailbox, cancel);
            ListCommand.WriteOldName(session.Writer, names.Listed(renamed), _from, subscriptions.Contains(names.NameOf(renamed)));
        }
        return ImapReply.Ok("RENAME completed");
    }

    // "Renaming INBOX is permitted, and has special behavior": its messages move to a new mailbox, INBOX stays and is empty.
    private static async ValueTask<ImapReply> MoveInboxAsync(MailboxSession mailbox, Folder inbox, Folder parent, IReadOnlyList<string> missing, CancellationToken cancel)
    {
        var (error, target) = await CreateCommand.CreateAsync(mailbox, parent, missing, cancel);
        if (error != StoreError.None)
            return ImapErrors.From(error);
        var opened = await mailbox.OpenViewAsync(inbox.Id, cancel);
        if (!opened.TryGet(out var view))
            return ImapErrors.From(opened.Error);
        using (view)
        {
            var snapshot = view.Current;
            var ids = Selection.All(snapshot).Ids(snapshot);
            if (ids.Length > 0)
            {
                var moved = await mailbox.MoveAsync(inbox.Id, ids, target.Id, cancel);
                if (!moved.Succeeded)
                    return ImapErrors.From(moved.Error);
            }
        }
        return ImapReply.Ok("RENAME completed");
    }

    private static bool IsWithin(FolderTree tree, Folder folder, Folder ancestor)
    {
        while (folder.Id != ancestor.Id)
        {
            if (folder.Id == folder.Parent || !tree.TryGet(folder.Parent, out var parent))
                return false;
            folder = parent;
        }
        return true;
    }
}
