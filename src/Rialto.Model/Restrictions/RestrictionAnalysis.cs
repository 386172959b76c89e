namespace Rialto.Model;

/// <summary>What a restriction will look at, to be known before any row is: which properties to load, whether sub-objects are needed, how large it is.</summary>
public sealed class RestrictionAnalysis
{
    private readonly HashSet<PropertyTag> _tags = [];
    private readonly Dictionary<PropertyTag, HashSet<PropertyTag>> _subObjects = [];

    private RestrictionAnalysis()
    {
    }

    /// <summary>The tags of the object itself that terms name.</summary>
    public IReadOnlySet<PropertyTag> Tags => _tags;

    /// <summary>For each kind of sub-object (PidTagMessageRecipients, PidTagMessageAttachments) the tags that terms name.</summary>
    public IReadOnlyDictionary<PropertyTag, HashSet<PropertyTag>> SubObjects => _subObjects;

    /// <summary>All terms, connectives included.</summary>
    public int Terms { get; private set; }

    public int Depth { get; private set; }

    /// <summary>Whether every property and sub-object needed is among those that the caller has at hand.</summary>
    public bool NeedsOnly(Func<PropertyTag, bool> atHand) => _subObjects.Count == 0 && _tags.All(atHand);

    public static RestrictionAnalysis Of(Restriction? restriction)
    {
        var analysis = new RestrictionAnalysis();
        if (restriction is not null)
            analysis.Visit(restriction, analysis._tags, 1);
        return analysis;
    }

    private void Visit(Restriction restriction, HashSet<PropertyTag> tags, int depth)
    {
        Terms++;
        Depth = Math.Max(Depth, depth);
        // Beyond it nothing is evaluated either.
        if (depth > RestrictionEvaluator.MaxDepth)
            return;
        switch (restriction)
        {
            case AndRestriction and:
                foreach (var term in and.Terms)
                    Visit(term, tags, depth + 1);
                break;
            case OrRestriction or:
                foreach (var term in or.Terms)
                    Visit(term, tags, depth + 1);
                break;
            case NotRestriction not:
                Visit(not.Term, tags, depth + 1);
                break;
            case ContentRestriction content:
                tags.Add(content.Tag);
                break;
            case PropertyRestriction property:
                tags.Add(property.Tag);
                break;
            case ComparePropertiesRestriction compare:
                tags.Add(compare.Left);
                tags.Add(compare.Right);
                break;
            case BitmaskRestriction bitmask:
                tags.Add(bitmask.Tag);
                break;
            case SizeRestriction size:
                tags.Add(size.Tag);
                break;
            case ExistRestriction exist:
                tags.Add(exist.Tag);
                break;
            case SubObjectRestriction sub:
                if (!_subObjects.TryGetValue(sub.SubObject, out var below))
                    _subObjects[sub.SubObject] = below = [];
                Visit(sub.Term, below, depth + 1);
                break;
            case CommentRestriction { Term: { } term }:
                Visit(term, tags, depth + 1);
                break;
            case CountRestriction count:
                Visit(count.Term, tags, depth + 1);
                break;
        }
    }
}
