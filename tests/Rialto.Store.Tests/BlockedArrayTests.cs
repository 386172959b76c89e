using Rialto.Store.Views;

namespace Rialto.Store.Tests;

/// <summary>The persistent list behind views and tables, against a plain one.</summary>
public sealed class BlockedArrayTests
{
    private readonly struct Probe(int wanted) : IBlockProbe<int>
    {
        public int Compare(in int entry) => entry.CompareTo(wanted);
    }

    [Fact]
    public void RandomEditsAgreeWithAListAndOldVersionsStay()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var array = BlockedArray<int>.Empty;
        var list = new List<int>();
        var versions = new List<(BlockedArray<int> Array, int[] Expected)>();
        for (var step = 0; step < 400; step++)
        {
            var editor = array.Edit();
            for (var i = random.Next(1, 60); i > 0; i--)
            {
                var value = random.Next(5000);
                var at = list.BinarySearch(value);
                var probe = new Probe(value);
                editor.BinarySearch(ref probe).ShouldBe(at, $"seed {seed}");
                if (at < 0)
                {
                    list.Insert(~at, value);
                    editor.Insert(~at, in value);
                }
                else if (random.Next(3) > 0)
                {
                    list.RemoveAt(at);
                    editor.RemoveAt(at);
                }
            }
            array = editor.Freeze();
            array.Count.ShouldBe(list.Count);
            versions.Add((array, [.. list]));
        }
        foreach (var (version, expected) in versions)
            Read(version).ShouldBe(expected, $"seed {seed}");
    }

    [Fact]
    public void AppendingSharesTheTailAndCopiesNothingElse()
    {
        var array = BlockedArray<int>.From([.. Enumerable.Range(0, 100_000)]);
        var forked = Append(array, 1);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var next = Append(array, 2);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        allocated.ShouldBeLessThan(24_000);
        forked[100_000].ShouldBe(1);
        next[100_000].ShouldBe(2);
        array.Count.ShouldBe(100_000);

        static BlockedArray<int> Append(BlockedArray<int> to, int value)
        {
            var editor = to.Edit();
            editor.Append(in value);
            return editor.Freeze();
        }
    }

    private static int[] Read(BlockedArray<int> array)
    {
        var all = new List<int>();
        while (all.Count < array.Count)
            all.AddRange(array.SpanAt(all.Count));
        for (var i = 0; i < all.Count; i += 37)
            array[i].ShouldBe(all[i]);
        return [.. all];
    }
}
