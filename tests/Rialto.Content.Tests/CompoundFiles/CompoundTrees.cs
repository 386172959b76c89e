using Rialto.Content.CompoundFiles;

namespace Rialto.Content.Tests.CompoundFiles;

/// <summary>Trees to write, and what they must still be when they have been read.</summary>
internal static class CompoundTrees
{
    /// <summary>A line an entry with its path, length and the sum of its bytes, by name: equal for equal trees.</summary>
    public static string Describe(CompoundStorage storage, string path = "")
    {
        var lines = new List<string>();
        foreach (var entry in storage.Entries.OrderBy(e => e.Name, CompoundNameComparer.Instance))
        {
            lines.Add(entry switch
            {
                CompoundStream stream => $"{path}{stream.Name}: {stream.Length} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(stream.ToArray()))}",
                CompoundStorage below => $"{path}{below.Name}/ {below.ClassId} {below.StateBits} {below.Created.Ticks} {below.Modified.Ticks}\n{Describe(below, path + below.Name + "/")}",
                _ => "",
            });
        }
        return string.Join('\n', lines);
    }

    public static long TotalLength(CompoundStorage storage) => storage.Streams.Sum(s => s.Length) + storage.Storages.Sum(TotalLength);

    public static byte[] Bytes(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Streams of all sizes around the sizes of sectors, empty and nested storages.</summary>
    public static CompoundStorage Varied()
    {
        var root = new CompoundStorage { ClassId = new Guid("00020d0b-0000-0000-c000-000000000046") };
        foreach (var length in new[] { 0, 1, 63, 64, 65, 511, 512, 513, 4095, 4096, 4097, 100_000 })
            root.AddStream($"s{length}", Bytes(length, length));
        root.AddStorage("empty");
        var storage = new CompoundStorage("inner") { StateBits = 7, Created = new(1), Modified = new(2), ClassId = Guid.AllBitsSet };
        root.TryAdd(storage).ShouldBeTrue();
        for (var i = 0; i < 100; i++)
            storage.AddStream($"name {i}", Bytes(i * 7, i));
        var at = storage;
        for (var i = 0; i < 20; i++)
            at = at.AddStorage($"level {i}");
        at.AddStream("deep", Bytes(10, 1));
        return root;
    }

    public static CompoundFile Read(byte[] bytes)
    {
        var file = CompoundFile.Read(bytes, out var error);
        error.ShouldBe(CompoundFileError.None);
        return file.ShouldNotBeNull();
    }
}
