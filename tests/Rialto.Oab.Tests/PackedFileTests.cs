using Rialto.Oab.Wire;
using Rialto.Testing;

namespace Rialto.Oab.Tests;

/// <summary>[MS-OXOAB] 2.10 differences and 2.11 packed files, judged by libmspack.</summary>
public class PackedFileTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3_000)]
    public void A_packed_file_comes_out_again(int entries)
    {
        var raw = People.File(entries);
        var packed = LzxFile.Pack(raw);
        Unpack(packed).ShouldBe(raw);
        packed.Length.ShouldBeLessThan(Math.Max(1_000, raw.Length / 4));
    }

    [MspackFact]
    public void Libmspack_opens_our_files()
    {
        using var directory = new TempDirectory();
        foreach (var raw in Files())
            LibMspack.Unpack(LzxFile.Pack(raw), directory).ShouldBe(raw);
    }

    [Fact]
    public async Task Many_workers_give_the_same_file_as_one()
    {
        var raw = People.File(3_000);
        using var packed = new MemoryStream();
        await LzxFile.PackAsync(new MemoryStream(raw), packed, 3);
        packed.ToArray().ShouldBe(LzxFile.Pack(raw));
    }

    [MspackFact]
    public void Libmspack_applies_our_differences()
    {
        using var directory = new TempDirectory();
        var random = new Random(20260103);
        for (var round = 0; round < 8; round++)
        {
            var (old, now) = Generations(random, round % 2 == 0 ? 40 : 1_500);
            var patch = Difference(old, now);
            LibMspack.Apply(old, patch, directory).ShouldBe(now, $"round {round}");
            Apply(old, patch).ShouldBe(now, $"round {round}");
        }
    }

    [Fact]
    public void A_difference_has_what_is_new_and_little_else()
    {
        var rows = Enumerable.Range(0, 5_000).Select(i => People.Row(i)).ToList();
        var old = People.File(rows, 1);
        foreach (var changed in new[] { 17, 2_500, 4_999 })
            rows[changed] = People.Row(changed, "Director");
        rows.RemoveAt(1_000);
        rows.Insert(3_000, People.Row(77_777));
        var now = People.File(rows, 2);
        var patch = Difference(old, now);
        Apply(old, patch).ShouldBe(now);
        patch.Length.ShouldBeLessThan(old.Length / 300);
    }

    [Fact]
    public void Half_of_the_book_may_go_at_once()
    {
        var rows = Enumerable.Range(0, 8_000).Select(i => People.Row(i)).ToList();
        var old = People.File(rows, 1);
        rows.RemoveRange(1_000, 6_500);
        var now = People.File(rows, 2);
        Apply(old, Difference(old, now)).ShouldBe(now);
    }

    [Fact]
    public void A_difference_to_another_file_is_refused()
    {
        var patch = Difference(People.File(50, 1), People.File(60, 2));
        using var target = new MemoryStream();
        PatchFile.Apply(new MemoryStream(People.File(50, 3)), new MemoryStream(patch), target).ShouldBe(OabFileError.Checksum);
        PatchFile.Apply(new MemoryStream(People.File(51, 1)), new MemoryStream(patch), target).ShouldBe(OabFileError.Checksum);
    }

    [Fact]
    public void Cut_and_changed_files_are_errors()
    {
        var raw = People.File(400);
        var packed = LzxFile.Pack(raw);
        var patch = Difference(raw, People.File(410, 2));
        for (var length = 0; length < packed.Length; length += 97)
            LzxFile.Unpack(new MemoryStream(packed[..length]), new MemoryStream()).ShouldNotBe(OabFileError.None);
        for (var length = 0; length < patch.Length; length += 11)
            PatchFile.Apply(new MemoryStream(raw), new MemoryStream(patch[..length]), new MemoryStream()).ShouldNotBe(OabFileError.None);
        // In the last word of a block some bits stand for nothing.
        for (var at = 32; at < packed.Length - 2; at += 53)
        {
            var changed = (byte[])packed.Clone();
            changed[at] ^= 0x40;
            LzxFile.Unpack(new MemoryStream(changed), new MemoryStream()).ShouldNotBe(OabFileError.None, $"byte {at}");
        }
    }

    [Fact]
    public void Sizes_that_lie_cost_nothing()
    {
        byte[] huge = [.. BitConverter.GetBytes(3), .. BitConverter.GetBytes(1), .. BitConverter.GetBytes(16 << 20), .. BitConverter.GetBytes(16 << 20), .. BitConverter.GetBytes(1), .. BitConverter.GetBytes(16 << 20), .. BitConverter.GetBytes(16 << 20), 0, 0, 0, 0];
        var before = GC.GetAllocatedBytesForCurrentThread();
        LzxFile.Unpack(new MemoryStream(huge), new MemoryStream()).ShouldBe(OabFileError.Truncated);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1 << 20);
        LzxFile.Unpack(new MemoryStream(huge), new MemoryStream(), maxLength: 1_000).ShouldBe(OabFileError.TooLarge);
    }

    /// <summary>A file of a real server, published by one who asked how it is read: three entries' browse records.</summary>
    [Fact]
    public void An_mszip_file_of_another_server_is_read()
    {
        var packed = Convert.FromHexString(
            "0200000001000000008000006C00000001000000460000006C000000434BE362" + "606098DEF22F8C19481F00621E20EE6560602B03D21940ACC18000CF80782610" +
            "2733307284" + "02E9C350F530C0C6C8C0F00748E701997381741710" + "7B41E55602D50100");
        MsZipFile.Unpack(packed, out var raw).ShouldBe(OabFileError.None);
        raw.Length.ShouldBe(12 + 3 * 32);
        Convert.ToHexString(raw.AsSpan(0, 12)).ShouldBe("0A0000009784FE5603000000");
    }

    [Fact]
    public void Mszip_files_come_out_again()
    {
        foreach (var raw in Files())
        {
            MsZipFile.Unpack(MsZipFile.Pack(raw), out var again).ShouldBe(OabFileError.None);
            again.ShouldBe(raw);
        }
    }

    private static IEnumerable<byte[]> Files()
    {
        yield return People.File(0);
        yield return People.File(5);
        yield return People.File(2_000);
        var random = new byte[300_001];
        new Random(1).NextBytes(random);
        yield return random;
        yield return [.. random.AsSpan(0, 70_000), .. People.File(200), .. random.AsSpan(0, 100_001), .. new byte[400_000]];
        yield return new byte[1_000_003];
    }

    private static (byte[] Old, byte[] Now) Generations(Random random, int entries)
    {
        var rows = Enumerable.Range(0, entries).Select(i => People.Row(i)).ToList();
        var old = People.File(rows, 1);
        for (var edits = random.Next(1, 60); edits > 0; edits--)
        {
            var at = random.Next(rows.Count);
            switch (random.Next(5))
            {
                case 0:
                    rows.Insert(at, People.Row(random.Next(1_000_000, 2_000_000)));
                    break;
                case 1 when rows.Count > 10:
                    rows.RemoveRange(at, Math.Min(random.Next(1, 200), rows.Count - at - 1));
                    break;
                case 2:
                    var moved = rows[at];
                    rows.RemoveAt(at);
                    rows.Insert(random.Next(rows.Count), moved);
                    break;
                case 3:
                    rows.InsertRange(at, Enumerable.Range(random.Next(3_000_000), random.Next(300)).Select(i => People.Row(5_000_000 + i)));
                    break;
                default:
                    rows[at] = People.Row(random.Next(entries), "Director");
                    break;
            }
        }
        return (old, People.File(rows, 2));
    }

    private static byte[] Difference(byte[] old, byte[] now)
    {
        using var patch = new MemoryStream();
        var pieces = PatchPlan.Make(new MemoryStream(old), new MemoryStream(now)).ShouldNotBeNull();
        PatchFile.Write(new MemoryStream(old), new MemoryStream(now), pieces, patch);
        return patch.ToArray();
    }

    private static byte[] Apply(byte[] old, byte[] patch)
    {
        using var target = new MemoryStream();
        PatchFile.Apply(new MemoryStream(old), new MemoryStream(patch), target).ShouldBe(OabFileError.None);
        return target.ToArray();
    }

    private static byte[] Unpack(byte[] packed)
    {
        using var raw = new MemoryStream();
        LzxFile.Unpack(new MemoryStream(packed), raw).ShouldBe(OabFileError.None);
        return raw.ToArray();
    }
}
