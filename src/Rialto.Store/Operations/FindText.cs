// RFC 9051 6.4.4 SEARCH keys; the same criteria serve the other protocols' searches.
using System.Buffers;
using System.Text;
using Rialto.Store.Backend;
using Rialto.Store.Engine;
using Rialto.Store.Searching.Text;

namespace Rialto.Store.Operations;

/// <summary>Text searches within a folder.</summary>
internal static class FindText
{
    /// <summary>Messages listed out of the full-text index may be anywhere in the mailbox; so many and more are compared with the folder's view.</summary>
    private const int FewResults = 200;

    public static async ValueTask<StoreResult<IReadOnlyList<MessageId>>> RunAsync(Mailbox mailbox, FolderId folder, TextCriterion criterion, CancellationToken cancel)
    {
        switch (criterion.Target)
        {
            case TextTarget.Any or TextTarget.Body:
                return StoreResult.Of(await IndexedAsync(mailbox, folder, new TextQuery(criterion.Target == TextTarget.Body ? TextField.Body : TextField.Any, criterion.Text), cancel));
            case TextTarget.Header:
                return criterion.Header.Length == 0 ? StoreError.InvalidArgument : StoreResult.Of(await HeaderAsync(mailbox, folder, criterion, cancel));
            case TextTarget.Subject or TextTarget.From or TextTarget.To or TextTarget.Cc or TextTarget.Bcc:
                return StoreResult.Of(await ColumnAsync(mailbox, folder, criterion.Target, criterion.Text, cancel));
            default:
                return StoreError.InvalidArgument;
        }
    }

    private static async ValueTask<IReadOnlyList<MessageId>> IndexedAsync(Mailbox mailbox, FolderId folder, TextQuery query, CancellationToken cancel)
    {
        var hits = await mailbox.Indexer.SearchAsync(query, cancel);
        return await new TextVerifier(mailbox, hits, query).KeepAsync(await InFolderAsync(mailbox, folder, hits, cancel), cancel);
    }

    /// <summary>Those of the messages found that are in the folder, ascending.</summary>
    private static async ValueTask<IReadOnlyList<MessageId>> InFolderAsync(Mailbox mailbox, FolderId folder, TextHits hits, CancellationToken cancel)
    {
        var found = hits.Ids;
        if (found is { Count: 0 })
            return [];
        if (found is { Count: <= FewResults } && mailbox.Views.FindIndex(folder) is null)
            return [.. (await mailbox.Storage.ReadRowsAsync(found.ToArray(), cancel)).Where(r => r.Folder == folder && (r.State & MessageState.SoftDeleted) == 0).Select(r => r.Id).Order()];
        var index = await mailbox.Views.OpenIndexAsync(folder);
        try
        {
            var snapshot = index.Current;
            var positions = found is null ? [.. Enumerable.Range(0, snapshot.Count)] : snapshot.PositionsOf(found);
            var ids = new long[positions.Count];
            for (var i = 0; i < ids.Length; i++)
                ids[i] = snapshot[positions[i]].Id.Value;
            Array.Sort(ids);
            return Array.ConvertAll(ids, static id => new MessageId(id));
        }
        finally
        {
            mailbox.Views.Release(index);
        }
    }

    private static async ValueTask<IReadOnlyList<MessageId>> ColumnAsync(Mailbox mailbox, FolderId folder, TextTarget target, string text, CancellationToken cancel)
    {
        var index = await mailbox.Views.OpenIndexAsync(folder);
        try
        {
            if (await index.Texts(target, mailbox.Engine.Options.MaximumTextColumn).FindAsync(index.Current, text, cancel) is { } found)
                return found;
        }
        finally
        {
            mailbox.Views.Release(index);
        }
        var sink = new SummarySearch(target, text);
        await mailbox.Storage.ScanSummariesAsync(folder, 0, uint.MaxValue, sink.Columns, sink, cancel);
        return sink.Sorted();
    }

    private static async ValueTask<IReadOnlyList<MessageId>> HeaderAsync(Mailbox mailbox, FolderId folder, TextCriterion criterion, CancellationToken cancel)
    {
        // The one header that clients look up by the thousand stands in the summary.
        if (criterion.Header.Equals("Message-ID", StringComparison.OrdinalIgnoreCase) && criterion.Text.Length > 0)
            return await ColumnAsync(mailbox, folder, TextTarget.Header, criterion.Text, cancel);
        // The index knows what stands in headers, not in which field; without a text the field's name stands there.
        var sought = criterion.Text.Any(char.IsLetterOrDigit) ? criterion.Text : criterion.Header;
        var hits = await mailbox.Indexer.SearchAsync(new TextQuery(TextField.Header, sought), cancel) with { IsExact = false };
        var folded = SearchText.Fold(criterion.Text);
        return await new TextVerifier(mailbox, hits, texts => texts.HeaderHolds(criterion.Header, folded)).KeepAsync(await InFolderAsync(mailbox, folder, hits, cancel), cancel);
    }

    /// <summary>Substring search over hot columns without making a string of any of them.</summary>
    private sealed class SummarySearch : ISummarySink
    {
        private readonly TextTarget _target;
        private readonly SearchValues<string>? _text;
        private readonly List<MessageId> _found = [];
        private char[] _buffer = new char[512];

        public SummarySearch(TextTarget target, string text)
        {
            _target = target;
            _text = text.Length == 0 ? null : SearchValues.Create([text], StringComparison.OrdinalIgnoreCase);
        }

        public SummaryColumns Columns => _target switch
        {
            TextTarget.Subject => SummaryColumns.Subject,
            TextTarget.From => SummaryColumns.From,
            TextTarget.To => SummaryColumns.To,
            TextTarget.Cc => SummaryColumns.Cc,
            TextTarget.Bcc => SummaryColumns.Bcc,
            _ => SummaryColumns.InternetMessageId,
        };

        public IReadOnlyList<MessageId> Sorted()
        {
            _found.Sort();
            return _found;
        }

        public void Add(in SummaryRow row)
        {
            var matches = _text is null || _target switch
            {
                TextTarget.Subject => Contains(row.SubjectPrefix, row.NormalizedSubject),
                TextTarget.From => Contains(row.FromName, default) || Contains(row.FromAddress, default),
                TextTarget.To => Contains(row.DisplayTo, default),
                TextTarget.Cc => Contains(row.DisplayCc, default),
                TextTarget.Bcc => Contains(row.DisplayBcc, default),
                _ => Contains(row.InternetMessageId, default),
            };
            if (matches)
                _found.Add(row.Id);
        }

        private bool Contains(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
        {
            // As many characters as bytes at most.
            if (_buffer.Length < first.Length + second.Length)
                _buffer = new char[(first.Length + second.Length) * 2];
            var length = Encoding.UTF8.GetChars(first, _buffer);
            length += Encoding.UTF8.GetChars(second, _buffer.AsSpan(length));
            return _buffer.AsSpan(0, length).ContainsAny(_text!);
        }
    }
}
