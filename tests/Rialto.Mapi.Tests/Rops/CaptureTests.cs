using Rialto.Mapi.Rops;
using Rialto.Mapi.Sessions;
using Rialto.Mapi.Wire;
using Rialto.Model;
using Rialto.Testing;
using Rialto.Wire;

namespace Rialto.Mapi.Tests.Rops;

/// <summary>What Outlook really sent, of the corpus.</summary>
public class CaptureTests
{
    [CorpusFact]
    public void Every_Execute_of_Outlook_is_parsed_whole()
    {
        var files = Corpus.Files("mapi/toteph42-syncgw", "bin").Where(f => Path.GetFileName(f).StartsWith("execute_req", StringComparison.Ordinal)).ToList();
        files.Count.ShouldBeGreaterThan(10);
        foreach (var file in files)
        {
            WireCodec.TryRead<ExecuteRequest>(File.ReadAllBytes(file), out var execute).ShouldBeTrue(Corpus.NameOf(file));
            ReadOnlyMemory<byte> buffer = execute.RopBuffer;
            ExtendedBuffer.TryRead(ref buffer, out var payload, out var flags).ShouldBeTrue(Corpus.NameOf(file));
            buffer.Length.ShouldBe(0);
            (flags & ExtendedBufferFlags.Last).ShouldBe(ExtendedBufferFlags.Last);
            RopBatch.TryParse(payload, ValueForm.Rop, _ => true, out var batch).ShouldBeTrue(Corpus.NameOf(file));
            // Written again by the same declarations they are the same bytes.
            var writer = new WireWriter(256);
            foreach (var item in batch.Items)
            {
                writer.WriteByte((byte)item.Definition.Id);
                item.Definition.WriteRequest(ref writer, item.Request);
            }
            Convert.ToHexString(writer.ToArray()).ShouldBe(Convert.ToHexString(batch.Requests.Span), Corpus.NameOf(file));
            writer.Dispose();
        }
    }

    [CorpusFact]
    public void Bodies_of_the_other_request_types_are_parsed()
    {
        WireCodec.TryRead<DisconnectRequest>(File.ReadAllBytes(Corpus.Files("mapi/toteph42-syncgw").Single(f => f.EndsWith("disconnect_req23.bin", StringComparison.Ordinal))), out _).ShouldBeTrue();
        WireCodec.TryRead<NotificationWaitRequest>(File.ReadAllBytes(Corpus.Files("mapi/toteph42-syncgw").Single(f => f.EndsWith("notificationwait_req79.bin", StringComparison.Ordinal))), out _).ShouldBeTrue();
    }

    [CorpusFact]
    public void A_compressed_buffer_of_Outlook_2007_is_decompressed_and_parsed()
    {
        var bytes = File.ReadAllBytes(Corpus.Files("mapi/openchange-openchange").Single());
        // The stub of EcDoRpcExt2: context handle, flags and the count of rgbIn stand before the extended buffer.
        ReadOnlyMemory<byte> buffer = bytes.AsMemory(28);
        ExtendedBuffer.TryRead(ref buffer, out var payload, out var flags).ShouldBeTrue();
        (flags & ExtendedBufferFlags.Compressed).ShouldBe(ExtendedBufferFlags.Compressed);
        RopBatch.TryParse(payload, ValueForm.Rop, _ => true, out var batch).ShouldBeTrue();
        batch.Items.Count.ShouldBeGreaterThan(0);
    }

    [CorpusFact]
    public void Mutated_captures_are_parsed_or_refused()
    {
        var random = new Random(11);
        foreach (var file in Corpus.Files("mapi/toteph42-syncgw", "bin").Where(f => f.Contains("execute_req", StringComparison.Ordinal)))
        {
            WireCodec.TryRead<ExecuteRequest>(File.ReadAllBytes(file), out var execute).ShouldBeTrue();
            ReadOnlyMemory<byte> buffer = execute.RopBuffer;
            ExtendedBuffer.TryRead(ref buffer, out var payload, out _).ShouldBeTrue();
            for (var round = 0; round < 500; round++)
            {
                var mutated = payload.ToArray();
                for (var i = random.Next(1, 8); i > 0; i--)
                    mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
                RopBatch.TryParse(mutated.AsMemory(0, random.Next(2, mutated.Length + 1)), ValueForm.Rop, _ => random.Next(2) == 0, out _);
            }
        }
    }
}
