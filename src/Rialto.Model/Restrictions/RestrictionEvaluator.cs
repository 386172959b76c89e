// [MS-OXCDATA] 2.12 restrictions, their meaning.
namespace Rialto.Model;

/// <summary>
/// The one evaluator of restrictions: tables, search folders, rules, IMAP SEARCH, the address book. Total: every restriction over every source gives an
/// answer, in time proportional to the terms and the values they touch.
/// </summary>
/// <remarks>
/// Where a property is absent or an error, no term over it holds, except that it is "not equal" to any constant. Over a multiple-valued property a term with
/// a single value holds when it holds for any of the values. Text compares by ordinal value, ignoring case as <see cref="PropertyComparer"/> does.
/// </remarks>
public static class RestrictionEvaluator
{
    /// <summary>Nesting beyond what any codec reads; a restriction built deeper than this matches nothing.</summary>
    public const int MaxDepth = 256;

    public static bool Matches<TSource>(Restriction? restriction, TSource source)
        where TSource : IPropertySource => restriction is null || Matches(restriction, ref source, 0);

    public static bool Matches(Restriction? restriction, PropertyBag bag) => Matches(restriction, new PropertyBagSource(bag));

    private static bool Matches<TSource>(Restriction? restriction, ref TSource source, int depth)
        where TSource : IPropertySource
    {
        if (depth > MaxDepth)
            return false;
        switch (restriction)
        {
            case AndRestriction and:
                for (var i = 0; i < and.Terms.Count; i++)
                {
                    if (!Matches(and.Terms[i], ref source, depth + 1))
                        return false;
                }
                return true;
            case OrRestriction or:
                for (var i = 0; i < or.Terms.Count; i++)
                {
                    if (Matches(or.Terms[i], ref source, depth + 1))
                        return true;
                }
                return false;
            case NotRestriction not:
                return !Matches(not.Term, ref source, depth + 1);
            case ContentRestriction content:
                return source.Decide(content) ?? (TryGet(ref source, content.Tag, out var text) && ContentMatch.Matches(text, content.Value, content.Fuzzy));
            case PropertyRestriction property:
                return source.Decide(property) ?? MatchesProperty(property, ref source);
            case ComparePropertiesRestriction compare:
                return TryGet(ref source, compare.Left, out var left) && TryGet(ref source, compare.Right, out var right) && Holds(compare.Operator, left, right);
            case BitmaskRestriction bitmask:
                return TryGet(ref source, bitmask.Tag, out var bits)
                    && bits.Type is PropertyType.Integer32 or PropertyType.Integer16 or PropertyType.Integer64
                    && ((uint)bits.AsInt64() & bitmask.Mask) != 0 == bitmask.NonZero;
            case SizeRestriction size:
                return TryGet(ref source, size.Tag, out var sized) && Holds(size.Operator, PropertySize.Of(sized).CompareTo(size.Size));
            case ExistRestriction exist:
                return TryGet(ref source, exist.Tag, out _);
            case SubObjectRestriction sub:
                foreach (var one in source.SubObjects(sub.SubObject))
                {
                    var subSource = one;
                    if (Matches(sub.Term, ref subSource, depth + 1))
                        return true;
                }
                return false;
            case CommentRestriction comment:
                return comment.Term is null || Matches(comment.Term, ref source, depth + 1);
            case CountRestriction count:
                // The count bounds how many rows the table gives, which is the table's work; a row passes by the term alone.
                return Matches(count.Term, ref source, depth + 1);
            default:
                return false;
        }
    }

    private static bool TryGet<TSource>(ref TSource source, PropertyTag tag, out PropertyValue value)
        where TSource : IPropertySource => source.TryGet(tag, out value) && !value.IsAbsent && !value.IsError;

    private static bool MatchesProperty<TSource>(PropertyRestriction property, ref TSource source)
        where TSource : IPropertySource
    {
        if (!TryGet(ref source, property.Tag, out var value))
            return property.Operator == RelationalOperator.NotEqual;
        if ((value.Type & PropertyType.MultipleFlag) == 0 || (property.Value.Type & PropertyType.MultipleFlag) != 0)
            return Holds(property.Operator, value, property.Value);
        // Not equal to a value that none of the several is equal to.
        return property.Operator == RelationalOperator.NotEqual
            ? !AnyElement(RelationalOperator.Equal, value, property.Value)
            : AnyElement(property.Operator, value, property.Value);
    }

    private static bool AnyElement(RelationalOperator relation, PropertyValue values, PropertyValue operand)
    {
        for (var i = 0; i < PropertyElements.Count(values); i++)
        {
            if (Holds(relation, PropertyElements.At(values, i), operand))
                return true;
        }
        return false;
    }

    private static bool Holds(RelationalOperator relation, PropertyValue left, PropertyValue right) =>
        PropertyComparer.TryCompare(left, right, out var order) ? Holds(relation, order) : relation == RelationalOperator.NotEqual;

    private static bool Holds(RelationalOperator relation, int order) => relation switch
    {
        RelationalOperator.LessThan => order < 0,
        RelationalOperator.LessThanOrEqual => order <= 0,
        RelationalOperator.GreaterThan => order > 0,
        RelationalOperator.GreaterThanOrEqual => order >= 0,
        RelationalOperator.Equal => order == 0,
        RelationalOperator.NotEqual => order != 0,
        // Regular expressions are not evaluated by servers ([MS-OXCDATA] 2.12.5.1: clients get no match); membership is the source's to decide.
        _ => false,
    };
}
