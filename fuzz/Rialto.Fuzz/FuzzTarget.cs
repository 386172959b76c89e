namespace Rialto.Fuzz;

/// <summary>One reader under test.</summary>
/// <param name="Name">What the command line calls it.</param>
/// <param name="Seeds">"folder/*.ext" patterns below the corpus folder; what they find is mutated along with <see cref="Samples"/>.</param>
/// <param name="Run">Reads the bytes to the end and touches every result. Whatever it throws is a failure.</param>
public sealed record FuzzTarget(string Name, string[] Seeds, Action<ReadOnlyMemory<byte>> Run)
{
    /// <summary>Inputs that need no corpus.</summary>
    public byte[][] Samples { get; init; } = [];

    /// <summary>Bytes that mean something to the format: mutations put them in more often than others.</summary>
    public byte[] Tokens { get; init; } = "\0\x01\x7f\u0080\xff \r\n"u8.ToArray();

    /// <summary>
    /// Bytes the reader may allocate for each byte of input, beyond <see cref="AllocationFloor"/>. An input that takes more is a failure: it is how length lies and
    /// blow-ups are noticed without a clock.
    /// </summary>
    public int AllocationFactor { get; init; } = 64;

    public int AllocationFloor { get; init; } = 4 << 20;
}
