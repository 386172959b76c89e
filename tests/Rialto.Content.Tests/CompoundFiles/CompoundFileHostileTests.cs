using System.Buffers.Binary;
using Rialto.Content.CompoundFiles;

namespace Rialto.Content.Tests.CompoundFiles;

/// <summary>Files that lie. The one promise that holds the cost down: no byte of the file belongs to two streams.</summary>
public class CompoundFileHostileTests
{
    private static CompoundFile? Read(byte[] bytes)
    {
        var file = CompoundFile.Read(bytes, out var error);
        (file is null).ShouldBe(error != CompoundFileError.None);
        if (file is not null)
            CompoundTrees.TotalLength(file.Root).ShouldBeLessThanOrEqualTo(bytes.Length);
        return file;
    }

    private static byte[] With(byte[] bytes, params (int Offset, uint Value)[] changes)
    {
        bytes = [.. bytes];
        foreach (var (offset, value) in changes)
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(offset), value);
        return bytes;
    }

    [Fact]
    public void Every_prefix_gives_a_file_or_an_error()
    {
        var bytes = CompoundFileWriter.ToArray(CompoundTrees.Varied());
        for (var length = 0; length < bytes.Length; length += length < 2000 ? 1 : 97)
            Read(bytes[..length]);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void Any_changed_bytes_give_a_file_or_an_error(int version)
    {
        var random = new Random(version);
        var small = CompoundFileGoldenTests.Example();
        var tree = new CompoundStorage();
        for (var i = 0; i < 30; i++)
            tree.AddStorage($"storage {i}").AddStream("s", CompoundTrees.Bytes(i * 300, i));
        var large = CompoundFileWriter.ToArray(tree, new CompoundFileWriterOptions { MajorVersion = version });
        for (var round = 0; round < 3000; round++)
        {
            byte[] bytes = [.. round % 2 == 0 ? small : large];
            // The header and the tables are where it hurts.
            var reach = random.Next(3) switch { 0 => 0x200, 1 => Math.Min(bytes.Length, 0x2400), _ => bytes.Length };
            for (var i = random.Next(1, 20); i > 0; i--)
                bytes[random.Next(8, reach)] = random.Next(4) switch { 0 => 0, 1 => 0xFF, 2 => (byte)random.Next(8), _ => (byte)random.Next(256) };
            Read(bytes);
        }
    }

    [Theory]
    [InlineData(0, CompoundFileError.NoSignature)]
    [InlineData(7, CompoundFileError.NoSignature)]
    [InlineData(8, CompoundFileError.TooShort)]
    [InlineData(511, CompoundFileError.TooShort)]
    [InlineData(512, CompoundFileError.NoDirectory)]
    [InlineData(1024, CompoundFileError.NoDirectory)]
    public void What_cannot_be_read_is_told(int length, CompoundFileError expected)
    {
        CompoundFile.Read(CompoundFileGoldenTests.Example()[..length], out var error).ShouldBeNull();
        error.ShouldBe(expected);
    }

    [Fact]
    public void A_byte_order_or_sector_size_of_another_world_is_told()
    {
        CompoundFile.Read(With(CompoundFileGoldenTests.Example(), (0x1C, 0x0009FEFF)), out var error).ShouldBeNull();
        error.ShouldBe(CompoundFileError.UnknownLayout);
        CompoundFile.Read(With(CompoundFileGoldenTests.Example(), (0x1C, 0x003FFFFE)), out error).ShouldBeNull();
        error.ShouldBe(CompoundFileError.UnknownLayout);
    }

    [Fact]
    public void A_chain_that_bites_its_tail_ends()
    {
        var example = CompoundFileGoldenTests.Example();
        // The mini stream's second sector goes on with its first; mini sector 8 with mini sector 0.
        var file = Read(With(example, (0x210, 3), (0x57C - 4, 4000), (0x620, 0)))!;
        file.Warnings.Select(w => w.Kind).ShouldContain(CompoundFileWarningKind.SharedSector);
        file.Warnings.Select(w => w.Kind).ShouldContain(CompoundFileWarningKind.ShortStream);
        file.Root.FindStorage("Storage 1")!.FindStream("Stream 1")!.Length.ShouldBe(9 * 64);
    }

    [Fact]
    public void A_directory_that_goes_round_ends()
    {
        // The stream's left sibling is its storage, the storage's right sibling is itself.
        var file = Read(With(CompoundFileGoldenTests.Example(), (0x544, 1), (0x4C8, 1)))!;
        file.Warnings.Select(w => w.Kind).ShouldBe([CompoundFileWarningKind.BadTree, CompoundFileWarningKind.BadTree]);
        file.Root.FindStorage("Storage 1")!.FindStream("Stream 1").ShouldNotBeNull();
    }

    [Fact]
    public void Streams_that_share_their_sectors_do_not_multiply_the_file()
    {
        var root = new CompoundStorage();
        root.AddStream("s", CompoundTrees.Bytes(50_000, 1));
        for (var i = 0; i < 500; i++)
            root.AddStream($"n{i}", ReadOnlyMemory<byte>.Empty);
        var bytes = CompoundFileWriter.ToArray(root);
        var directory = (int)(BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(0x30)) + 1) * 512;
        var start = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(directory + 128 + 116));
        for (var id = 1; id <= 501; id++)
            bytes = With(bytes, (directory + id * 128 + 116, start), (directory + id * 128 + 120, 50_000));

        var file = Read(bytes)!;

        file.Root.Streams.Count().ShouldBe(501);
        CompoundTrees.TotalLength(file.Root).ShouldBe(50_000);
        file.Warnings.Count.ShouldBe(CompoundFileLimits.Default.MaxWarnings);
    }

    [Fact]
    public void Names_that_occur_twice_keep_the_first()
    {
        var root = new CompoundStorage();
        root.AddStream("a", new byte[] { 1 });
        root.AddStream("b", new byte[] { 2 });
        var bytes = CompoundFileWriter.ToArray(root);
        var directory = (int)(BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(0x30)) + 1) * 512;
        bytes[directory + 2 * 128] = (byte)'A';

        var file = Read(bytes)!;

        file.Root.Streams.Count().ShouldBe(1);
        file.Warnings.ShouldHaveSingleItem().Kind.ShouldBe(CompoundFileWarningKind.DuplicateName);
    }

    [Fact]
    public void Depth_is_bounded()
    {
        var root = new CompoundStorage();
        var at = root;
        for (var i = 0; i < 2000; i++)
            at = at.AddStorage("s");

        var file = Read(CompoundFileWriter.ToArray(root))!;

        file.Warnings.ShouldHaveSingleItem().Kind.ShouldBe(CompoundFileWarningKind.TooDeep);
        var depth = 0;
        for (var s = file.Root.FindStorage("s"); s is not null; s = s.FindStorage("s"))
            depth++;
        depth.ShouldBe(CompoundFileLimits.Default.MaxDepth);
    }

    [Fact]
    public void Siblings_in_any_order_and_colour_are_found()
    {
        // A list instead of a tree, sorted the wrong way round.
        var root = new CompoundStorage();
        for (var i = 0; i < 50; i++)
            root.AddStream($"{i:D2}", new byte[] { (byte)i });
        var bytes = CompoundFileWriter.ToArray(root);
        var directory = (int)(BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(0x30)) + 1) * 512;
        bytes = With(bytes, (directory + 76, 50));
        for (var id = 1; id <= 50; id++)
        {
            bytes[directory + id * 128 + 67] = 9;
            bytes = With(bytes, (directory + id * 128 + 68, uint.MaxValue), (directory + id * 128 + 72, id == 1 ? uint.MaxValue : (uint)id - 1));
        }

        var file = Read(bytes)!;

        file.Warnings.ShouldBeEmpty();
        file.Root.Streams.Select(s => s.ToArray()[0]).ShouldBe(Enumerable.Range(0, 50).Select(i => (byte)i));
    }
}
