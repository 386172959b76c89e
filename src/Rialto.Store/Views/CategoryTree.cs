// [MS-OXCTABL] 2.2.2.3.1 categories, 2.2.1.1-2.2.1.6 properties of header rows.
using System.Buffers.Binary;

namespace Rialto.Store.Views;

/// <summary>A category of a table: the rows whose first keys are alike. Its header row stands before them.</summary>
public sealed class Category
{
    internal Category(long id, int level, Category? parent, in SortRow first)
    {
        Id = id;
        Level = level;
        Parent = parent;
        First = first;
    }

    /// <summary>48 bits, made of the values: the same for all sessions and as long as the category is there.</summary>
    public long Id { get; }

    /// <summary>PidTagDepth of the header row: 0 for the outermost.</summary>
    public int Level { get; }

    public Category? Parent { get; }

    /// <summary>Rows in it, those of inner categories included; header rows are not counted.</summary>
    public int Count { get; internal set; }

    public int Unread { get; internal set; }

    /// <summary>A message in it, by which its values are known.</summary>
    public MessageId FirstMessage => First.Id;

    /// <summary>Which of that message's rows.</summary>
    public int FirstInstance => First.Instance;

    internal SortRow First { get; }

    /// <summary>Position of its first row among the rows without headers.</summary>
    internal int Start { get; set; }

    internal int End => Start + Count;

    internal KeyPart Aggregate { get; set; }

    /// <summary>In the order that they are shown in; empty for innermost ones.</summary>
    internal List<Category> Inner { get; } = [];
}

/// <summary>The categories of a snapshot. Each block of rows is looked at once in its life, so that a newer snapshot costs its changes and the number of categories.</summary>
internal sealed class CategoryTree
{
    private readonly Dictionary<long, Category> _byId = [];

    private CategoryTree()
    {
    }

    /// <summary>The outermost ones, in the order that they are shown in.</summary>
    public List<Category> Outer { get; } = [];

    /// <summary>The innermost ones in the order of the rows.</summary>
    public List<Category> Innermost { get; } = [];

    public Category? Find(long id) => _byId.GetValueOrDefault(id);

    public static CategoryTree Of(TableSnapshot snapshot)
    {
        var keys = snapshot.Keys;
        var tree = new CategoryTree();
        var path = new Category[keys.CategoryCount];
        KeyPart[]? last = null;
        var position = 0;
        for (var block = 0; block < snapshot.Rows.BlockCount; block++)
        {
            foreach (var run in RunsOf(snapshot.Rows.BlockNumber(block), keys))
            {
                var parts = OrderKeys.PartsOf(run.First);
                var level = last is null ? 0 : FirstDifference(last, parts, keys.CategoryCount);
                for (; level < path.Length; level++)
                {
                    var parent = level == 0 ? null : path[level - 1];
                    var category = new Category(IdOf(parent, parts[level], level), level, parent, run.First) { Start = position };
                    path[level] = category;
                    (parent?.Inner ?? tree.Outer).Add(category);
                    tree._byId.TryAdd(category.Id, category);
                    if (level == path.Length - 1)
                    {
                        category.Aggregate = run.Aggregate;
                        tree.Innermost.Add(category);
                    }
                }
                foreach (var category in path)
                {
                    category.Count += run.Count;
                    category.Unread += run.Unread;
                }
                path[^1].Aggregate = Better(keys, path[^1].Aggregate, run.Aggregate);
                last = parts;
                position += run.Count;
            }
        }
        tree.OrderByAggregate(keys);
        return tree;
    }

    /// <summary>The innermost category that holds a position of the rows.</summary>
    public Category At(int position)
    {
        int low = 0, high = Innermost.Count - 1;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (Innermost[middle].End > position)
                high = middle;
            else
                low = middle + 1;
        }
        return Innermost[low];
    }

    /// <summary>2.2.2.3.1 MaximumCategory: the innermost categories stand by their largest value, in the direction of their own key.</summary>
    private void OrderByAggregate(OrderKeys keys)
    {
        if (keys.Aggregate < 0)
            return;
        var descends = keys.Keys[keys.CategoryCount - 1].Descending;
        var lists = keys.CategoryCount == 1 ? [Outer] : _byId.Values.Where(c => c.Level == keys.CategoryCount - 2).Select(c => c.Inner);
        foreach (var list in lists)
        {
            list.Sort((a, b) =>
            {
                var order = a.Aggregate.CompareTo(b.Aggregate);
                if (order == 0)
                    return a.Start.CompareTo(b.Start);
                return descends ? -order : order;
            });
        }
    }

    private static KeyPart Better(OrderKeys keys, KeyPart one, KeyPart other)
    {
        if (keys.Aggregate < 0)
            return one;
        var order = one.CompareTo(other);
        return keys.Keys[keys.Aggregate].Direction == Model.SortDirection.MinimumCategory == order <= 0 ? one : other;
    }

    private static Run[] RunsOf(BlockedArray<SortRow>.Block block, OrderKeys keys)
    {
        if (block.Note is Run[] known)
            return known;
        var runs = new List<Run>();
        var span = block.Span;
        for (var i = 0; i < span.Length;)
        {
            var first = OrderKeys.PartsOf(in span[i]);
            var run = new Run { First = span[i], Aggregate = keys.Aggregate < 0 ? default : first[keys.Aggregate] };
            for (; i < span.Length; i++)
            {
                var parts = OrderKeys.PartsOf(in span[i]);
                if (FirstDifference(first, parts, keys.CategoryCount) < keys.CategoryCount)
                    break;
                run.Count++;
                run.Unread += span[i].IsUnread ? 1 : 0;
                if (keys.Aggregate >= 0)
                    run.Aggregate = Better(keys, run.Aggregate, parts[keys.Aggregate]);
            }
            runs.Add(run);
        }
        Run[] found = [.. runs];
        block.Note = found;
        return found;
    }

    private static int FirstDifference(KeyPart[] one, KeyPart[] other, int count)
    {
        for (var i = 0; i < count; i++)
        {
            if (one[i].CompareTo(in other[i]) != 0)
                return i;
        }
        return count;
    }

    /// <summary>FNV-1a over the category's value and its parent's id. The low 16 bits, which in a message's id are the replica, are none.</summary>
    private static long IdOf(Category? parent, KeyPart value, int level)
    {
        Span<byte> fixedPart = stackalloc byte[20];
        BinaryPrimitives.WriteInt64LittleEndian(fixedPart, parent?.Id ?? 0);
        BinaryPrimitives.WriteInt64LittleEndian(fixedPart[8..], value.Bytes is null ? value.Number : 0);
        BinaryPrimitives.WriteInt32LittleEndian(fixedPart[16..], level);
        var hash = Add(Add(14695981039346656037, fixedPart), value.Bytes);
        hash ^= hash >> 32;
        return (long)((hash | 1UL << 63) & ~0xFFFFUL);

        static ulong Add(ulong hash, ReadOnlySpan<byte> bytes)
        {
            foreach (var one in bytes)
                hash = (hash ^ one) * 1099511628211;
            return hash;
        }
    }

    private sealed class Run
    {
        public required SortRow First { get; init; }

        public int Count { get; set; }

        public int Unread { get; set; }

        public KeyPart Aggregate { get; set; }
    }
}
