namespace Rialto.Model;

/// <summary>One key of a table's order. [MS-OXCDATA] 2.13.1.</summary>
public readonly record struct SortKey(PropertyTag Tag, SortDirection Direction);

/// <summary>[MS-OXCDATA] 2.13.1: ascending, descending, or the aggregate of a category.</summary>
public enum SortDirection : byte
{
    Ascending = 0x00,
    Descending = 0x01,
    MaximumCategory = 0x04,

    /// <summary>As <see cref="MaximumCategory"/>, by the smallest value: MAPI's TABLE_SORT_CATEG_MIN, which the documents leave out.</summary>
    MinimumCategory = 0x08,
}

/// <summary>
/// A table's order: keys from the most significant on, the first <see cref="CategoryCount"/> of them categories.
/// [MS-OXCDATA] 2.13.2. Two orders are equal when they sort alike.
/// </summary>
public sealed class SortOrderSet : IEquatable<SortOrderSet>
{
    public SortOrderSet(IReadOnlyList<SortKey> keys, int categoryCount = 0, int expandedCount = 0)
    {
        Keys = [.. keys];
        CategoryCount = categoryCount;
        ExpandedCount = expandedCount;
    }

    public IReadOnlyList<SortKey> Keys { get; }

    public int CategoryCount { get; }

    public int ExpandedCount { get; }

    public bool Equals(SortOrderSet? other) =>
        other is not null && CategoryCount == other.CategoryCount && ExpandedCount == other.ExpandedCount && Keys.SequenceEqual(other.Keys);

    public override bool Equals(object? obj) => Equals(obj as SortOrderSet);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var key in Keys)
            hash.Add(key);
        hash.Add(CategoryCount);
        return hash.ToHashCode();
    }
}
