using System.Buffers;
using System.Runtime.CompilerServices;

namespace Rialto.Wire;

/// <summary>An array of the shared pool that grows with what is put into it.</summary>
public static class PooledArray
{
    /// <summary>Makes room: where there is too little, an array of twice the length, or of more, takes the place of the old one, which goes back to the pool.</summary>
    /// <param name="array">Rented from the shared pool, or empty.</param>
    /// <param name="used">Elements at its beginning that stay.</param>
    /// <param name="more">Elements to come behind them.</param>
    /// <param name="clears">The old array is cleared: it held a secret.</param>
    /// <exception cref="OutOfMemoryException">There would be more elements than an array can have.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Reserve<T>(ref T[] array, int used, int more, bool clears = false)
    {
        if (array.Length - used < more)
            Grow(ref array, used, more, clears);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Grow<T>(ref T[] array, int used, int more, bool clears)
    {
        var needed = (long)used + more;
        if (needed > Array.MaxLength)
            throw new OutOfMemoryException();
        var larger = ArrayPool<T>.Shared.Rent((int)Math.Max(needed, Math.Min(array.Length * 2L, Array.MaxLength)));
        array.AsSpan(0, used).CopyTo(larger);
        if (array.Length > 0)
            ArrayPool<T>.Shared.Return(array, clears);
        array = larger;
    }
}
