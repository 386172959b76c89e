using Rialto.Model;
using Rialto.Store.Backend;
using Rialto.Store.Engine;

namespace Rialto.Store.Views;

/// <summary>A restriction over single messages, judged by as little of them as it asks for. Used by one request at a time.</summary>
public sealed class MessageFilter
{
    private readonly Mailbox _mailbox;
    private readonly RowFilter _filter;
    private readonly HotRow? _hot;

    internal MessageFilter(Mailbox mailbox, FolderId folder, Restriction restriction)
    {
        _mailbox = mailbox;
        _filter = new RowFilter(restriction, RowSources.KeywordsIdOf(mailbox));
        if (_filter is { IsHot: true, Columns: 0 })
            _hot = new HotRow(mailbox.Header, folder, Collation.Of(""));
    }

    /// <summary>Whether the narrow row decides.</summary>
    public bool IsNarrow => _hot is not null;

    /// <summary>The answer of the narrow row, where that decides.</summary>
    public bool Matches(in StateRow row)
    {
        if (_hot is null)
            throw new InvalidOperationException("The narrow row does not decide.");
        _hot.Set(Entries.From(row with { Keywords = null }, _mailbox.Keywords));
        return _filter.Matches(_hot);
    }

    public async ValueTask<bool> MatchesAsync(MessageRow row, CancellationToken cancel) =>
        _filter.Matches(await RowSources.OpenAsync(_mailbox, row, _filter.NeedsContent, cancel));
}
