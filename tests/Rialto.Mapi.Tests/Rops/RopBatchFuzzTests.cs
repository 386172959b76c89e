using System.Buffers.Binary;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Sessions;
using Rialto.Mapi.Tests.Client;
using Rialto.Model;

namespace Rialto.Mapi.Tests.Rops;

/// <summary>The parser of Execute against buffers that were right once.</summary>
public class RopBatchFuzzTests
{
    [Fact]
    public void Any_buffer_is_parsed_or_refused()
    {
        for (var seed = 0; seed < 3_000; seed++)
        {
            var random = new Random(seed);
            var payload = Payload(random);
            RopBatch.TryParse(payload, ValueForm.Rop, _ => true, out var whole).ShouldBeTrue();
            whole.Items.Count.ShouldBeGreaterThan(0);
            for (var i = random.Next(1, 6); i > 0; i--)
                payload[random.Next(payload.Length)] = (byte)random.Next(256);
            if (random.Next(3) == 0)
                payload = payload[..random.Next(payload.Length)];
            RopBatch.TryParse(payload, ValueForm.Rop, _ => random.Next(2) == 0, out _);
        }
    }

    [Fact]
    public void Sizes_that_lie_are_refused()
    {
        foreach (var size in new[] { 0, 1, 8, 9, 200, 65_535 })
        {
            byte[] payload = [0, 0, 1, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF];
            BinaryPrimitives.WriteUInt16LittleEndian(payload, (ushort)size);
            RopBatch.TryParse(payload, ValueForm.Rop, _ => true, out _).ShouldBeFalse();
        }
        RopBatch.TryParse(new byte[1], ValueForm.Rop, _ => true, out _).ShouldBeFalse();
        // More handles than an index can name.
        RopBatch.TryParse((byte[])[2, 0, .. new byte[257 * 4]], ValueForm.Rop, _ => true, out _).ShouldBeFalse();
    }

    private static byte[] Payload(Random random)
    {
        while (true)
        {
            var requests = new List<(RopId, RopRequest)>();
            for (var i = random.Next(1, 6); i > 0; i--)
            {
                var definition = RopTable.Rows[random.Next(RopTable.Rows.Count)];
                var request = definition.NewRequest();
                var fill = new RandomFill(random);
                definition.RequestFields(ref fill, request);
                // A logon would decide over the fields of those that follow.
                if (!fill.Failed && definition.Id != RopId.Logon)
                    requests.Add((definition.Id, request));
            }
            if (requests.Count > 0)
                return RopSession.Payload(requests, [1, 2, 3]);
        }
    }
}
