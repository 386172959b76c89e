// RFC 3501 6.3.3; RFC 8474 4.2 MAILBOXID; RFC 9051 6.3.4, 6.3.9.7 OLDNAME.
using Rialto.MailAccess.Imap.Wire;
using Rialto.Store;

namespace Rialto.MailAccess.Imap.Commands;

internal sealed class CreateCommand : ImapCommand
{
    private string _name = "";

    public override void Parse(ref ImapParser parser)
    {
        parser.Space();
        _name = parser.Mailbox();
    }

    public override async ValueTask<ImapReply> RunAsync(ImapSession session, CancellationToken cancel)
    {
        // A separator at the end says that names will be created below: the mailbox itself is what is made.
        var name = _name.EndsWith(MailboxNames.Separator) ? _name[..^1] : _name;
        if (name.Length == 0 || await session.Namespaces.ResolveAsync(name, cancel) is not { } names || !names.TryPlace(name, out var parent, out var missing))
            return ImapErrors.From(StoreError.InvalidName);
        if (missing.Count == 0)
            return ImapErrors.From(StoreError.AlreadyExists);
        // Clients that make a mailbox subscribe to it themselves; what others make is subscribed.
        var leftOut = await Subscriptions.LeaveOutAsync(session.Mailbox, names, parent, missing, cancel);
        var (error, created) = await CreateAsync(names.Mailbox, parent, missing, cancel);
        if (error != StoreError.None)
        {
            foreach (var never in leftOut.Where(n => names.Find(n) is null))
                await Subscriptions.ForgetAsync(session.Mailbox, never, cancel);
            return ImapErrors.From(error);
        }
        // Folders on the way are found in any spelling: the mailbox may have another name than the one that was asked for.
        if (session.IsRevision2 && names.NameOf(created) is var made && !made.Equals(name, StringComparison.Ordinal))
            ListCommand.WriteOldName(session.Writer, names.Listed(created), _name);
        return ImapReply.Ok($"MAILBOXID ({ObjectIds.OfMailbox(names.Mailbox, created.Id)})", "CREATE completed");
    }

    /// <summary>Creates the folders of a path one in another. Those on the way may be there by now.</summary>
    internal static async ValueTask<(StoreError Error, Folder Folder)> CreateAsync(MailboxSession mailbox, Folder parent, IReadOnlyList<string> path, CancellationToken cancel)
    {
        for (var i = 0; i < path.Count; i++)
        {
            var created = await mailbox.CreateFolderAsync(parent.Id, new NewFolder(path[i]) { OpenExisting = i < path.Count - 1 }, cancel);
            if (!created.TryGet(out var folder))
                return (created.Error, parent);
            parent = folder;
        }
        return (StoreError.None, parent);
    }
}
