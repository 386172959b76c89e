using Rialto.Content.Lzx;

namespace Rialto.Fuzz;

internal static class LzxTargets
{
    private static readonly byte[] s_reference = [.. Enumerable.Range(0, 5_000).Select(i => (byte)(i * i >> 5))];

    public static readonly byte[][] Samples = [.. new[] { 30, 5_000, 70_000 }.Select(n => Pack(n, default)), Pack(6_000, s_reference), Stored()];

    /// <summary>Unpacks to a length and over reference data that the first bytes choose; what comes out is packed and unpacked again.</summary>
    public static void Unpack(ReadOnlyMemory<byte> input)
    {
        if (input.Length < 4)
            return;
        var bytes = input.Span;
        var output = new byte[1 + (bytes[0] | bytes[1] << 8 | (bytes[2] & 1) << 16)];
        var reference = (bytes[3] & 1) == 0 ? default : s_reference.AsSpan();
        if (new LzxDecoder().Decode(bytes[4..], reference, output) != LzxError.None)
            return;
        var again = new byte[output.Length];
        if (new LzxDecoder().Decode(new LzxEncoder().Encode(output, reference), reference, again) != LzxError.None || !again.AsSpan().SequenceEqual(output))
            throw new InvalidOperationException("What was packed did not come out again.");
    }

    private static byte[] Pack(int length, ReadOnlySpan<byte> reference)
    {
        var data = new byte[length];
        for (var i = 0; i < length; i++)
            data[i] = (byte)(i % 97 * (i / 1_000 % 3) + (i * 31 >> 7));
        return [.. Head(length, reference.Length > 0), .. new LzxEncoder().Encode(data, reference)];
    }

    private static byte[] Stored()
    {
        var data = new byte[40_001];
        new Random(1).NextBytes(data);
        return [.. Head(data.Length, false), .. new LzxEncoder().Encode(data)];
    }

    private static byte[] Head(int length, bool reference) => [(byte)(length - 1), (byte)((length - 1) >> 8), (byte)((length - 1) >> 16), (byte)(reference ? 1 : 0)];
}
