using Rialto.Model;
using Rialto.Store.Views;
using SortDirection = Rialto.Model.SortDirection;

namespace Rialto.Store.Tests;

/// <summary>The quick way to sort an order's rows gives what comparing them one by one gives.</summary>
public class RowSortTests
{
    private static readonly SortKey s_subject = new(PropertyTags.Subject, SortDirection.Ascending);
    private static readonly SortKey s_size = new(PropertyTags.MessageSize, SortDirection.Descending);
    private static readonly SortKey s_binary = new(PropertyTags.SearchKey, SortDirection.Ascending);

    public static TheoryData<string> Orders => [.. s_orders.Keys];

    private static readonly Dictionary<string, SortOrderSet?> s_orders = new()
    {
        ["none"] = null,
        ["subject"] = new([s_subject]),
        ["subject, last first"] = new([s_subject with { Direction = SortDirection.Descending }]),
        ["size"] = new([s_size]),
        ["bytes"] = new([s_binary]),
        ["bytes, last first"] = new([s_binary with { Direction = SortDirection.Descending }]),
        ["subject and size"] = new([s_subject, s_size]),
        ["size and subject"] = new([s_size, s_subject]),
        ["categories of one key"] = new([s_subject], 1),
    };

    [Theory]
    [MemberData(nameof(Orders))]
    public void Rows_stand_as_comparing_them_says(string order)
    {
        var keys = new OrderKeys(s_orders[order], Collation.Of("en-US"), null, 0);
        for (var seed = 0; seed < 30; seed++)
        {
            var random = new Random(seed);
            var rows = Rows(keys, random, random.Next(400));
            var expected = rows.ToList();
            expected.Sort((a, b) => keys.Compare(in a, in b));
            var sorted = RowSort.Sorted(keys, rows);
            sorted.Select(r => (r.Uid, r.Instance)).ShouldBe(expected.Select(r => (r.Uid, r.Instance)));
        }
    }

    [Fact]
    public void Sorting_takes_a_few_arrays_whatever_the_rows()
    {
        var keys = new OrderKeys(s_orders["subject"], Collation.Of("en-US"), null, 0);
        var rows = Rows(keys, new Random(1), 20_000);
        RowSort.Sorted(keys, rows.AsSpan(0, 100));
        var before = GC.GetAllocatedBytesForCurrentThread();
        RowSort.Sorted(keys, rows);
        // The rows themselves, and a place and a number for each, twice.
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(20_000L * (System.Runtime.CompilerServices.Unsafe.SizeOf<SortRow>() + 32) + 4096);
    }

    private static SortRow[] Rows(OrderKeys keys, Random random, int count)
    {
        string[] words = ["", "harbour", "harbours", "Harbour", "meeting", "a", "ä", "meeting of the board in the great hall", "meeting of the board in the great hall tomorrow"];
        var rows = new SortRow[count];
        for (var i = 0; i < count; i++)
        {
            var entry = new ViewEntry { Id = new MessageId(i + 1), Uid = (uint)(1 + i / 2) };
            var parts = keys.Keys.ToArray().Select(key => key.IsText ? keys.Text($"{words[random.Next(words.Length)]} {words[random.Next(words.Length)]}")
                : key.IsNumber ? new KeyPart(random.Next(-3, 4), null)
                : new KeyPart(0, [.. Enumerable.Range(0, random.Next(20)).Select(_ => (byte)(random.Next(8) == 0 ? 1 : 0))])).ToArray();
            rows[i] = keys.Row(in entry, parts, i % 2);
        }
        random.Shuffle(rows);
        return rows;
    }
}
