namespace Rialto.Wire;

/// <summary>Bounds that every codec shares.</summary>
public static class WireLimits
{
    /// <summary>
    /// Nested structures. Restrictions are the deepest thing clients send (a few levels in practice, two dozen in the largest rule seen);
    /// 64 keeps a hostile one far from the stack's end.
    /// </summary>
    public const int Depth = 64;

    /// <summary>Elements allocated ahead for a counted array before any of them has been read, so that a count alone buys no memory.</summary>
    public const int ArrayAhead = 64;
}
