// [MS-OXCDATA] 2.12 restrictions over the messages of a folder; [MS-OXCTABL] 3.2.5.4.
using Rialto.Model;
using Rialto.Store.Backend;
using Rialto.Store.Engine;

namespace Rialto.Store.Views;

/// <summary>A message as tables evaluate it: its row, and its content where the row cannot answer.</summary>
internal readonly record struct RowSource(MessageRow Row, PropertyMessage? Content, MailboxHeader Mailbox, ushort KeywordsId, Collation Collation) : IPropertySource
{
    public bool TryGet(PropertyTag tag, out PropertyValue value)
    {
        if (tag.Id == KeywordsId && KeywordsId != 0)
        {
            value = Row.Keywords.Count == 0 ? default : PropertyValue.OfArray(tag.WithType(PropertyType.MultipleString), Row.Keywords.ToArray());
            return !value.IsAbsent;
        }
        if (SummaryProperties.TryGet(Row, Mailbox, tag, out value))
            return !value.IsAbsent;
        return Content is not null && Content.Properties.TryGet(tag.Id, out value);
    }

    public IEnumerable<IPropertySource> SubObjects(PropertyTag subObject) => Content is null ? [] : new PropertyMessageSource(Content).SubObjects(subObject);

    public bool? Decide(Restriction term) => term is PropertyRestriction property ? TextOrder.Decide(property, this, Collation) : null;
}

/// <summary>Text compares in restrictions as the table's own order does, so that what is sought in a sorted table is where it should be.</summary>
internal static class TextOrder
{
    /// <summary>The term's answer where a single text compares with one; null leaves it to the evaluator.</summary>
    public static bool? Decide<TSource>(PropertyRestriction term, TSource source, Collation collation)
        where TSource : IPropertySource
    {
        if (term.Operator > RelationalOperator.NotEqual || term.Value.Reference is not string operand)
            return null;
        return source.TryGet(term.Tag, out var value) && value.Reference is string text ? Holds(term.Operator, collation.Compare(text, operand)) : null;
    }

    public static bool Holds(RelationalOperator relation, int order) => relation switch
    {
        RelationalOperator.LessThan => order < 0,
        RelationalOperator.LessThanOrEqual => order <= 0,
        RelationalOperator.GreaterThan => order > 0,
        RelationalOperator.GreaterThanOrEqual => order >= 0,
        RelationalOperator.Equal => order == 0,
        _ => order != 0,
    };
}

/// <summary>A restriction over the messages of a folder: what it needs to see, and its answer.</summary>
internal sealed class RowFilter
{
    private readonly Restriction _restriction;

    /// <param name="restriction">What is asked for.</param>
    /// <param name="keywordsId">The id of the mailbox for PidNameKeywords, which rows hold; 0 for none.</param>
    public RowFilter(Restriction restriction, ushort keywordsId = 0)
    {
        _restriction = restriction;
        var analysis = RestrictionAnalysis.Of(restriction);
        NeedsContent = !analysis.NeedsOnly(tag => SummaryProperties.Knows(tag) || (tag.Id == keywordsId && keywordsId != 0));
        IsHot = analysis.NeedsOnly(HotRow.Has);
        Seek = SeekOf(restriction);
        if (!IsHot)
            return;
        foreach (var tag in analysis.Tags)
            Columns |= HotRow.ColumnsOf(tag);
    }

    /// <summary>Whether the summary row alone cannot decide.</summary>
    public bool NeedsContent { get; }

    /// <summary>Whether the narrow row and the summary's hot columns decide, so that a folder is filtered by scans without whole rows.</summary>
    public bool IsHot { get; }

    /// <summary>The hot columns that it looks at.</summary>
    public SummaryColumns Columns { get; }

    /// <summary>
    /// A text that every match holds in a column which the folder's view keeps for searches: looking that up first leaves few messages to judge. Null for none.
    /// </summary>
    public TextCriterion? Seek { get; }

    private static TextCriterion? SeekOf(Restriction? restriction)
    {
        switch (restriction)
        {
            case AndRestriction and:
                foreach (var term in and.Terms)
                {
                    if (term is not AndRestriction && SeekOf(term) is { } found)
                        return found;
                }
                return null;
            case CountRestriction count when count.Term is not CountRestriction:
                return SeekOf(count.Term);
            // The column is of upper-case text: exact case is judged afterwards, marks that are to be ignored cannot be.
            case ContentRestriction { Value.Reference: string { Length: > 0 } text } content
                when (content.Fuzzy & (FuzzyLevel.IgnoreNonSpace | FuzzyLevel.Loose)) == 0 && content.Tag.Type is PropertyType.String or PropertyType.String8:
                return content.Tag.Id switch
                {
                    PropertyIds.Subject => new TextCriterion(TextTarget.Subject, text),
                    PropertyIds.SentRepresentingName => new TextCriterion(TextTarget.From, text),
                    PropertyIds.DisplayTo => new TextCriterion(TextTarget.To, text),
                    PropertyIds.DisplayCc => new TextCriterion(TextTarget.Cc, text),
                    _ => null,
                };
            default:
                return null;
        }
    }

    public bool Matches(RowSource message) => RestrictionEvaluator.Matches(_restriction, message);

    public bool Matches(HotRow row) => RestrictionEvaluator.Matches(_restriction, row);
}

/// <summary>Opens messages for tables.</summary>
internal static class RowSources
{
    /// <summary>The id by which the mailbox knows PidNameKeywords; 0 while it does not.</summary>
    public static ushort KeywordsIdOf(Mailbox mailbox) => mailbox.Writer.Applied.Names.TryGetId(PropertyNames.PidNameKeywords, out var id) ? id : (ushort)0;

    /// <summary>For whom no culture's order counts.</summary>
    public static ValueTask<RowSource> OpenAsync(Mailbox mailbox, MessageRow row, bool withContent, CancellationToken cancel) =>
        OpenAsync(mailbox, row, withContent, Collation.Of(""), cancel);

    /// <summary>The message with its content when that is asked for; content that cannot be read counts as having no properties.</summary>
    public static async ValueTask<RowSource> OpenAsync(Mailbox mailbox, MessageRow row, bool withContent, Collation collation, CancellationToken cancel)
    {
        var keywords = KeywordsIdOf(mailbox);
        if (!withContent)
            return new RowSource(row, null, mailbox.Header, keywords, collation);
        try
        {
            return new RowSource(row, await PropertyContent.ReadAsync(mailbox, row, cancel), mailbox.Header, keywords, collation);
        }
        catch (InvalidDataException)
        {
            return new RowSource(row, null, mailbox.Header, keywords, collation);
        }
    }
}
