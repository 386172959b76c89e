using System.Diagnostics;

namespace Rialto.Testing;

/// <summary>Waits for what happens beside a test, for as long as even a slow machine needs: only a test that fails waits to the end.</summary>
public static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Looks again and again. False when the condition still did not hold after a minute.</summary>
    public static Task<bool> HoldsAsync(Func<bool> condition) => HoldsAsync(() => Task.FromResult(condition()));

    /// <summary>Looks again and again. False when the condition still did not hold after a minute.</summary>
    public static async Task<bool> HoldsAsync(Func<Task<bool>> condition)
    {
        var start = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(start) > Patience) return false;
            await Task.Delay(10);
        }

        return true;
    }
}
