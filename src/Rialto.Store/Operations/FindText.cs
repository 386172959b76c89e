using Rialto.Store.Engine;

namespace Rialto.Store.Operations;

/// <summary>Text searches within a folder.</summary>
internal static class FindText
{
    // todo Searches come with the indexer.
    public static ValueTask<StoreResult<IReadOnlyList<MessageId>>> RunAsync(Mailbox mailbox, FolderId folder, TextCriterion criterion, CancellationToken cancel) =>
        new(StoreError.NotSupported);
}
