using System.Buffers.Binary;
using System.Diagnostics;
using Rialto.Content.CompoundFiles;
using Rialto.Testing;

namespace Rialto.Content.Tests.CompoundFiles;

public class CompoundFileTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void Trees_come_back(int version)
    {
        var tree = CompoundTrees.Varied();

        var bytes = CompoundFileWriter.ToArray(tree, new CompoundFileWriterOptions { MajorVersion = version });
        var file = CompoundTrees.Read(bytes);

        file.MajorVersion.ShouldBe(version);
        file.Warnings.ShouldBeEmpty();
        file.Root.ClassId.ShouldBe(tree.ClassId);
        CompoundTrees.Describe(file.Root).ShouldBe(CompoundTrees.Describe(tree));
        CompoundFileWriter.ToArray(file.Root, new CompoundFileWriterOptions { MajorVersion = version }).ShouldBe(bytes);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void An_empty_root_is_a_file(int version)
    {
        var bytes = CompoundFileWriter.ToArray(new CompoundStorage(), new CompoundFileWriterOptions { MajorVersion = version });
        bytes.Length.ShouldBe(3 * (version == 3 ? 512 : 4096));
        CompoundTrees.Read(bytes).Root.Entries.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(6_900_000)]
    [InlineData(7_200_000)]
    [InlineData(32_000_000)]
    public void Long_streams_need_more_table_than_the_header_holds(int length)
    {
        var root = new CompoundStorage();
        root.AddStream("long", CompoundTrees.Bytes(length, 5));
        root.AddStream("short", CompoundTrees.Bytes(100, 6));

        var bytes = CompoundFileWriter.ToArray(root);
        var file = CompoundTrees.Read(bytes);

        file.Warnings.ShouldBeEmpty();
        CompoundTrees.Describe(file.Root).ShouldBe(CompoundTrees.Describe(root));
        (BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(0x48)) > 0).ShouldBe(length > 7_000_000);
    }

    [Fact]
    public void Siblings_are_a_valid_red_black_tree()
    {
        for (var count = 1; count < 200; count++)
        {
            var root = new CompoundStorage();
            for (var i = 0; i < count; i++)
                root.AddStream($"{i * 7919 % count}", ReadOnlyMemory<byte>.Empty);
            var bytes = CompoundFileWriter.ToArray(root);
            var directory = (int)(BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(0x30)) + 1) * 512;
            var names = new List<string>();

            BlackHeight(bytes.AsSpan(directory), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(directory + 76)), false, names);

            names.Count.ShouldBe(count);
            names.ShouldBe(names.Order(CompoundNameComparer.Instance));
        }
    }

    /// <summary>Walks in order; fails on two reds in a row and on unequal numbers of blacks below.</summary>
    private static int BlackHeight(ReadOnlySpan<byte> directory, uint id, bool parentIsRed, List<string> names)
    {
        if (id == uint.MaxValue)
            return 1;
        var entry = directory.Slice((int)id * 128, 128);
        var red = entry[67] == 0;
        (red && parentIsRed).ShouldBeFalse();
        var left = BlackHeight(directory, BinaryPrimitives.ReadUInt32LittleEndian(entry[68..]), red, names);
        names.Add(System.Text.Encoding.Unicode.GetString(entry[..(BinaryPrimitives.ReadUInt16LittleEndian(entry[64..]) - 2)]));
        var right = BlackHeight(directory, BinaryPrimitives.ReadUInt32LittleEndian(entry[72..]), red, names);
        left.ShouldBe(right);
        return left + (red ? 0 : 1);
    }

    [Theory]
    [InlineData("zz", "aaa", -1)]
    [InlineData("b", "A", 1)]
    [InlineData("a", "A", 0)]
    [InlineData("é", "É", 0)]
    [InlineData("ς", "Σ", 0)]
    [InlineData("ß", "ẞ", -1)]
    public void Names_compare_by_length_then_in_upper_case(string a, string b, int order)
    {
        Math.Sign(CompoundNameComparer.Instance.Compare(a, b)).ShouldBe(order);
        if (order == 0)
            CompoundNameComparer.Instance.GetHashCode(a).ShouldBe(CompoundNameComparer.Instance.GetHashCode(b));
    }

    [Fact]
    public void Names_that_cannot_be_written_are_refused()
    {
        var root = new CompoundStorage();
        root.AddStream("Name", ReadOnlyMemory<byte>.Empty);
        Should.Throw<ArgumentException>(() => root.AddStream("NAME", ReadOnlyMemory<byte>.Empty));
        root.AddStream(new string('x', 32), ReadOnlyMemory<byte>.Empty);
        Should.Throw<ArgumentException>(() => CompoundFileWriter.ToArray(root));
    }

    [ProgramFact("7z")]
    public void Another_program_reads_what_is_written()
    {
        using var folder = new TempDirectory();
        foreach (var version in new[] { 3, 4 })
        {
            var tree = CompoundTrees.Varied();
            tree.AddStream("large", CompoundTrees.Bytes(9_000_000, 3));
            var path = Path.Combine(folder.Path, $"v{version}.bin");
            File.WriteAllBytes(path, CompoundFileWriter.ToArray(tree, new CompoundFileWriterOptions { MajorVersion = version }));
            var target = Path.Combine(folder.Path, $"v{version}");
            using var process = Process.Start(new ProcessStartInfo("7z", ["x", "-y", "-tCompound", "-o" + target, path]) { RedirectStandardOutput = true })!;
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            process.ExitCode.ShouldBe(0, output);
            foreach (var stream in tree.Streams)
                File.ReadAllBytes(Path.Combine(target, stream.Name)).ShouldBe(stream.ToArray(), stream.Name);
            foreach (var stream in tree.FindStorage("inner")!.Streams)
                File.ReadAllBytes(Path.Combine(target, "inner", stream.Name)).ShouldBe(stream.ToArray(), stream.Name);
        }
    }

    [CorpusFact]
    public void Files_of_the_corpus_come_back()
    {
        foreach (var path in Corpus.Files("msg").Where(f => f.EndsWith(".msg", StringComparison.OrdinalIgnoreCase) || f.EndsWith(".oft", StringComparison.OrdinalIgnoreCase)))
        {
            var file = CompoundFile.Read(File.ReadAllBytes(path), out var error);
            if (file is null)
            {
                error.ShouldNotBe(CompoundFileError.None);
                continue;
            }
            var again = CompoundTrees.Read(CompoundFileWriter.ToArray(file.Root));
            again.Warnings.ShouldBeEmpty();
            CompoundTrees.Describe(again.Root).ShouldBe(CompoundTrees.Describe(file.Root), Corpus.NameOf(path));
        }
    }
}
