// RFC 1320: MD4, which .NET has not; needed for one thing, the hash that NTLM calls NTOWFv1. [MS-NLMP] 3.3.1.
using System.Buffers.Binary;
using System.Numerics;

namespace Rialto.Directory;

/// <summary>MD4. Broken for every other use; here because NTLM's secret is one.</summary>
internal static class Md4
{
    private const int Block = 64;

    /// <summary>The 16 octets of the digest.</summary>
    public static byte[] Hash(ReadOnlySpan<byte> data)
    {
        Span<uint> state = [0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476];
        var rest = data;
        for (; rest.Length >= Block; rest = rest[Block..]) Mix(state, rest[..Block]);

        Span<byte> last = stackalloc byte[2 * Block];
        last.Clear();
        rest.CopyTo(last);
        last[rest.Length] = 0x80;
        var length = rest.Length < Block - 8 ? Block : 2 * Block;
        BinaryPrimitives.WriteUInt64LittleEndian(last[(length - 8)..], (ulong)data.Length * 8);
        for (var i = 0; i < length; i += Block) Mix(state, last.Slice(i, Block));

        var digest = new byte[16];
        for (var i = 0; i < 4; i++) BinaryPrimitives.WriteUInt32LittleEndian(digest.AsSpan(4 * i), state[i]);
        last.Clear();
        return digest;
    }

    private static void Mix(Span<uint> state, ReadOnlySpan<byte> block)
    {
        Span<uint> x = stackalloc uint[16];
        for (var i = 0; i < 16; i++) x[i] = BinaryPrimitives.ReadUInt32LittleEndian(block[(4 * i)..]);
        var (a, b, c, d) = (state[0], state[1], state[2], state[3]);
        ReadOnlySpan<int> shifts = [3, 7, 11, 19, 3, 5, 9, 13, 3, 9, 11, 15];
        ReadOnlySpan<byte> order =
        [
            0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
            0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15,
            0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15,
        ];
        for (var i = 0; i < 48; i++)
        {
            var round = i / 16;
            var f = round switch
            {
                0 => (b & c) | (~b & d),
                1 => ((b & c) | (b & d) | (c & d)) + 0x5A827999,
                _ => (b ^ c ^ d) + 0x6ED9EBA1,
            };
            var next = BitOperations.RotateLeft(a + f + x[order[i]], shifts[(4 * round) + (i % 4)]);
            (a, b, c, d) = (d, next, b, c);
        }

        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        x.Clear();
    }
}
