// [MS-OXTNEF] 2.1 structures, 2.3 the reader.
using Rialto.Model;

namespace Rialto.Content.Tnef;

/// <summary>Reads TNEF streams (winmail.dat, application/ms-tnef).</summary>
public static class TnefReader
{
    /// <summary>The first four bytes of every stream, little-endian.</summary>
    public const uint Signature = 0x223E9F78;

    /// <summary>
    /// The message in a stream. Total: whatever could be read is there and <see cref="TnefMessage.Warnings"/> tells what could not; bytes that are no TNEF give
    /// an empty message. Copies what it keeps of <paramref name="stream"/>.
    /// </summary>
    public static TnefMessage Read(ReadOnlySpan<byte> stream, TnefLimits? limits = null)
    {
        var context = new TnefReadContext(limits ?? TnefLimits.Default);
        return TnefStreamReader.Read(stream, 0, context);
    }
}
