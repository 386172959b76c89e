using Rialto.Fuzz;
using Rialto.Testing;

namespace Rialto.Content.Tests;

/// <summary>Every fuzz target for a moment, always on the same inputs. Longer runs: fuzz/Rialto.Fuzz.</summary>
public class FuzzTests
{
    private const int Rounds = 2_000;

    public static TheoryData<string> Names() => [.. FuzzTargets.All.Select(t => t.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void No_input_fails(string name)
    {
        var run = new FuzzRun(FuzzTargets.Find(name)!, seed: 20260101, Corpus.Available ? Corpus.Root : null);
        run.Run(Rounds)?.ToString().ShouldBeNull();
        run.Rounds.ShouldBe(Rounds);
    }
}
