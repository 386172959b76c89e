using Rialto.Model;
using Rialto.Store.Backend;
using Rialto.Store.Engine;

namespace Rialto.Store.Views;

/// <summary>A message as tables evaluate it: its row, and its content where the row cannot answer.</summary>
internal readonly record struct RowSource(MessageRow Row, PropertyMessage? Content, MailboxHeader Mailbox) : IPropertySource
{
    public bool TryGet(PropertyTag tag, out PropertyValue value)
    {
        if (SummaryProperties.TryGet(Row, Mailbox, tag, out value))
            return !value.IsAbsent;
        return Content is not null && Content.Properties.TryGet(tag.Id, out value);
    }

    public IEnumerable<IPropertySource> SubObjects(PropertyTag subObject) => Content is null ? [] : new PropertyMessageSource(Content).SubObjects(subObject);

    public bool? Decide(Restriction term) => null;
}

/// <summary>A restriction over the messages of a folder: what it needs to see, and its answer.</summary>
internal sealed class RowFilter
{
    private readonly Restriction _restriction;

    public RowFilter(Restriction restriction)
    {
        _restriction = restriction;
        NeedsContent = !RestrictionAnalysis.Of(restriction).NeedsOnly(SummaryProperties.Knows);
    }

    /// <summary>Whether the summary row alone cannot decide.</summary>
    public bool NeedsContent { get; }

    public bool Matches(RowSource message) => RestrictionEvaluator.Matches(_restriction, message);
}

/// <summary>Opens messages for tables.</summary>
internal static class RowSources
{
    /// <summary>The message with its content when that is asked for; content that cannot be read counts as having no properties.</summary>
    public static async ValueTask<RowSource> OpenAsync(Mailbox mailbox, MessageRow row, bool withContent, CancellationToken cancel)
    {
        if (!withContent)
            return new RowSource(row, null, mailbox.Header);
        try
        {
            return new RowSource(row, await PropertyContent.ReadAsync(mailbox, row, cancel), mailbox.Header);
        }
        catch (InvalidDataException)
        {
            return new RowSource(row, null, mailbox.Header);
        }
    }
}
