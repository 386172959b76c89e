namespace Rialto.Fuzz;

/// <summary>Changes inputs; the same seed makes the same changes.</summary>
internal sealed class Mutator(Random random, byte[] tokens, int maxLength)
{
    private static readonly uint[] Lies = [0, 1, 2, 3, 7, 8, 0x7F, 0x80, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFF0, 0xFFFFFFFE, 0xFFFFFFFF];

    public byte[] Mutate(byte[] seed, byte[] other)
    {
        var bytes = new List<byte>(seed.Length + 64);
        bytes.AddRange(seed);
        for (var edits = 1 + random.Next(random.Next(1, 16)); edits > 0; edits--)
        {
            if (bytes.Count == 0)
                bytes.Add((byte)random.Next(256));
            Edit(bytes, other);
            if (bytes.Count > maxLength)
                bytes.RemoveRange(maxLength, bytes.Count - maxLength);
        }
        return [.. bytes];
    }

    private void Edit(List<byte> bytes, byte[] other)
    {
        var at = random.Next(bytes.Count);
        switch (random.Next(10))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1:
                bytes[at] = (byte)random.Next(256);
                break;
            case 2:
                bytes[at] = tokens[random.Next(tokens.Length)];
                break;
            case 3:
                bytes.Insert(at, tokens[random.Next(tokens.Length)]);
                break;
            case 4:
                bytes.RemoveRange(at, Math.Min(Length(), bytes.Count - at));
                break;
            case 5:
                bytes.InsertRange(at, Slice(bytes, Length()));
                break;
            case 6 when other.Length > 0:
                var from = random.Next(other.Length);
                bytes.InsertRange(at, other.AsSpan(from, Math.Min(Length() * 4, other.Length - from)).ToArray());
                break;
            case 7:
                Lie(bytes, at);
                break;
            case 8:
                Repeat(bytes, at);
                break;
            default:
                // Truncation seldom: it hides what comes after.
                if (random.Next(4) == 0)
                    bytes.RemoveRange(at, bytes.Count - at);
                break;
        }
    }

    /// <summary>A length, an offset or a count that is not true, in either byte order.</summary>
    private void Lie(List<byte> bytes, int at)
    {
        var width = 1 << random.Next(3);
        var lie = random.Next(3) == 0 ? (uint)bytes.Count + (uint)random.Next(-8, 9) : Lies[random.Next(Lies.Length)];
        var bigEndian = random.Next(4) == 0;
        for (var i = 0; i < width && at + i < bytes.Count; i++)
            bytes[at + i] = (byte)(lie >> 8 * (bigEndian ? width - 1 - i : i));
    }

    private void Repeat(List<byte> bytes, int at)
    {
        var slice = Slice(bytes, random.Next(1, 80));
        var times = 1 << random.Next(random.Next(1, 13));
        for (; times > 0 && bytes.Count + slice.Count < maxLength; times--)
            bytes.InsertRange(Math.Min(at, bytes.Count), slice);
    }

    private List<byte> Slice(List<byte> bytes, int length)
    {
        var start = random.Next(bytes.Count);
        return bytes.GetRange(start, Math.Min(length, bytes.Count - start));
    }

    private int Length() => 1 + random.Next(1 << random.Next(10));

    /// <summary>A piece of the input again and again, up to a length: what a super-linear reader chokes on.</summary>
    public byte[] Amplify(byte[] input, int length)
    {
        var start = random.Next(input.Length);
        var piece = input.AsSpan(start, Math.Min(input.Length - start, Length()));
        var head = input.AsSpan(0, Math.Min(start, length / 2));
        var result = new byte[length];
        head.CopyTo(result);
        for (var at = head.Length; at < length; at += piece.Length)
            piece[..Math.Min(piece.Length, length - at)].CopyTo(result.AsSpan(at));
        return result;
    }
}
