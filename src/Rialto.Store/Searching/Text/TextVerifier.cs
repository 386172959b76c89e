using Rialto.Store.Backend;
using Rialto.Store.Engine;

namespace Rialto.Store.Searching.Text;

/// <summary>
/// Reads the messages of which the full-text index cannot say for certain that they hold a text: those whose texts were replaced, and where punctuation or several words are looked for,
/// of which it knows the order alone. At most the messages that the index names are read, of each as much as is indexed.
/// </summary>
internal sealed class TextVerifier(Mailbox mailbox, TextHits hits, Func<MessageTexts, bool> holds)
{
    /// <summary>Rows read at once.</summary>
    private const int Page = 128;

    public TextVerifier(Mailbox mailbox, TextHits hits, TextQuery query)
        : this(mailbox, hits, Judge(query))
    {
    }

    private static Func<MessageTexts, bool> Judge(TextQuery query)
    {
        var folded = SearchText.Fold(query.Text);
        return texts => texts.Holds(query.Field, folded);
    }

    /// <summary>Those that hold it, in their order.</summary>
    public async ValueTask<IReadOnlyList<MessageId>> KeepAsync(IReadOnlyList<MessageId> ids, CancellationToken cancel)
    {
        MessageId[] open = hits.IsExact ? [.. ids.Where(hits.Doubtful.Contains)] : [.. ids];
        if (open.Length == 0)
            return ids;
        var wrong = open.ToHashSet();
        foreach (var some in open.Chunk(Page))
        {
            foreach (var row in await mailbox.Storage.ReadRowsAsync(some, cancel))
            {
                cancel.ThrowIfCancellationRequested();
                if (holds(await ReadAsync(mailbox, row, cancel)))
                    wrong.Remove(row.Id);
            }
        }
        return wrong.Count == 0 ? ids : [.. ids.Where(id => !wrong.Contains(id))];
    }

    /// <summary>What the index takes of a message.</summary>
    public static async ValueTask<MessageTexts> ReadAsync(Mailbox mailbox, MessageRow row, CancellationToken cancel)
    {
        var engine = mailbox.Engine;
        using var lease = await engine.Backend.Blobs.OpenAsync(row.Mime, cancel);
        return engine.Converter.ExtractTexts(lease.Memory, engine.Options.MaximumIndexedText);
    }
}
