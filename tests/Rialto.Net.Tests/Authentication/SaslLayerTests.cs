using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;

namespace Rialto.Net.Tests.Authentication;

/// <summary>Security layers on a connection: what is the client's arrives whatever its pieces, what is not ends the connection.</summary>
public sealed class SaslLayerTests
{
    private const int MaxBuffer = 10_000;

    private static readonly byte[] Key = NtlmVectorTests.Hex("55555555555555555555555555555555");

    [Theory]
    [InlineData(0xe28a8233, true)]
    [InlineData(0xe28a8213, false)]
    public async Task Both_directions_arrive_in_any_pieces(uint flags, bool seals)
    {
        using var client = new NtlmLayer(new NtlmSecurity(Key, (NtlmFlags)flags, client: true), 64 * 1024);
        var (pipe, toServer, fromServer) = Make((NtlmFlags)flags, 3_000);
        client.Seals.ShouldBe(seals);
        var sent = new byte[20_000];
        new Random(1).NextBytes(sent);
        var wire = sent.Chunk(7_001).SelectMany(c => Framed(client.Wrap(c))).ToArray();
        (wire.AsSpan().IndexOf(sent.AsSpan(0, 16)) >= 0).ShouldBe(!seals);
        var writing = Task.Run(async () =>
        {
            foreach (var piece in wire.Chunk(617)) await toServer.WriteAsync(piece);
            await toServer.CompleteAsync();
        });
        (await AllAsync(pipe.Input)).ShouldBe(sent);
        await writing;

        // The answer goes in buffers as large as the client said.
        await pipe.Output.WriteAsync(sent);
        var (got, buffers) = (new List<byte>(), 0);
        while (got.Count < sent.Length)
        {
            var read = await fromServer.ReadAtLeastAsync(4);
            var length = BinaryPrimitives.ReadInt32BigEndian(read.Buffer.Slice(0, 4).ToArray());
            length.ShouldBeLessThanOrEqualTo(3_000);
            fromServer.AdvanceTo(read.Buffer.GetPosition(4));
            read = await fromServer.ReadAtLeastAsync(length);
            got.AddRange(client.Unwrap(read.Buffer.Slice(0, length).ToArray()).ShouldNotBeNull());
            fromServer.AdvanceTo(read.Buffer.GetPosition(length));
            buffers++;
        }

        got.ShouldBe(sent);
        buffers.ShouldBe(7);
    }

    [Fact]
    public async Task What_is_not_the_clients_ends_the_connection()
    {
        const NtlmFlags Flags = (NtlmFlags)0xe28a8213;
        byte[] Good() => Framed(new NtlmLayer(new NtlmSecurity(Key, Flags, client: true), 64 * 1024).Wrap("hello"u8));
        await RefusedAsync(Framed("hello"u8.ToArray()));
        await RefusedAsync(Framed([]));
        await RefusedAsync("0\x0c\x02\x01\x01`\x07\x02"u8.ToArray());
        await RefusedAsync([0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3]);
        await RefusedAsync([0, 0, (MaxBuffer + 1) >> 8, (MaxBuffer + 1) & 0xFF]);
        await RefusedAsync([.. Good(), .. Good()], "hello"u8.ToArray());
        for (var i = 4; i < Good().Length; i++)
        {
            var changed = Good();
            changed[i] ^= 0x40;
            await RefusedAsync(changed);
        }

        // One that ends in the middle is an end, like any cut.
        var (pipe, toServer, _) = Make(Flags, 3_000);
        await toServer.WriteAsync(Good()[..^1]);
        await toServer.CompleteAsync();
        (await AllAsync(pipe.Input)).ShouldBeEmpty();
    }

    private static async Task RefusedAsync(byte[] wire, byte[]? before = null)
    {
        var (pipe, toServer, _) = Make((NtlmFlags)0xe28a8213, 3_000);
        await toServer.WriteAsync(wire);
        if (before is not null)
        {
            var first = await pipe.Input.ReadAtLeastAsync(before.Length);
            first.Buffer.ToArray().ShouldBe(before);
            pipe.Input.AdvanceTo(first.Buffer.End);
        }

        await Should.ThrowAsync<InvalidDataException>(async () => await pipe.Input.ReadAsync());
    }

    private static (SaslPipe Pipe, PipeWriter ToServer, PipeReader FromServer) Make(NtlmFlags flags, int max)
    {
        var (up, down) = (new Pipe(), new Pipe(new PipeOptions(pauseWriterThreshold: 0)));
        return (new SaslPipe(new NtlmLayer(new NtlmSecurity(Key, flags), max), up.Reader, down.Writer, MaxBuffer), up.Writer, down.Reader);
    }

    private static byte[] Framed(byte[] message)
    {
        var frame = new byte[4 + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, message.Length);
        message.CopyTo(frame, 4);
        return frame;
    }

    private static async Task<byte[]> AllAsync(PipeReader reader)
    {
        var all = new List<byte>();
        while (true)
        {
            var read = await reader.ReadAsync();
            all.AddRange(read.Buffer.ToArray());
            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted) return [.. all];
        }
    }
}
