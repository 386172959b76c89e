// [MS-OXOAB] 1.3, 2.9 to 2.11: a generation: the whole file, the difference from the one before, the templates.
using System.Globalization;
using System.Security.Cryptography;
using Rialto.Oab.Wire;

namespace Rialto.Oab.Build;

/// <summary>What became of a list.</summary>
/// <param name="State">Its generation now.</param>
/// <param name="IsNew">Whether that is a new one; false where nothing changed.</param>
public readonly record struct OabListResult(OabListState State, bool IsNew);

/// <summary>When a generation is made.</summary>
public enum OabBuild
{
    /// <summary>Where something changed.</summary>
    IfChanged,

    /// <summary>Even where nothing changed.</summary>
    Always,

    /// <summary>As the first of a new row of generations, which follows none: clients download it whole, whatever number they have.</summary>
    Anew,
}

/// <summary>Makes a list's next generation in a directory of files. Memory is a few blocks and a few bytes an entry, however large the list is.</summary>
internal sealed class OabBuilder(string directory, OabOptions options, IReadOnlyList<OabLanguage> languages, TimeProvider time)
{
    /// <summary>Ending of files that are being made.</summary>
    public const string Unfinished = ".new";

    private const int BufferSize = 256 * 1024;

    /// <summary>A difference larger than this share of the whole file is not worth its chain: clients take the whole.</summary>
    private const double WorthwhileShare = 0.6;

    /// <summary>Makes the next generation, or finds that there is nothing new. The files are on disk when it returns, and nobody knows of them yet.</summary>
    /// <param name="contents">What is in the list.</param>
    /// <param name="before">The generation now; null for the first.</param>
    /// <param name="build">When one is made; without the one before it is the first of its row anyway.</param>
    /// <param name="cancel">Gives up; what was begun stays as unfinished files.</param>
    public async Task<OabListResult> MakeAsync(OabContents contents, OabListState? before, OabBuild build, CancellationToken cancel)
    {
        if (build == OabBuild.Anew)
            before = null;
        var id = before?.Id ?? Guid.NewGuid();
        var header = new OabFileHeader('\\' + contents.Name, contents.Dn, id, (before?.Sequence ?? 0) + 1, contents.RootDepartment);
        await using var raw = Temporary($"{id:D}-raw");
        var writer = DetailsWriter.Begin(raw, header, options.Limits);
        await foreach (var row in contents.Rows(cancel).WithCancellation(cancel))
            writer.Write(row.Values, row.Elsewhere);
        var hash = Contents(writer.End(), header);
        if (build == OabBuild.IfChanged && before?.Contents == hash)
            return new(before, false);

        raw.Position = 0;
        var full = await WriteAsync($"{id:D}-data-{header.Sequence}.lzx", header.Sequence, raw.Length, packed => LzxFile.PackAsync(raw, packed, options.Workers, cancel), cancel);
        var differences = new List<DatedDifference>();
        if (before is not null && await DifferenceAsync(id, before, full, raw, cancel) is { } difference)
        {
            var oldest = time.GetUtcNow() - options.KeepDifferences;
            differences.AddRange(before.Differences.Where(d => d.Made >= oldest));
            differences.Add(new(difference, time.GetUtcNow()));
        }
        var templates = new List<OabTemplateFileEntry>();
        foreach (var language in languages)
        {
            foreach (var macintosh in new[] { false, true })
            {
                var bytes = macintosh ? language.Macintosh : language.Windows;
                var name = $"{id:D}-{(macintosh ? "mac" : "lng")}{language.Id}-{header.Sequence}.lzx";
                var file = await WriteAsync(name, header.Sequence, bytes.Length, packed => packed.WriteAsync(LzxFile.Pack(bytes), cancel).AsTask(), cancel);
                templates.Add(new(file, language.Id, macintosh));
            }
        }
        return new(
            new()
            {
                Id = id,
                List = contents.ListId,
                Dn = contents.Dn,
                Name = header.Name,
                Sequence = header.Sequence,
                Count = writer.Count,
                Contents = hash,
                Made = time.GetUtcNow(),
                Full = full,
                Templates = templates,
                Differences = differences,
            },
            true);
    }

    private string Contents(byte[] objects, OabFileHeader header)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(objects);
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes($"{header.Name}\n{header.Dn}"));
        hash.AppendData(System.Text.Encoding.UTF8.GetBytes(header.RootDepartment));
        foreach (var language in languages)
        {
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes(language.Id));
            hash.AppendData(SHA256.HashData(language.Windows));
            hash.AppendData(SHA256.HashData(language.Macintosh));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private async Task<OabFile?> DifferenceAsync(Guid id, OabListState before, OabFile full, FileStream raw, CancellationToken cancel)
    {
        await using var old = Temporary($"{id:D}-old");
        try
        {
            await using var packed = new FileStream(Path.Combine(directory, before.Full.Name), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, BufferSize);
            if (await Task.Run(() => LzxFile.Unpack(packed, old), cancel) != OabFileError.None)
                return null;
        }
        catch (IOException)
        {
            // The old file is gone or damaged: clients take the whole one.
            return null;
        }
        if (await Task.Run(() => PatchPlan.Make(old, raw), cancel) is not { } pieces)
            return null;
        var name = $"{id:D}-binpatch-{full.Sequence}.lzx";
        var patch = await WriteAsync(name, full.Sequence, full.UncompressedSize, stream => Task.Run(() => PatchFile.Write(old, raw, pieces, stream), cancel), cancel);
        // In a small book everything is of one size; there a difference is right whatever its share.
        if (patch.Size <= Math.Max(64 * 1024, full.Size * WorthwhileShare))
            return patch;
        File.Delete(Path.Combine(directory, name));
        return null;
    }

    private async Task<OabFile> WriteAsync(string name, int sequence, long uncompressed, Func<Stream, Task> write, CancellationToken cancel)
    {
        var path = Path.Combine(directory, name);
        long size;
        string sha1;
        await using (var stream = new FileStream(path + Unfinished, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.ReadWrite, BufferSize = BufferSize, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
        {
            await write(stream);
            await stream.FlushAsync(cancel);
            size = stream.Length;
            stream.Position = 0;
#pragma warning disable CA5350 // [MS-OXWOAB] 2.2.2: the manifest has SHA-1; it finds broken downloads, and TLS keeps them from being exchanged.
            sha1 = Convert.ToHexStringLower(await SHA1.HashDataAsync(stream, cancel));
#pragma warning restore CA5350
            stream.Flush(flushToDisk: true);
        }
        File.Move(path + Unfinished, path, overwrite: true);
        return new(name, sequence, size, uncompressed, sha1);
    }

    private FileStream Temporary(string name) => new(
        Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"{name}{Unfinished}")),
        new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.ReadWrite,
            Options = FileOptions.DeleteOnClose,
            BufferSize = 1,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
}

/// <summary>Template files of a language.</summary>
/// <param name="Id">Its locale id in four hexadecimal digits, e.g. <c>0409</c>.</param>
/// <param name="Windows">The file for clients on Windows.</param>
/// <param name="Macintosh">The file for those on the Macintosh.</param>
public sealed record OabLanguage(string Id, byte[] Windows, byte[] Macintosh);
