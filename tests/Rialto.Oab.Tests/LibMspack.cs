using System.Runtime.InteropServices;
using Rialto.Testing;

namespace Rialto.Oab.Tests;

/// <summary>libmspack's reader of offline address books (Debian: libmspack0), another hand's reading of the same specification: the judge of ours.</summary>
internal static unsafe class LibMspack
{
    private static readonly nint s_library = Load();

    public static bool Available => s_library != 0;

    /// <summary>Unpacks a whole file; 0 is success, others are MSPACK_ERR_ numbers.</summary>
    public static int Unpack(string packed, string raw) => With(decompressor =>
        ((delegate* unmanaged[Cdecl]<nint, byte*, byte*, int>)Method(decompressor, 0))(decompressor, Text(packed), Text(raw)));

    /// <summary>Makes the new file of the old one and a difference.</summary>
    public static int Apply(string patch, string source, string target) => With(decompressor =>
        ((delegate* unmanaged[Cdecl]<nint, byte*, byte*, byte*, int>)Method(decompressor, 1))(decompressor, Text(patch), Text(source), Text(target)));

    /// <summary>Unpacks bytes.</summary>
    public static byte[] Unpack(byte[] packed, TempDirectory directory)
    {
        File.WriteAllBytes(directory.File("packed"), packed);
        Unpack(directory.File("packed"), directory.File("raw")).ShouldBe(0);
        return File.ReadAllBytes(directory.File("raw"));
    }

    /// <summary>Applies bytes to bytes.</summary>
    public static byte[] Apply(byte[] source, byte[] patch, TempDirectory directory)
    {
        File.WriteAllBytes(directory.File("patch"), patch);
        File.WriteAllBytes(directory.File("source"), source);
        Apply(directory.File("patch"), directory.File("source"), directory.File("target")).ShouldBe(0);
        return File.ReadAllBytes(directory.File("target"));
    }

    private static int With(Func<nint, int> use)
    {
        var create = (delegate* unmanaged[Cdecl]<nint, nint>)NativeLibrary.GetExport(s_library, "mspack_create_oab_decompressor");
        var destroy = (delegate* unmanaged[Cdecl]<nint, void>)NativeLibrary.GetExport(s_library, "mspack_destroy_oab_decompressor");
        var decompressor = create(0);
        decompressor.ShouldNotBe(0);
        try
        {
            return use(decompressor);
        }
        finally
        {
            destroy(decompressor);
        }
    }

    /// <summary>The interface is a structure of functions.</summary>
    private static nint Method(nint decompressor, int index) => ((nint*)decompressor)[index];

    private static byte* Text(string path) => (byte*)Marshal.StringToCoTaskMemUTF8(path);

    private static nint Load() => NativeLibrary.TryLoad("libmspack.so.0", out var handle) ? handle : 0;
}

/// <summary>A test that asks libmspack; skipped, saying so, where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MspackFactAttribute : FactAttribute
{
    public MspackFactAttribute()
    {
        if (!LibMspack.Available)
            Skip = "libmspack0 is not installed.";
    }
}
