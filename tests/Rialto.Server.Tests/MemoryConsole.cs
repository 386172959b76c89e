using Rialto.Server.Commands;

namespace Rialto.Server.Tests;

/// <summary>A console in memory.</summary>
internal sealed class MemoryConsole(byte[] input) : ICommandConsole
{
    private readonly MemoryStream _input = new(input);

    public StringWriter Written { get; } = new();

    public StringWriter Errors { get; } = new();

    public MemoryStream Bytes { get; } = new();

    public TextWriter Out => Written;

    public TextWriter Error => Errors;

    public int Width => 160;

    public bool Interactive => false;

    public ValueTask<string?> ReadSecretAsync(string prompt, CancellationToken cancel) => new((string?)null);

    public ValueTask<int> ReadInputAsync(Memory<byte> buffer, CancellationToken cancel) => _input.ReadAsync(buffer, cancel);

    public ValueTask WriteOutputAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) => Bytes.WriteAsync(bytes, cancel);
}
