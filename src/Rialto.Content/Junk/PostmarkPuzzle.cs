// [MS-OXPSVAL] 2.2.3.1 the puzzle, 2.2.3 creating a postmark.
using System.Text;

namespace Rialto.Content.Junk;

/// <summary>What making a postmark may cost.</summary>
public sealed record PostmarkOptions
{
    public static PostmarkOptions Default { get; } = new();

    /// <summary>The degree of difficulty. 7 is what Outlook uses and filters expect; each more doubles the work.</summary>
    public int Degree { get; init; } = 7;

    /// <summary>
    /// Hashes tried before giving up. Degree 7 takes two to three million, about a second of one core; three times that is all that a message is worth.
    /// </summary>
    public long MaxAttempts { get; init; } = 8_000_000;
}

/// <summary>
/// The puzzle P over a document D: sixteen different δ such that H(δ ∘ H(D)) begins with as many zero bits as the degree says and all these hashes end in the
/// same twelve bits. Outlook hashes D with the white space in its date, against the text of 2.2.3.1, and the example of 3.1 was made that way too.
/// </summary>
public static class PostmarkPuzzle
{
    public const int SolutionCount = 16;

    private const int SuffixBits = 12;
    private const int MaxSolutionSize = 32;

    /// <summary>Whether the postmark's solutions solve its puzzle at its own degree, and are as many and as different as they should be. Hashes seventeen times.</summary>
    public static bool IsSolved(Postmark postmark)
    {
        if (postmark.Solutions.Count != SolutionCount)
            return false;
        Span<byte> suffix = stackalloc byte[SonOfSha1.Size];
        HashOf(postmark.Document, suffix);
        Span<byte> input = stackalloc byte[MaxSolutionSize + SonOfSha1.Size];
        Span<byte> hash = stackalloc byte[SonOfSha1.Size];
        var common = -1;
        for (var i = 0; i < SolutionCount; i++)
        {
            var solution = postmark.Solutions[i];
            if (solution.Length > MaxSolutionSize)
                return false;
            for (var j = 0; j < i; j++)
            {
                if (solution.AsSpan().SequenceEqual(postmark.Solutions[j]))
                    return false;
            }
            solution.CopyTo(input);
            suffix.CopyTo(input[solution.Length..]);
            SonOfSha1.HashData(input[..(solution.Length + SonOfSha1.Size)], hash);
            if (!StartsWithZeros(hash, postmark.Degree))
                return false;
            var end = SuffixOf(hash);
            if (common >= 0 && end != common)
                return false;
            common = end;
        }
        return true;
    }

    /// <summary>
    /// The puzzle with its solutions; null when <see cref="PostmarkOptions.MaxAttempts"/> did not find them. Takes seconds of computing: not for a thread that
    /// others wait for. <see cref="OperationCanceledException"/> when cancelled.
    /// </summary>
    public static Postmark? Solve(Postmark puzzle, PostmarkOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= PostmarkOptions.Default;
        Span<byte> input = stackalloc byte[8 + SonOfSha1.Size];
        HashOf(puzzle.Document, input[8..]);
        Span<byte> hash = stackalloc byte[SonOfSha1.Size];
        // For each ending, the numbers found with it.
        var found = new uint[(1 << SuffixBits) * SolutionCount];
        var counts = new byte[1 << SuffixBits];
        var attempts = Math.Min(options.MaxAttempts, uint.MaxValue);
        for (uint number = 1; number <= attempts; number++)
        {
            if ((number & 0xFFFF) == 0)
                cancellation.ThrowIfCancellationRequested();
            // Big-endian without leading zeros, right before the document's hash.
            var start = WriteNumber(number, input);
            SonOfSha1.HashData(input[start..], hash);
            if (!StartsWithZeros(hash, puzzle.Degree))
                continue;
            var end = SuffixOf(hash);
            found[end * SolutionCount + counts[end]] = number;
            if (++counts[end] == SolutionCount)
                return puzzle with { Solutions = [.. found.AsSpan(end * SolutionCount, SolutionCount).ToArray().Select(Bytes)] };
        }
        return null;
    }

    private static void HashOf(string document, Span<byte> hash) => SonOfSha1.HashData(Encoding.Latin1.GetBytes(document), hash);

    private static int WriteNumber(uint number, Span<byte> input)
    {
        var at = 8;
        for (; number > 0; number >>= 8)
            input[--at] = (byte)number;
        return at;
    }

    private static byte[] Bytes(uint number)
    {
        Span<byte> bytes = stackalloc byte[8];
        return bytes[WriteNumber(number, bytes)..].ToArray();
    }

    private static int SuffixOf(ReadOnlySpan<byte> hash) => (hash[^2] & 0x0F) << 8 | hash[^1];

    private static bool StartsWithZeros(ReadOnlySpan<byte> hash, int bits)
    {
        var whole = bits / 8;
        if (hash[..whole].ContainsAnyExcept((byte)0))
            return false;
        return (bits & 7) == 0 || hash[whole] >> (8 - (bits & 7)) == 0;
    }
}
