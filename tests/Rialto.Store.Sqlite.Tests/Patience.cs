using Rialto.Store.Backend;
using Rialto.Testing;

namespace Rialto.Store.Sqlite.Tests;

/// <summary>Waits for what the background work has yet to do.</summary>
internal static class Patience
{
    public static async Task UntilAsync(Func<Task<bool>> condition) => (await Eventually.HoldsAsync(condition)).ShouldBeTrue();

    /// <summary>Until storage takes it again; the last failure passes on after ten seconds.</summary>
    public static async Task UntilItWorksAsync(Func<Task> work)
    {
        for (var i = 0; ; i++)
        {
            try
            {
                await work();
                return;
            }
            catch (StorageUnavailableException) when (i < 200)
            {
                await Task.Delay(50);
            }
        }
    }
}
