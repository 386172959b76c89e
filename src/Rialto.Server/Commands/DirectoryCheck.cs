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
    }
}
