using FsCheck;
using FsCheck.Fluent;

namespace Rialto.Model.Tests;

/// <summary>The in-memory set against a plain one.</summary>
public class IdSetTests
{
    [Fact]
    public void Adding_and_removing_keep_ranges_apart_and_sorted() =>
        Prop.ForAll<(bool Remove, byte Low, byte Length)[]>(steps =>
        {
            var set = new IdSet();
            var plain = new SortedSet<ulong>();
            foreach (var (remove, low, length) in steps)
            {
                var high = (ulong)low + length % 16u;
                for (var id = (ulong)low; id <= high; id++)
                {
                    if (remove)
                        plain.Remove(id);
                    else
                        plain.Add(id);
                }
                if (remove)
                    set.RemoveRange(low, high);
                else
                    set.AddRange(low, high);
                if (!IsSame(set, plain))
                    return false;
            }
            return true;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Set_operations_agree_with_plain_ones() =>
        Prop.ForAll<byte[], byte[]>((a, b) =>
        {
            var plainA = new SortedSet<ulong>(a.Select(x => (ulong)x));
            var plainB = new SortedSet<ulong>(b.Select(x => (ulong)x));
            var setA = IdSet.FromRanges(plainA.Select(x => new IdRange(x, x)));
            var setB = IdSet.Of([.. plainB]);
            var union = setA.Clone();
            union.Union(setB);
            var rest = setA.Clone();
            rest.Subtract(setB);
            return IsSame(setA, plainA) && IsSame(setB, plainB)
                && IsSame(union, new SortedSet<ulong>(plainA.Union(plainB)))
                && IsSame(rest, new SortedSet<ulong>(plainA.Except(plainB)))
                && IsSame(setA.Intersection(setB), new SortedSet<ulong>(plainA.Intersect(plainB)));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Ranges_at_the_ends_of_the_counter_hold()
    {
        var set = new IdSet();
        set.AddRange(0, 0);
        set.AddRange(StoreId.MaxCounter, StoreId.MaxCounter);
        set.AddRange(1, StoreId.MaxCounter - 1);
        set.Ranges.ToArray().ShouldBe([new IdRange(0, StoreId.MaxCounter)]);
        set.RemoveRange(0, StoreId.MaxCounter);
        set.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void Adding_at_the_end_extends_in_place()
    {
        var set = new IdSet();
        for (ulong id = 1; id <= 100; id++)
            set.Add(id).ShouldBeTrue();
        set.Add(50).ShouldBeFalse();
        set.Ranges.Length.ShouldBe(1);
        set.Cardinality.ShouldBe(100UL);
    }

    private static bool IsSame(IdSet set, SortedSet<ulong> plain)
    {
        var ranges = set.Ranges;
        for (var i = 1; i < ranges.Length; i++)
        {
            if (ranges[i].Low <= ranges[i - 1].High + 1)
                return false;
        }
        for (ulong id = 0; id < 300; id++)
        {
            if (set.Contains(id) != plain.Contains(id))
                return false;
        }
        return set.Enumerate().SequenceEqual(plain) && set.Cardinality == (ulong)plain.Count;
    }
}
