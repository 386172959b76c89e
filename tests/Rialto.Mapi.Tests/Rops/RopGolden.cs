using Rialto.Mapi.Rops;
using Rialto.Testing;
using Rialto.Wire;

namespace Rialto.Mapi.Tests.Rops;

/// <summary>A request and its bytes, RopId included: written, read, and cut at every place.</summary>
public abstract class RopGolden
{
    protected static void Check(RopId id, string hex, RopRequest request, bool isPrivate = true)
    {
        var bytes = Hex.Bytes(hex);
        bytes[0].ShouldBe((byte)id);
        var definition = RopTable.Find(id)!;
        request.Context = RopContext.Default with { IsPrivateLogon = isPrivate };
        var writer = new WireWriter(64);
        writer.WriteByte((byte)id);
        definition.WriteRequest(ref writer, request);
        Convert.ToHexString(writer.ToArray()).ShouldBe(Convert.ToHexString(bytes));

        var read = definition.NewRequest();
        read.Context = request.Context;
        var reader = new WireReader(bytes.AsSpan(1));
        definition.ReadRequest(ref reader, read);
        reader.Failed.ShouldBeFalse();
        reader.Remaining.ShouldBe(0);
        writer.Truncate(1);
        definition.WriteRequest(ref writer, read);
        Convert.ToHexString(writer.ToArray()).ShouldBe(Convert.ToHexString(bytes));
        writer.Dispose();

        for (var length = 1; length < bytes.Length; length++)
        {
            var cut = new WireReader(bytes.AsSpan(1, length - 1));
            var partial = definition.NewRequest();
            partial.Context = request.Context;
            definition.ReadRequest(ref cut, partial);
            cut.Failed.ShouldBeTrue();
        }
    }
}
