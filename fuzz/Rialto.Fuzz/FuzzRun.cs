using System.Diagnostics;
using System.Globalization;

namespace Rialto.Fuzz;

/// <summary>An input that a reader failed on.</summary>
public sealed record FuzzFailure(string Target, string What, byte[] Input, Exception? Exception)
{
    public override string ToString() => $"{Target}: {What} ({Input.Length} bytes)\n{Exception}";
}

/// <summary>Mutates seeds and runs one target on them until it fails or its time or count is up.</summary>
public sealed class FuzzRun(FuzzTarget target, int seed, string? corpus)
{
    // Long enough for any structure, short enough for thousands of rounds a second.
    private const int MaxSeedLength = 64 << 10;
    private const int MaxInputLength = 128 << 10;
    private const int ProbeEvery = 400;
    private const int ProbeLength = 256 << 10;

    private readonly List<byte[]> _seeds = Seeds(target, corpus);

    /// <summary>Whether super-linear time fails the run: for the command line; a test must not depend on a clock.</summary>
    public bool WatchesTime { get; init; }

    public int Rounds { get; private set; }

    public FuzzFailure? Run(int maxRounds, TimeSpan? limit = null)
    {
        var random = new Random(seed);
        var mutator = new Mutator(random, target.Tokens, MaxInputLength);
        var watch = Stopwatch.StartNew();
        // What the reader sets up once is not on any input's account.
        Try(_seeds[0]);
        for (Rounds = 0; Rounds < maxRounds && !(watch.Elapsed > limit); Rounds++)
        {
            var input = Rounds < _seeds.Count && Rounds % 2 == 0
                ? _seeds[Rounds]
                : mutator.Mutate(_seeds[random.Next(_seeds.Count)], _seeds[random.Next(_seeds.Count)]);
            if (Try(input) is { } failure || Rounds % ProbeEvery == ProbeEvery - 1 && input.Length > 0 && (failure = Probe(mutator, input)) is not null)
                return failure;
        }
        return null;
    }

    /// <summary>One input: null, or how it failed.</summary>
    public FuzzFailure? Try(byte[] input)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        try
        {
            target.Run(input);
        }
        catch (Exception e)
        {
            return new FuzzFailure(target.Name, e.GetType().Name + ": " + e.Message, input, e);
        }
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return allocated <= target.AllocationFloor + (long)input.Length * target.AllocationFactor
            ? null
            : new FuzzFailure(target.Name, string.Create(CultureInfo.InvariantCulture, $"allocated {allocated:n0} bytes"), input, null);
    }

    /// <summary>A long input of one repeated piece, and a quarter of it: four times the length may take eight times as long, not more.</summary>
    private FuzzFailure? Probe(Mutator mutator, byte[] input)
    {
        var large = mutator.Amplify(input, ProbeLength);
        if (Try(large) is { } failure)
            return failure;
        if (!WatchesTime)
            return null;
        var small = large[..(ProbeLength / 4)];
        // Anything under a millisecond a kilobyte and a half is told from noise by doing it again.
        for (var attempt = 0; attempt < 5; attempt++)
        {
            var time = Time(large);
            if (time < TimeSpan.FromMilliseconds(60) || time < Time(small) * 8)
                return null;
        }
        return new FuzzFailure(target.Name, string.Create(CultureInfo.InvariantCulture, $"super-linear: {Time(large).TotalMilliseconds:n0} ms, a quarter of it {Time(small).TotalMilliseconds:n0} ms"), large, null);
    }

    private TimeSpan Time(byte[] input)
    {
        var before = Environment.CpuUsage.TotalTime;
        target.Run(input);
        return Environment.CpuUsage.TotalTime - before;
    }

    private static List<byte[]> Seeds(FuzzTarget target, string? corpus)
    {
        var seeds = new List<byte[]>(target.Samples);
        foreach (var pattern in corpus is null ? [] : target.Seeds)
        {
            var slash = pattern.LastIndexOf('/');
            var folder = Path.Combine(corpus!, slash < 0 ? "" : pattern[..slash]);
            if (!System.IO.Directory.Exists(folder))
                continue;
            foreach (var file in System.IO.Directory.GetFiles(folder, pattern[(slash + 1)..], SearchOption.AllDirectories).Order(StringComparer.Ordinal))
            {
                if (new FileInfo(file).Length <= MaxSeedLength)
                    seeds.Add(File.ReadAllBytes(file));
            }
        }
        return seeds.Count > 0 ? seeds : [new byte[64]];
    }
}
