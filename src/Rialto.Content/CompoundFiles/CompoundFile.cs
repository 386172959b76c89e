// [MS-CFB] compound files (OLE structured storage): .msg, OLE objects.
namespace Rialto.Content.CompoundFiles;

/// <summary>
/// A compound file that was read: the tree of its storages and streams, and what was wrong with it. Reading is linear in the bytes given, in time and
/// memory, whatever they are: each sector belongs to the first chain that claims it.
/// </summary>
public sealed class CompoundFile
{
    private static ReadOnlySpan<byte> Signature => [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

    internal CompoundFile(CompoundStorage root, int majorVersion, IReadOnlyList<CompoundFileWarning> warnings)
    {
        Root = root;
        MajorVersion = majorVersion;
        Warnings = warnings;
    }

    public CompoundStorage Root { get; }

    /// <summary>3 (sectors of 512 bytes) or 4 (4,096 bytes).</summary>
    public int MajorVersion { get; }

    public IReadOnlyList<CompoundFileWarning> Warnings { get; }

    /// <summary>Whether the bytes begin as compound files do.</summary>
    public static bool IsCompoundFile(ReadOnlySpan<byte> bytes) => bytes.StartsWith(Signature);

    /// <summary>The streams of the result are views of <paramref name="bytes"/>, which must not change meanwhile. Null, with the reason, when there is no tree to be had.</summary>
    public static CompoundFile? Read(ReadOnlyMemory<byte> bytes, out CompoundFileError error, CompoundFileLimits? limits = null)
    {
        var reader = new CompoundFileReader(bytes, limits ?? CompoundFileLimits.Default);
        var file = reader.Read();
        error = reader.Error;
        return file;
    }
}
