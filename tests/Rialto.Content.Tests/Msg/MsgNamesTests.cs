using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Rialto.Content.CompoundFiles;
using Rialto.Content.Msg;
using Rialto.Model;
using Rialto.Testing;

namespace Rialto.Content.Tests.Msg;

public class MsgNamesTests
{
    /// <summary>The entry and the string stream of [MS-OXMSG] 3.2.1: entry 10 00 00 00 07 00 05 00 names property 0x8005.</summary>
    [Fact]
    public void The_example_of_the_specification_names_its_property()
    {
        var root = new CompoundStorage();
        var names = root.AddStorage("__nameid_version1.0");
        var set = new Guid("00062008-0000-0000-c000-000000000046");
        names.AddStream("__substg1.0_00020102", set.ToByteArray());
        names.AddStream("__substg1.0_00030102", Hex.Bytes("1000000007000500"));
        names.AddStream("__substg1.0_00040102", Hex.Bytes("09927D46352E7D1A4111927201F23012 1C000000 5A005C009100480045004400410045005200200053004900 5A00 448A6FBB4D1252E4110911"));
        root.AddStream("__properties_version1.0", Hex.Bytes(new string('0', 64) + "03000580 06000000 2A000000 00000000"));

        var file = MsgFile.Read(CompoundFileWriter.ToArray(root), out _)!;

        var (id, name) = file.Message.NamedProperties.ShouldHaveSingleItem();
        id.ShouldBe((ushort)0x8005);
        name.PropertySet.ShouldBe(set);
        name.Name.ShouldBe("Z\\\u0091HEDAER SIZ\u8A44");
        file.Message.Properties.GetInt32(new PropertyTag(0x8005, PropertyType.Integer32)).ShouldBe(42);
    }

    /// <summary>[MS-OXMSG] 2.2.3.2.2 over the names of real files: each is in the stream that Outlook put it in, under the number that is computed here.</summary>
    [CorpusFact]
    public void Names_are_looked_up_where_outlook_puts_them()
    {
        var numbers = 0;
        var strings = 0;
        foreach (var path in MsgRoundTripTests.Files.Where(f => f.Contains("HiraokaHyperTools", StringComparison.Ordinal)))
        {
            var file = MsgFile.Read(File.ReadAllBytes(path), out _)!;
            var theirs = Buckets(File.ReadAllBytes(path));
            if (theirs.Count == 0)
                continue; // The new Outlook leaves them out.
            foreach (var (bucket, list) in Buckets(MsgWriter.ToArray(file.Message)))
                foreach (var (key, isString, set) in list)
                {
                    // Which bucket it is depends on the number of the set in the file, the key does not.
                    theirs.Values.SelectMany(l => l).ShouldContain((key, isString, set), $"{Corpus.NameOf(path)} {bucket:X} {key:X}");
                    _ = isString ? strings++ : numbers++;
                }
        }
        numbers.ShouldBeGreaterThan(300);
        strings.ShouldBeGreaterThan(10);
    }

    private static Dictionary<int, List<(uint Key, bool IsString, Guid Set)>> Buckets(byte[] bytes)
    {
        var storage = CompoundFile.Read(bytes, out _)!.Root.FindStorage("__nameid_version1.0")!;
        var guids = MemoryMarshal.Cast<byte, Guid>(storage.FindStream("__substg1.0_00020102")!.ToArray()).ToArray();
        var result = new Dictionary<int, List<(uint, bool, Guid)>>();
        foreach (var stream in storage.Streams)
        {
            var id = Convert.ToInt32(stream.Name[12..16], 16);
            if (id is < 0x1000 or > 0x101E)
                continue;
            var list = result[id] = [];
            var content = stream.ToArray();
            for (var at = 0; at + 8 <= content.Length; at += 8)
            {
                var key = BinaryPrimitives.ReadUInt32LittleEndian(content.AsSpan(at));
                var indexAndKind = BinaryPrimitives.ReadUInt32LittleEndian(content.AsSpan(at + 4));
                var set = (int)(indexAndKind >> 1 & 0x7FFF);
                id.ShouldBe((int)(0x1000 + (key ^ (indexAndKind & 0xFFFF)) % 0x1F));
                list.Add((key, (indexAndKind & 1) != 0, set switch { 1 => PropertySets.Mapi, 2 => PropertySets.PublicStrings, _ => guids[set - 3] }));
            }
        }
        return result;
    }
}
