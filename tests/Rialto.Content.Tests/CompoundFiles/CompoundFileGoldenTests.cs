using System.Text;
using Rialto.Content.CompoundFiles;
using Rialto.Testing;

namespace Rialto.Content.Tests.CompoundFiles;

/// <summary>The file that [MS-CFB] 3 takes apart.</summary>
public class CompoundFileGoldenTests
{
    private static readonly byte[] s_content = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("Data for stream 1", 32)));

    /// <summary>Its lines that are not all 00 (before 0x400 and from 0x800 on, FF between the header's and the tables' numbers).</summary>
    private const string Lines = """
        000 d0cf11e0a1b11ae10000000000000000
        010 00000000000000003e000300feff0900
        020 06000000000000000000000001000000
        030 01000000000000000010000002000000
        040 01000000feffffff0000000000000000
        200 fdfffffffefffffffeffffff04000000
        210 feffffffffffffffffffffffffffffff
        400 52006f006f007400200045006e007400
        410 72007900000000000000000000000000
        440 16000501ffffffffffffffff01000000
        450 0067615654c1ce11855300aa00a1f95b
        460 000000000000000000000000801e9213
        470 4bb4ba01030000004002000000000000
        480 530074006f0072006100670065002000
        490 31000000000000000000000000000000
        4C0 14000101ffffffffffffffff02000000
        4D0 0061615654c1ce11855300aa00a1f95b
        4E0 000000000088f9124bb4ba01801e9213
        4F0 4bb4ba01000000000000000000000000
        500 530074007200650061006d0020003100
        540 12000201ffffffffffffffffffffffff
        570 00000000000000002002000000000000
        5C0 00000000ffffffffffffffffffffffff
        600 01000000020000000300000004000000
        610 05000000060000000700000008000000
        620 feffffffffffffffffffffffffffffff
        """;

    internal static byte[] Example()
    {
        var bytes = new byte[0xC00];
        bytes.AsSpan(0x50, 0x1B0).Fill(0xFF);
        bytes.AsSpan(0x220, 0x1E0).Fill(0xFF);
        bytes.AsSpan(0x630, 0x1D0).Fill(0xFF);
        foreach (var line in Lines.Split('\n', StringSplitOptions.TrimEntries))
            Hex.Bytes(line[4..]).CopyTo(bytes, Convert.ToInt32(line[..3], 16));
        s_content.CopyTo(bytes, 0x800);
        return bytes;
    }

    [Fact]
    public void The_example_is_read()
    {
        var file = CompoundTrees.Read(Example());

        file.MajorVersion.ShouldBe(3);
        file.Warnings.ShouldBeEmpty();
        file.Root.ClassId.ShouldBe(new Guid("56616700-C154-11CE-8553-00AA00A1F95B"));
        var storage = file.Root.Entries.ShouldHaveSingleItem().ShouldBeOfType<CompoundStorage>();
        storage.Name.ShouldBe("Storage 1");
        storage.Created.ToDateTimeOffset().ToString("s").ShouldBe("1995-11-16T17:43:44");
        storage.Modified.ToDateTimeOffset().ToString("s").ShouldBe("1995-11-16T17:43:45");
        var stream = storage.Entries.ShouldHaveSingleItem().ShouldBeOfType<CompoundStream>();
        stream.Name.ShouldBe("Stream 1");
        stream.ToArray().ShouldBe(s_content);
    }

    [Fact]
    public void The_example_is_written_byte_for_byte() => CompoundFileWriter.ToArray(CompoundTrees.Read(Example()).Root).ShouldBe(Example());
}
