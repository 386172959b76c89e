using System.Runtime.CompilerServices;
using Rialto.Store.Backend;

namespace Rialto.Store;

/// <summary>The blobs that mailboxes refer to: the marks of <see cref="IBlobStore.SweepAsync"/>.</summary>
public static class BlobMarks
{
    private const int Page = 1000;

    /// <summary>
    /// Every reference of every mailbox. Messages that arrive while this runs may be missed: the sweep's grace period, counted from a blob's writing, covers them;
    /// a blob that an old message alone refers to and that is copied meanwhile stays marked through that message.
    /// </summary>
    public static async IAsyncEnumerable<BlobRef> OfAllAsync(StoreEngine engine, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        var mailboxes = new List<Guid>();
        await foreach (var header in engine.Backend.ListMailboxesAsync(cancel))
            mailboxes.Add(header.Id);
        foreach (var mailbox in mailboxes)
        {
            await foreach (var blob in OfMailboxAsync(engine, mailbox, cancel))
                yield return blob;
        }
    }

    /// <summary>The references of one mailbox, with repetitions.</summary>
    public static async IAsyncEnumerable<BlobRef> OfMailboxAsync(StoreEngine engine, Guid id, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        if (await engine.AcquireAsync(id, cancel) is not { } mailbox)
            yield break;
        try
        {
            MessageId after = default;
            while (true)
            {
                var ids = await mailbox.Storage.ListIdsAsync(after, Page, cancel);
                if (ids.Count == 0)
                    break;
                foreach (var row in await mailbox.Storage.ReadRowsAsync(ids.ToArray(), cancel))
                {
                    yield return row.Content;
                    if (!row.DerivedMime.IsNone)
                        yield return row.DerivedMime;
                }
                after = ids[^1];
            }
        }
        finally
        {
            engine.Release(mailbox);
        }
    }
}
