using System.Runtime.CompilerServices;
using Rialto.Directory;
using Rialto.Server.Hosting;

namespace Rialto.Server.Commands;

/// <summary>What has to hold between the directory and the store: every enabled mailbox exists, and every mailbox has an owner.</summary>
internal static class DirectoryCheck
{
    public static async IAsyncEnumerable<string> CheckAsync(RialtoServices services, [EnumeratorCancellation] CancellationToken cancel)
    {
        var directory = services.Directory.Current;
        var stored = new HashSet<Guid>();
        await foreach (var header in services.Backend.ListMailboxesAsync(cancel))
        {
            stored.Add(header.Id);
            if (!header.IsPublic && directory.FindByMailbox(header.Id) is null && header.Owner != Guid.Empty && directory.Find(header.Owner) is not null)
                yield return $"mailbox {header.Id}: its owner {header.Owner} has another mailbox";
        }
        foreach (var owner in directory.Recipients.OfType<MailboxRecipient>())
            if (owner.MailboxEnabled && !stored.Contains(owner.MailboxGuid))
                yield return $"{owner.PrimaryAddress}: its mailbox {owner.MailboxGuid} is not in the store; `rialto mailbox enable {owner.PrimaryAddress}` makes it";
        await foreach (var defect in CheckPublicAsync(services, directory, cancel))
            yield return defect;
    }

    /// <summary>The public store is one, of its kind, and every address of a public folder leads to one.</summary>
    private static async IAsyncEnumerable<string> CheckPublicAsync(RialtoServices services, DirectorySnapshot directory, [EnumeratorCancellation] CancellationToken cancel)
    {
        var folders = directory.Recipients.OfType<MailPublicFolder>().ToList();
        if (directory.PublicStore is not { } store)
        {
            foreach (var folder in folders)
                yield return $"{folder.PrimaryAddress}: is the address of a public folder, and there are none";
            yield break;
        }
        using var session = await services.OpenMailboxAsync(store, cancel);
        if (session is null)
            yield break;
        if (!session.Header.IsPublic)
            yield return $"{store.PrimaryAddress}: the mailbox {store.MailboxGuid} is not one of public folders";
        foreach (var folder in folders)
        {
            if (!session.Folders.TryGet(new Store.FolderId(folder.FolderId), out _))
                yield return $"{folder.PrimaryAddress}: its public folder {folder.FolderId} is not there; mail to it is refused";
        }
    }
}
