using FsCheck;
using FsCheck.Fluent;
using Rialto.Testing;
using Rialto.Wire;

namespace Rialto.Model.Tests;

/// <summary>[MS-OXCFXICS] 2.2.2.4, 2.2.2.6.</summary>
public class GlobSetTests
{
    private static readonly Guid Replica1 = new("00000001-0000-0000-0000-000000000000");
    private static readonly Guid Replica2 = new("00000000-0000-0000-0000-000000000002");

    [Theory]
    [InlineData("", "00")]
    [InlineData("5", "06 00 00 00 00 00 05 00")]
    [InlineData("5-6 10", "05 00 00 00 00 00 52 05 06 01 10 50 00")]
    [InlineData("1 3 5-7 9", "05 00 00 00 00 00 42 01 BA 50 00")]
    [InlineData("100-1FF", "05 00 00 00 00 01 52 00 FF 50 00")]
    [InlineData("1-1FFFFFFFFFF", "52 00 00 00 00 00 01 01 FF FF FF FF FF 00")]
    [InlineData("FFFFFFFFFFFF", "06 FF FF FF FF FF FF 00")]
    [InlineData("1 10001", "03 00 00 00 03 00 00 01 03 01 00 01 50 00")]
    public void Sets_are_written_tightly(string ranges, string bytes)
    {
        var set = IdSet.FromRanges(Parse(ranges));
        using var writer = new WireWriter();
        GlobSet.Write(ref System.Runtime.CompilerServices.Unsafe.AsRef(in writer), set);
        Convert.ToHexString(writer.Written).ShouldBe(Convert.ToHexString(Hex.Bytes(bytes)));
        var reader = new WireReader(writer.Written);
        GlobSet.Read(ref reader).ShouldBe(set);
    }

    [Theory]
    [InlineData("06 00 00 00 00 00 05 06 00 00 00 00 00 06 00", "5-6")]
    [InlineData("02 00 00 03 00 00 00 01 05 50 50 00", "5")]
    [InlineData("05 00 00 00 00 00 42 05 83 50 00", "5-7 D")]
    [InlineData("04 00 00 00 00 52 00 05 00 06 01 00 52 01 02 50 50 00", "1-2 5-6")]
    public void Other_ways_to_write_a_set_are_read(string bytes, string ranges)
    {
        var reader = new WireReader(Hex.Bytes(bytes));
        GlobSet.Read(ref reader).ShouldBe(IdSet.FromRanges(Parse(ranges)));
        reader.AtEnd.ShouldBeTrue();
    }

    [Theory]
    [InlineData("05 00 00 00 00 00 00")] // end with bytes on the stack
    [InlineData("50 00")] // pop of nothing
    [InlineData("42 01 01 00")] // bitmask without five bytes
    [InlineData("05 00 00 00 00 00 42 FF 01 50 00")] // bitmask beyond a byte
    [InlineData("52 00 00 00 00 00 02 00 00 00 00 00 01 00")] // range upside down
    [InlineData("04 00 00 00 00 03 00 00 00 00")] // push of more than six
    [InlineData("77")]
    public void What_is_malformed_is_refused(string bytes)
    {
        var reader = new WireReader(Hex.Bytes(bytes));
        GlobSet.Read(ref reader).ShouldBeNull();
        reader.Failed.ShouldBeTrue();
    }

    [Fact]
    public void Every_set_comes_back_and_no_prefix_is_one() =>
        Prop.ForAll<(uint Low, byte Length, bool Far)[]>(ranges =>
        {
            var set = IdSet.FromRanges(ranges.Select(r =>
            {
                var low = r.Far ? (ulong)r.Low << 16 : r.Low;
                return new IdRange(low, low + r.Length);
            }));
            using var writer = new WireWriter();
            GlobSet.Write(ref System.Runtime.CompilerServices.Unsafe.AsRef(in writer), set);
            var reader = new WireReader(writer.Written);
            if (GlobSet.Read(ref reader) is not { } read || !read.Equals(set) || !reader.AtEnd)
                return false;
            for (var length = 0; length < writer.Position; length++)
            {
                var prefix = new WireReader(writer.Written[..length]);
                if (GlobSet.Read(ref prefix) is not null)
                    return false;
            }
            // Never longer than each range by itself.
            return writer.Position <= 1 + set.Ranges.ToArray().Sum(r => r.Low == r.High ? 7 : 13);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Any_bytes_are_read_or_refused() =>
        Prop.ForAll<byte[]>(bytes =>
        {
            var reader = new WireReader(bytes);
            GlobSet.Read(ref reader);
            ReplicaIdSet.ParseReplGuids(bytes);
            ReplicaIdSet.ParseReplIds(bytes, _ => Replica1);
            PredecessorChangeList.Parse(bytes);
            EntryId.Parse(bytes);
            PropertyBagCodec.TryRead(bytes, out PropertyMessage _);
            return true;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_dense_set_of_a_hundred_thousand_is_small()
    {
        var set = new IdSet();
        for (ulong id = 0; id < 200_000; id += 2)
            set.Add(0x10000 + id);
        using var writer = new WireWriter();
        GlobSet.Write(ref System.Runtime.CompilerServices.Unsafe.AsRef(in writer), set);
        // A bitmask takes five of them in three bytes.
        writer.Position.ShouldBeLessThan(100_000);
        var reader = new WireReader(writer.Written);
        GlobSet.Read(ref reader).ShouldBe(set);
    }

    /// <summary>The four message ids of [MS-OXCFXICS] 4.4 in both forms.</summary>
    [Fact]
    public void Replicas_stand_in_order_with_their_sets()
    {
        var set = new ReplicaIdSet();
        set.Add(new GlobalId(Replica2, 9));
        foreach (var id in new ulong[] { 0x10, 5, 6 })
            set.Add(new GlobalId(Replica1, id));
        var ids = set.ToReplIds(g => g == Replica1 ? (ushort)1 : (ushort)2);
        Convert.ToHexString(ids).ShouldBe(Convert.ToHexString(Hex.Bytes("01 00 05 00 00 00 00 00 52 05 06 01 10 50 00  02 00 06 00 00 00 00 00 09 00")));
        ReplicaIdSet.ParseReplIds(ids, id => id == 1 ? Replica1 : Replica2).ShouldBe(set);
        ReplicaIdSet.ParseReplIds(ids, id => id == 1 ? Replica1 : null).ShouldBeNull();

        var guids = set.ToReplGuids();
        Convert.ToHexString(guids).ShouldBe(Convert.ToHexString(Hex.Bytes("""
            00000000000000000000000000000002  06 00 00 00 00 00 09 00
            01000000000000000000000000000000  05 00 00 00 00 00 52 05 06 01 10 50 00
            """)));
        ReplicaIdSet.ParseReplGuids(guids).ShouldBe(set);
        set.Contains(new GlobalId(Replica1, 6)).ShouldBeTrue();
        set.Contains(new GlobalId(Replica1, 7)).ShouldBeFalse();
    }

    private static IEnumerable<IdRange> Parse(string ranges) => ranges.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(r =>
    {
        var ends = r.Split('-');
        return new IdRange(Convert.ToUInt64(ends[0], 16), Convert.ToUInt64(ends[^1], 16));
    });
}
