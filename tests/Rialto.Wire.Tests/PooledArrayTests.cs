using System.Buffers;

namespace Rialto.Wire.Tests;

public class PooledArrayTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(100_000)]
    public void What_is_in_it_stays_and_there_is_room(int more)
    {
        var array = ArrayPool<int>.Shared.Rent(16);
        var length = array.Length;
        for (var i = 0; i < length; i++) array[i] = i;
        var before = array;
        PooledArray.Reserve(ref array, length, more);
        (array == before).ShouldBe(more == 0);
        array.Length.ShouldBeGreaterThanOrEqualTo(length + more);
        array.Take(length).ShouldBe(Enumerable.Range(0, length));
        ArrayPool<int>.Shared.Return(array);
    }

    [Fact]
    public void An_empty_one_becomes_one_of_the_pool()
    {
        byte[] array = [];
        PooledArray.Reserve(ref array, 0, 3);
        array.Length.ShouldBeGreaterThanOrEqualTo(3);
        ArrayPool<byte>.Shared.Return(array);
    }

    [Fact]
    public void A_secret_is_cleared_where_it_was()
    {
        var array = ArrayPool<byte>.Shared.Rent(64);
        array.AsSpan().Fill(7);
        var before = array;
        PooledArray.Reserve(ref array, 64, before.Length, clears: true);
        before.ShouldAllBe(b => b == 0);
        array.Take(64).ShouldAllBe(b => b == 7);
    }

    [Fact]
    public void More_than_an_array_can_have_is_refused()
    {
        byte[] array = [];
        Should.Throw<OutOfMemoryException>(() => PooledArray.Reserve(ref array, int.MaxValue, int.MaxValue));
    }
}
