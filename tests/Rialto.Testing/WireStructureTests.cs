using Rialto.Wire;
using Shouldly;
using Xunit;

namespace Rialto.Testing;

/// <summary>
/// What every wire structure must do, from one set of golden examples: read and write exactly these bytes, know its size, fail on every proper prefix
/// without an exception, and survive bytes turned at random. Inherit it once a structure.
/// </summary>
public abstract class WireStructureTests<T>
    where T : IWireStructure<T>
{
    /// <summary>Values and their bytes. At least one.</summary>
    protected abstract IEnumerable<(T Value, byte[] Bytes)> Golden { get; }

    /// <summary>Whether a prefix of a golden example may be a whole structure too (an optional or unbounded tail).</summary>
    protected virtual bool PrefixMayBeWhole => false;

    /// <summary>Compares what was read with the golden value; records and structs compare by value, others are compared by their bytes only.</summary>
    protected virtual bool SameValue(T expected, T actual) => true;

    [Fact]
    public void Writes_the_golden_bytes()
    {
        foreach (var (value, bytes) in Golden)
        {
            Convert.ToHexString(WireCodec.ToArray(value)).ShouldBe(Convert.ToHexString(bytes));
            WireCodec.SizeOf(value).ShouldBe(bytes.Length);
        }
    }

    [Fact]
    public void Reads_the_golden_bytes()
    {
        foreach (var (value, bytes) in Golden)
        {
            var reader = new WireReader(bytes);
            var read = New();
            reader.Structure(ref read);
            reader.Failed.ShouldBeFalse();
            reader.Remaining.ShouldBe(0);
            SameValue(value, read).ShouldBeTrue();
            Convert.ToHexString(WireCodec.ToArray(read)).ShouldBe(Convert.ToHexString(bytes));
        }
    }

    [Fact]
    public void Every_prefix_fails_without_an_exception()
    {
        foreach (var (_, bytes) in Golden)
        {
            for (var length = 0; length < bytes.Length; length++)
            {
                var whole = WireCodec.TryRead<T>(bytes.AsSpan(0, length), out _);
                if (!PrefixMayBeWhole)
                    whole.ShouldBeFalse($"{length} of {bytes.Length} bytes were taken for a whole {typeof(T).Name}");
            }
        }
    }

    [Fact]
    public void Any_bytes_are_read_or_refused()
    {
        var random = new Random(20);
        foreach (var (_, bytes) in Golden)
        {
            for (var round = 0; round < 500; round++)
            {
                var mutated = (byte[])bytes.Clone();
                for (var i = random.Next(1, 6); i > 0 && mutated.Length > 0; i--)
                    mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
                if (WireCodec.TryRead<T>(mutated, out var value))
                    WireCodec.SizeOf(value);
                WireCodec.Dump<T>(mutated).ShouldNotBeEmpty();
            }
        }
    }

    private static T New() => typeof(T).IsValueType ? default! : Activator.CreateInstance<T>();
}
