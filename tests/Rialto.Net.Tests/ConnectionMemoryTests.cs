using System.Buffers;

namespace Rialto.Net.Tests;

public class ConnectionMemoryTests
{
    [Fact]
    public void The_last_block_given_back_is_the_next_one()
    {
        using var pool = new ConnectionMemory();
        var first = pool.Rent();
        var second = pool.Rent(16);
        first.Memory.Length.ShouldBe(ConnectionMemory.BlockSize);
        second.Memory.Length.ShouldBe(ConnectionMemory.BlockSize);
        second.Dispose();
        first.Dispose();

        pool.Rent(ConnectionMemory.BlockSize).ShouldBeSameAs(first);
        pool.Rent().ShouldBeSameAs(second);
    }

    [Fact]
    public void A_block_given_back_twice_is_not_handed_out_twice()
    {
        using var pool = new ConnectionMemory();
        var block = pool.Rent();
        block.Dispose();
        block.Dispose();

        pool.Rent().ShouldNotBeSameAs(pool.Rent());
    }

    [Fact]
    public void More_than_a_block_is_refused()
    {
        using var pool = new ConnectionMemory();
        Should.Throw<ArgumentOutOfRangeException>(() => pool.Rent(ConnectionMemory.BlockSize + 1));
    }

    [Fact]
    public void A_burst_leaves_a_bounded_amount_behind_and_less_when_trimmed()
    {
        using var pool = new ConnectionMemory();
        var blocks = new List<IMemoryOwner<byte>>();
        for (var i = 0; i < 1000; i++)
            blocks.Add(pool.Rent());
        foreach (var block in blocks)
            block.Dispose();
        pool.KeptBytes.ShouldBe(512L * ConnectionMemory.BlockSize);

        pool.Trim();
        pool.KeptBytes.ShouldBe(8L * ConnectionMemory.BlockSize);
    }

    [Fact]
    public void Renting_and_giving_back_allocates_nothing()
    {
        using var pool = new ConnectionMemory();
        pool.Rent().Dispose();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            pool.Rent().Dispose();
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }
}
