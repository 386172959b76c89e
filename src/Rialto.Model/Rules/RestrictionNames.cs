namespace Rialto.Model;

/// <summary>A restriction with other property ids: those of extended rules mean something only within the rule.</summary>
public static class RestrictionNames
{
    /// <summary>The same restriction with every id from 0x8000 on replaced; an id for which there is none (0) stays, and finds nothing.</summary>
    public static Restriction Map(Restriction restriction, Func<ushort, ushort> idOf) => restriction switch
    {
        AndRestriction and => new AndRestriction([.. and.Terms.Select(t => Map(t, idOf))]),
        OrRestriction or => new OrRestriction([.. or.Terms.Select(t => Map(t, idOf))]),
        NotRestriction not => new NotRestriction(Map(not.Term, idOf)),
        ContentRestriction content => content with { Tag = Map(content.Tag, idOf), Value = Map(content.Value, idOf) },
        PropertyRestriction property => property with { Tag = Map(property.Tag, idOf), Value = Map(property.Value, idOf) },
        ComparePropertiesRestriction compare => compare with { Left = Map(compare.Left, idOf), Right = Map(compare.Right, idOf) },
        BitmaskRestriction bitmask => bitmask with { Tag = Map(bitmask.Tag, idOf) },
        SizeRestriction size => size with { Tag = Map(size.Tag, idOf) },
        ExistRestriction exist => new ExistRestriction(Map(exist.Tag, idOf)),
        SubObjectRestriction sub => sub with { Term = Map(sub.Term, idOf) },
        CommentRestriction { Term: { } term } comment => comment with { Term = Map(term, idOf) },
        CountRestriction count => count with { Term = Map(count.Term, idOf) },
        _ => restriction,
    };

    public static PropertyTag Map(PropertyTag tag, Func<ushort, ushort> idOf) => tag.IsNamed && idOf(tag.Id) is not 0 and var id ? new PropertyTag(id, tag.Type) : tag;

    public static PropertyValue Map(PropertyValue value, Func<ushort, ushort> idOf) => value.IsAbsent ? value : value.WithTag(Map(value.Tag, idOf));
}
