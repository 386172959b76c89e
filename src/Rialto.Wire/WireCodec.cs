using System.Diagnostics.CodeAnalysis;

namespace Rialto.Wire;

/// <summary>Whole structures to and from bytes.</summary>
public static class WireCodec
{
    /// <summary>Reads one structure; false when the bytes are malformed or cut short. Bytes after it are left alone.</summary>
    public static bool TryRead<T>(ReadOnlySpan<byte> bytes, [MaybeNullWhen(false)] out T value)
        where T : IWireStructure<T>
    {
        var reader = new WireReader(bytes);
        value = WireDefault<T>.Create();
        reader.Structure(ref value);
        return !reader.Failed;
    }

    /// <summary>The structure's bytes. <see cref="InvalidOperationException"/> when the value cannot be expressed (a count that outgrows its width).</summary>
    public static byte[] ToArray<T>(T value)
        where T : IWireStructure<T>
    {
        var writer = new WireWriter(256);
        try
        {
            writer.Structure(ref value);
            return writer.Failed ? throw new InvalidOperationException($"{typeof(T).Name} does not fit its wire form.") : writer.ToArray();
        }
        finally
        {
            writer.Dispose();
        }
    }

    public static int SizeOf<T>(T value)
        where T : IWireStructure<T>
    {
        var sizer = new WireSizer();
        sizer.Structure(ref value);
        return sizer.Position;
    }

    /// <summary>A readable tree of the structure's fields with their offsets, as far as the bytes can be read.</summary>
    public static string Dump<T>(ReadOnlySpan<byte> bytes)
        where T : IWireStructure<T>
    {
        var dumper = new WireDumper(bytes);
        var value = WireDefault<T>.Create();
        dumper.Structure(ref value, typeof(T).Name);
        return dumper.ToString();
    }
}
