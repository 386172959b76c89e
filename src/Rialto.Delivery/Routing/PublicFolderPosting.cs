// [MS-OXCPERM] 2.2.7 (Create), over mail: who may post to a public folder by its address.
using Rialto.Directory;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Delivery;

/// <summary>Whether a message to a public folder's address may be put there: asked when a recipient is named (SMTP) and again at delivery.</summary>
public static class PublicFolderPosting
{
    /// <summary>Why not; null when it may, or when the store cannot say now: delivery tries again.</summary>
    /// <param name="submitter">The authenticated account that sends; null for mail from outside, which is anonymous whoever it says that it is from.</param>
    /// <param name="size">Bytes, as far as they are known.</param>
    public static async ValueTask<DeliveryStatus?> RefuseAsync(
        StoreEngine store, DirectorySnapshot directory, MailPublicFolder folder, Account? submitter, long size, CancellationToken cancel)
    {
        if (directory.PublicStore is not { } publicStore) return DeliveryStatus.UnknownRecipient;
        if (!(await store.OpenAsync(publicStore.MailboxGuid, Principal.System, cancel)).TryGet(out var session)) return null;
        using (session)
        {
            var id = new FolderId(folder.FolderId);
            if (!session.Folders.TryGet(id, out var found)) return DeliveryStatus.UnknownRecipient;
            if (!MayPost(session, directory, id, submitter)) return DeliveryStatus.PublicFolderRefused;
            var limits = FolderLimits.Of(found);
            if (size > limits.MessageSize) return DeliveryStatus.TooLarge;
            var (used, limit) = session.Quota;
            return found.Counters.Size + size > limits.Quota || (limit > 0 && used + size > limit) ? DeliveryStatus.OverQuota : null;
        }
    }

    /// <summary>Whether the sender has the right to create items in the folder.</summary>
    internal static bool MayPost(MailboxSession mailbox, DirectorySnapshot directory, FolderId folder, Account? submitter)
    {
        var principal = submitter is null ? Principal.Anonymous : Authenticator.PrincipalOf(directory, submitter);
        if (submitter is not null && directory.PublicStore is { } store && directory.Includes(store.FullAccess, submitter))
            principal = principal with { Kind = PrincipalKind.Administrator };
        return (mailbox.RightsOf(principal, folder) & FolderRights.Create) != 0;
    }
}
