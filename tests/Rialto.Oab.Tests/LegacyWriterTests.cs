using System.Buffers.Binary;
using System.Text;
using Rialto.Oab.Legacy;

namespace Rialto.Oab.Tests;

/// <summary>[MS-OXOAB] 2.3 to 2.5: the files of versions 2 and 3.</summary>
public class LegacyWriterTests
{
    private const string Parent = "/o=Example/ou=First/cn=Recipients/";

    /// <summary>The two entries of the examples in sections 3.1 and 3.2, whose serials are published: bd 32 79 d3 and bf 62 4f 0b.</summary>
    [Theory]
    [InlineData("Lisa Miller", 0xd37932bd)]
    [InlineData("LisaM", 0x0b4f62bf)]
    public void The_serial_is_that_of_the_published_examples(string second, uint serial) =>
        LegacyWriter.RdnHash([Encoding.ASCII.GetBytes("Administrator"), Encoding.ASCII.GetBytes(second)]).ShouldBe(serial);

    /// <summary>The name index of section 3.2: "Lisa Miller" at 0x0C is the root, with "Administrator" to her left, all linked in order.</summary>
    [Fact]
    public void The_published_name_index_has_these_records()
    {
        var files = LegacyWriter.Write([Entry("Administrator", "Administrator", ""), Entry("Lisa Miller", "LisaM", "Miller")], LegacyVersion.Three);
        Numbers(files.AnrIndex, 0, 3).ShouldBe([0x0Eu, 0, 5]);
        var root = Record(files.AnrIndex, 0x0C, 20);
        (root.Key, root.Browse).ShouldBe(("Lisa Miller", 4u));
        var left = Record(files.AnrIndex, root.Left, 20);
        left.Key.ShouldBe("Administrator");
        left.Previous.ShouldBe(0u);
        Keys(files.AnrIndex, 0x0C, 20).ShouldBe(["Administrator", "Administrator", "Lisa Miller", "LisaM", "Miller"]);
        var alias = new[] { left, Record(files.AnrIndex, left.Next, 20) }.Single(r => r.Browse >> 31 == 1);
        (alias.Browse & 0x7FFFFFFF).ShouldBe(3u);
        BinaryPrimitives.ReadUInt32LittleEndian(files.Browse.AsSpan(4)).ShouldBe(0x0b4f62bfu);
        BinaryPrimitives.ReadUInt32LittleEndian(files.RdnIndex.AsSpan(4)).ShouldBe(0x0b4f62bfu);
    }

    [Theory]
    [InlineData(LegacyVersion.Two, 1)]
    [InlineData(LegacyVersion.Two, 300)]
    [InlineData(LegacyVersion.Three, 2)]
    [InlineData(LegacyVersion.Three, 301)]
    public void Every_entry_is_found_by_each_of_its_names(LegacyVersion version, int count)
    {
        var random = new Random(count);
        var entries = Enumerable.Range(0, count).Select(i => Entry($"Name {random.Next(1_000)} é{i:D4}", $"alias{random.Next(100_000)}x{i}", i % 3 == 0 ? "" : $"Sur{i % 50}") with { Office = i % 4 == 0 ? "1.234" : "" }).ToList();
        var files = LegacyWriter.Write(entries, version);
        var encoding = version == LegacyVersion.Two ? Encoding.Latin1 : Encoding.UTF8;
        files.Browse.Length.ShouldBe(12 + 32 * count);
        Numbers(files.Browse, 0, 1).ShouldBe([(uint)version]);
        for (var i = 0; i < count; i++)
        {
            var fields = Numbers(files.Browse, 12 + 32 * i, 8);
            Check(files.RdnIndex, fields[0], 24, entries[i].Rdn, Parent);
            Check(files.RdnIndex, fields[3], 24, entries[i].LocalPart, "example.com");
            Check(files.AnrIndex, fields[4], 20, entries[i].DisplayName, null);
            Check(files.AnrIndex, fields[5], 20, entries[i].Alias, null);
            Check(files.AnrIndex, fields[6], 20, entries[i].Office, null);
            Check(files.AnrIndex, fields[7], 20, entries[i].Surname, null);
            (fields[1], fields[2] & 0xFFFF).ShouldBe((0u, 0u));
            (fields[2] >> 16).ShouldBe(0x8600u);

            void Check(byte[] index, uint offset, int size, string key, string? parent)
            {
                if (key.Length == 0)
                {
                    offset.ShouldBe(0u);
                    return;
                }
                var record = Record(index, offset, size, encoding);
                (record.Key, record.Browse & 0x7FFFFFFF).ShouldBe((key, (uint)i + 3));
                if (parent is not null)
                    Text(index, Numbers(index, (int)offset + 20, 1)[0], encoding).ShouldBe(parent);
            }
        }
        var anrKeys = Keys(files.AnrIndex, 12, 20, encoding);
        anrKeys.Count.ShouldBe((int)Numbers(files.AnrIndex, 8, 1)[0]);
        Walk(files.AnrIndex, 12, 20, encoding).ShouldBe(anrKeys);
        var root = Numbers(files.RdnIndex, 12, 1)[0];
        Walk(files.RdnIndex, root, 24, encoding).ShouldBe(Keys(files.RdnIndex, root, 24, encoding));
        Depth(files.AnrIndex, 12).ShouldBeLessThanOrEqualTo((int)Math.Ceiling(Math.Log2(anrKeys.Count + 1)));
    }

    private static LegacyEntry Entry(string name, string alias, string surname) => new(Parent, alias, "example.com", alias + "@", name, alias, "", surname, 0, 6, true);

    private static uint[] Numbers(byte[] file, int at, int count) => [.. Enumerable.Range(0, count).Select(i => BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 4 * i)))];

    private static (uint Left, uint Right, uint Browse, uint Previous, uint Next, string Key) Record(byte[] file, uint at, int size, Encoding? encoding = null)
    {
        var n = Numbers(file, (int)at, 5);
        return (n[0], n[1], n[2], n[3], n[4], Text(file, at + (uint)size, encoding ?? Encoding.UTF8));
    }

    private static string Text(byte[] file, uint at, Encoding encoding) => encoding.GetString(file.AsSpan((int)at, file.AsSpan((int)at).IndexOf((byte)0)));

    /// <summary>The keys by their links, from the first on.</summary>
    private static List<string> Keys(byte[] file, uint root, int size, Encoding? encoding = null)
    {
        var first = root;
        while (Record(file, first, size).Previous is not 0 and var previous)
            first = previous;
        var keys = new List<string>();
        for (var at = first; at != 0; at = Record(file, at, size).Next)
            keys.Add(Record(file, at, size, encoding).Key);
        return keys;
    }

    /// <summary>The keys by the tree.</summary>
    private static IEnumerable<string> Walk(byte[] file, uint at, int size, Encoding encoding)
    {
        if (at == 0)
            return [];
        var record = Record(file, at, size, encoding);
        return [.. Walk(file, record.Left, size, encoding), record.Key, .. Walk(file, record.Right, size, encoding)];
    }

    private static int Depth(byte[] file, uint at) => at == 0 ? 0 : 1 + Math.Max(Depth(file, Numbers(file, (int)at, 1)[0]), Depth(file, Numbers(file, (int)at + 4, 1)[0]));
}
