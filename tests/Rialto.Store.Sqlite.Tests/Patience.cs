using Rialto.Store.Backend;

namespace Rialto.Store.Sqlite.Tests;

/// <summary>Waits for what the background work has yet to do.</summary>
internal static class Patience
{
    /// <summary>Until it is so; fails after twenty seconds.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        for (var i = 0; !await condition(); i++)
        {
            i.ShouldBeLessThan(400);
            await Task.Delay(50);
        }
    }

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
