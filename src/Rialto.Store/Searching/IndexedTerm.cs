// [MS-OXCFOLD] 3.2.5.4: content-indexed searches find words and phrases through the full-text index.
using Rialto.Model;
using Rialto.Store.Backend;

namespace Rialto.Store.Searching;

/// <summary>A term that every match must satisfy and the full-text index can answer, and what remains to be judged.</summary>
internal sealed record IndexedTerm(TextQuery Query, Restriction? Rest)
{
    public static IndexedTerm? Of(SearchCriteria criteria)
    {
        if (criteria.IsNotIndexed)
            return null;
        if (QueryOf(criteria.Restriction) is { } whole)
            return new IndexedTerm(whole, null);
        if (criteria.Restriction is not AndRestriction and)
            return null;
        for (var i = 0; i < and.Terms.Count; i++)
        {
            if (QueryOf(and.Terms[i]) is { } query)
                return new IndexedTerm(query, new AndRestriction([.. and.Terms.Where((_, at) => at != i)]));
        }
        return null;
    }

    /// <summary>Only bodies: everything else stands in the summaries, where the exact answer costs less.</summary>
    private static TextQuery? QueryOf(Restriction? term) =>
        term is ContentRestriction { Tag.Id: PropertyIds.Body, Value: { Type: PropertyType.String or PropertyType.String8 } value } content
        && (content.Fuzzy & FuzzyLevel.IgnoreCase) != 0 && value.AsString() is { Length: > 0 } text && text.Any(char.IsLetterOrDigit)
            ? new TextQuery(TextField.Body, text)
            : null;
}
