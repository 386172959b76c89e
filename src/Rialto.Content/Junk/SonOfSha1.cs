// [MS-OXPSVAL] 2.3.3: the hash of postmarks.
using System.Buffers.Binary;
using System.Numerics;

namespace Rialto.Content.Junk;

/// <summary>
/// SHA-1 (FIPS 180-1) with other constants and a 64-bit remainder mixed into its first twenty rounds, which was to keep the SHA-1 hardware of its day from
/// computing it. Good for nothing but postmarks.
/// </summary>
public static class SonOfSha1
{
    public const int Size = 20;

    private const int BlockSize = 64;

    /// <summary>The hash of some bytes into the first 20 of <paramref name="hash"/>.</summary>
    public static void HashData(ReadOnlySpan<byte> data, Span<byte> hash)
    {
        Span<uint> state = [0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0];
        var rest = data;
        while (rest.Length >= BlockSize)
        {
            Block(state, rest[..BlockSize]);
            rest = rest[BlockSize..];
        }
        Span<byte> last = stackalloc byte[BlockSize * 2];
        last.Clear();
        rest.CopyTo(last);
        last[rest.Length] = 0x80;
        var end = rest.Length + 9 <= BlockSize ? BlockSize : BlockSize * 2;
        BinaryPrimitives.WriteUInt64BigEndian(last[(end - 8)..], (ulong)data.Length * 8);
        for (var at = 0; at < end; at += BlockSize)
            Block(state, last.Slice(at, BlockSize));
        for (var i = 0; i < state.Length; i++)
            BinaryPrimitives.WriteUInt32BigEndian(hash[(i * 4)..], state[i]);
    }

    private static void Block(Span<uint> state, ReadOnlySpan<byte> block)
    {
        Span<uint> w = stackalloc uint[80];
        for (var t = 0; t < 16; t++)
            w[t] = BinaryPrimitives.ReadUInt32BigEndian(block[(t * 4)..]);
        for (var t = 16; t < 80; t++)
            w[t] = BitOperations.RotateLeft(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
        uint a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
        for (var t = 0; t < 80; t++)
        {
            var (f, k) = t switch
            {
                < 20 => (Remainder(b, c, d) ^ (b & c | ~b & d), 0x041D0411u),
                < 40 => (b ^ c ^ d, 0x416C6578u),
                < 60 => (b & c | b & d | c & d, 0xA116F5B6u),
                _ => (b ^ c ^ d, 0x404B2429u),
            };
            var next = BitOperations.RotateLeft(a, 5) + f + e + w[t] + k;
            e = d;
            d = c;
            c = BitOperations.RotateLeft(b, 30);
            b = a;
            a = next;
        }
        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
    }

    /// <summary>The low half of (b, c) modulo (c, d), each pair taken as one number.</summary>
    private static uint Remainder(uint b, uint c, uint d)
    {
        var divisor = (ulong)c << 32 | d;
        var dividend = (ulong)b << 32 | c;
        return (uint)(divisor == 0 ? dividend : dividend % divisor);
    }
}
