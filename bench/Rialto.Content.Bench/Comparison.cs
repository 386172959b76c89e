using System.Diagnostics;
using System.Globalization;
using Rialto.Content.Mime;

/// <summary>The same files and the same way of measuring as bench/gmime: name, messages a second, megabytes a second, bytes allocated a message.</summary>
internal static class Comparison
{
    public static void Run(ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (name.StartsWith('@'))
                Measure("corpus", [.. File.ReadLines(name[1..]).Select(File.ReadAllBytes)]);
            else
                Measure(name, [File.ReadAllBytes(name)]);
        }
    }

    private static void Measure(string name, byte[][] messages)
    {
        double best = 0;
        long allocated = 0;
        // One round more than the others: compiled code gets better while it runs.
        for (var round = 0; round < 4; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var watch = Stopwatch.StartNew();
            long count = 0;
            do
            {
                foreach (var message in messages)
                    ImapDigest.Build(MimeMessage.Parse(message));
                count += messages.Length;
            }
            while (watch.Elapsed.TotalSeconds < 0.4);
            best = Math.Max(best, count / watch.Elapsed.TotalSeconds);
            allocated = (GC.GetAllocatedBytesForCurrentThread() - before) / count;
        }
        var megabytes = best * messages.Sum(m => (double)m.Length) / messages.Length / 1e6;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}\t{best:f0}\t{megabytes:f1}\t{allocated}"));
    }
}
