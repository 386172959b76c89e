// rialto-fuzz TARGET|all [--seconds N] [--seed S] [--corpus DIR] [--file INPUT]
// Mutates the corpus files of a target and runs it on them. A failing input is written to the working directory and can be run again with --file.
using System.Globalization;
using Rialto.Fuzz;

var options = new Dictionary<string, string>(StringComparer.Ordinal);
var names = new List<string>();
for (var i = 0; i < args.Length; i++)
{
    if (args[i].StartsWith("--", StringComparison.Ordinal) && i + 1 < args.Length)
        options[args[i][2..]] = args[++i];
    else
        names.Add(args[i]);
}
if (names.Count == 0 || options.Keys.Any(k => k is not ("seconds" or "seed" or "corpus" or "file")))
    return Usage();
var targets = names is ["all"] ? FuzzTargets.All : names.Select(FuzzTargets.Find).OfType<FuzzTarget>().ToList();
if (names is not ["all"] && targets.Count != names.Count)
    return Usage();

var seconds = int.Parse(options.GetValueOrDefault("seconds", "10"), NumberStyles.None, CultureInfo.InvariantCulture);
var seed = int.Parse(options.GetValueOrDefault("seed", "1"), NumberStyles.None, CultureInfo.InvariantCulture);
var corpus = options.GetValueOrDefault("corpus") ?? Environment.GetEnvironmentVariable("RIALTO_CORPUS");
var failed = 0;
foreach (var target in targets)
{
    var run = new FuzzRun(target, seed, corpus) { WatchesTime = true };
    var failure = options.TryGetValue("file", out var file) ? run.Try(File.ReadAllBytes(file)) : run.Run(int.MaxValue, TimeSpan.FromSeconds(seconds));
    if (failure is null)
    {
        Console.WriteLine($"{target.Name,-12} {run.Rounds,10} inputs, no failure");
        continue;
    }
    failed++;
    var path = $"fuzz-{target.Name}-{seed}-{run.Rounds}.bin";
    File.WriteAllBytes(path, failure.Input);
    Console.WriteLine($"{failure}\nround {run.Rounds}, written to {path}");
}
return failed == 0 ? 0 : 1;

static int Usage()
{
    Console.Error.WriteLine("rialto-fuzz TARGET…|all [--seconds N] [--seed S] [--corpus DIR] [--file INPUT]");
    Console.Error.WriteLine("targets: " + string.Join(' ', FuzzTargets.All.Select(t => t.Name)));
    return 2;
}
