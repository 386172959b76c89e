using Rialto.Mapi.Wire;

namespace Rialto.Mapi.Tests.Wire;

/// <summary>[MS-OXCRPC] 2.2.2.2, 3.1.4.1.2: blocks are read as far as they go, unknown ones are passed over, lies end the reading.</summary>
public class AuxiliaryBlocksTests
{
    [Fact]
    public void Blocks_come_back_in_their_order_and_unknown_ones_with_them()
    {
        var bytes = AuxiliaryBlocks.Write((AuxiliaryBlockType.ClientControl, [1, 0, 0, 0, 2, 0, 0, 0]), ((AuxiliaryBlockType)0xEE, [9]), (AuxiliaryBlockType.EndpointCapabilities, [1, 0, 0, 0]));
        var read = AuxiliaryBlocks.Read(bytes).ToList();
        read.Select(b => b.Type).ShouldBe([AuxiliaryBlockType.ClientControl, (AuxiliaryBlockType)0xEE, AuxiliaryBlockType.EndpointCapabilities]);
        read.ShouldAllBe(b => b.Version == 1);
        read[2].Bytes.ToArray()[AuxiliaryBlocks.HeaderSize..].ShouldBe([1, 0, 0, 0]);
    }

    [Fact]
    public void Every_prefix_and_every_changed_byte_is_survived()
    {
        var bytes = AuxiliaryBlocks.Write((AuxiliaryBlockType.PerfClientInfo, new byte[40]), (AuxiliaryBlockType.OsVersionInfo, new byte[156]));
        for (var length = 0; length < bytes.Length; length++)
            AuxiliaryBlocks.Read(bytes.AsMemory(0, length)).Count().ShouldBeLessThan(2);
        for (var at = 0; at < bytes.Length; at++)
        {
            var changed = bytes.ToArray();
            changed[at] ^= 0xFF;
            AuxiliaryBlocks.Read(changed).Count().ShouldBeLessThanOrEqualTo(1_000);
        }
    }

    [Fact]
    public void A_block_that_is_nothing_but_blocks_of_no_size_ends()
    {
        var payload = new byte[ExtendedBuffer.HeaderSize + 4096];
        ExtendedBuffer.Write(new byte[4096], payload, ExtendedBufferFlags.Last);
        AuxiliaryBlocks.Read(payload).ShouldBeEmpty();
    }
}
