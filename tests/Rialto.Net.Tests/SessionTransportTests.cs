using System.IO.Pipelines;
using System.Text;
using Rialto.Testing;

namespace Rialto.Net.Tests;

public sealed class SessionTransportTests
{
    private static readonly ListenerOptions Listener = new() { Name = "test" };

    [Theory]
    [InlineData("abc\r\n", "Done:abc")]
    [InlineData("\r\n", "Done:")]
    [InlineData("a\rb\r\n", "Done:a\rb")]
    [InlineData("a\r\r\n", "Done:a\r")]
    [InlineData("abc\n", "BareLineFeed:abc")]
    [InlineData("abc\ndef\r\n", "BareLineFeed:abc|Done:def")]
    [InlineData("0123456789\r\n", "Done:0123456789")]
    [InlineData("0123456789x\r\nnext\r\n", "TooLong:|Done:next")]
    [InlineData("0123456789xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\nnext\r\n", "TooLong:|Done:next")]
    [InlineData("0123456789xxxxxxxxxxxxxxxxxxxx", "")]
    [InlineData("abc", "")]
    [InlineData("abc\r", "")]
    [InlineData("", "")]
    public async Task Lines_are_the_same_however_the_bytes_come(string input, string expected)
    {
        var octets = Encoding.ASCII.GetBytes(input);
        for (var piece = 1; piece <= octets.Length + 1; piece++)
        {
            var (transport, peer) = Make();
            var lines = new List<string>();
            var reading = Task.Run(async () =>
            {
                while (true)
                {
                    var read = await transport.ReadLineAsync(10);
                    if (read.Status == ReadStatus.EndOfStream) return;
                    lines.Add($"{read.Status}:{Encoding.ASCII.GetString(read.Line.Span)}");
                }
            });
            foreach (var part in octets.Chunk(piece))
            {
                await peer.Output.WriteAsync(part);
                await Task.Yield();
            }

            await peer.Output.CompleteAsync();
            await reading.WaitAsync(TimeSpan.FromSeconds(30));
            string.Join('|', lines).ShouldBe(expected);
        }
    }

    [Fact]
    public async Task A_line_without_end_takes_bounded_memory_and_the_next_is_read()
    {
        // The pipe pauses its writer at 64 KiB: were the line kept, this would hang.
        var (transport, peer) = Make();
        var reading = transport.ReadLineAsync(100).AsTask();
        for (var i = 0; i < 1_000; i++) await peer.Output.WriteAsync(new byte[10_000]);
        await peer.Output.WriteAsync("\r\nnext\r\n"u8.ToArray());
        (await reading).Status.ShouldBe(ReadStatus.TooLong);
        Encoding.ASCII.GetString((await transport.ReadLineAsync(100)).Line.Span).ShouldBe("next");
    }

    [Fact]
    public async Task Literals_and_lines_follow_each_other()
    {
        var (transport, peer) = Make();
        await peer.Output.WriteAsync("one\r\nLITERALtwo\r\n12345three\r\nshort"u8.ToArray());
        await peer.Output.CompleteAsync();
        Text(await transport.ReadLineAsync(10)).ShouldBe("one");
        var literal = new byte[7];
        (await transport.ReadExactlyAsync(literal)).ShouldBe(ReadStatus.Done);
        Encoding.ASCII.GetString(literal).ShouldBe("LITERAL");
        Text(await transport.ReadLineAsync(10)).ShouldBe("two");
        var streamed = 0L;
        (await transport.ReadExactlyAsync(5, part =>
        {
            streamed += part.Length;
            return ValueTask.CompletedTask;
        })).ShouldBe(ReadStatus.Done);
        streamed.ShouldBe(5);
        Text(await transport.ReadLineAsync(10)).ShouldBe("three");
        (await transport.ReadExactlyAsync(6, null)).ShouldBe(ReadStatus.EndOfStream);
    }

    [Fact]
    public async Task An_interruption_wakes_a_waiting_read_or_the_next_one()
    {
        var (transport, peer) = Make();
        var waiting = transport.ReadLineAsync(10).AsTask();
        waiting.IsCompleted.ShouldBeFalse();
        transport.Interrupt();
        (await waiting).Status.ShouldBe(ReadStatus.Interrupted);

        transport.Interrupt();
        transport.Interrupt();
        (await transport.ReadLineAsync(10)).Status.ShouldBe(ReadStatus.Interrupted);

        waiting = transport.ReadLineAsync(10).AsTask();
        await peer.Output.WriteAsync("par"u8.ToArray());
        transport.Interrupt();
        (await waiting).Status.ShouldBe(ReadStatus.Interrupted);
        waiting = transport.ReadLineAsync(10).AsTask();
        await peer.Output.WriteAsync("tial\r\n"u8.ToArray());
        Text(await waiting).ShouldBe("partial");
    }

    [Fact]
    public async Task Draining_is_told_once_and_an_interruption_with_it_is_not_lost()
    {
        var (transport, peer) = Make();
        transport.Interrupt();
        transport.Drain();
        (await transport.ReadLineAsync(10)).Status.ShouldBe(ReadStatus.Draining);
        (await transport.ReadLineAsync(10)).Status.ShouldBe(ReadStatus.Interrupted);
        transport.IsDraining.ShouldBeTrue();
        await peer.Output.WriteAsync("still here\r\n"u8.ToArray());
        Text(await transport.ReadLineAsync(10)).ShouldBe("still here");
        transport.Interrupt();
        (await transport.ReadLineAsync(10)).Status.ShouldBe(ReadStatus.Interrupted);
    }

    [Fact]
    public async Task Silence_times_out_and_activity_does_not()
    {
        var time = new ManualTimeProvider();
        var (transport, peer) = Make(time);
        transport.IdleTimeout = TimeSpan.FromMinutes(1);
        var waiting = transport.ReadLineAsync(10).AsTask();
        time.Advance(TimeSpan.FromSeconds(50));
        transport.CheckTimeouts();
        await peer.Output.WriteAsync("x\r\n"u8.ToArray());
        Text(await waiting).ShouldBe("x");

        waiting = transport.ReadLineAsync(10).AsTask();
        time.Advance(TimeSpan.FromSeconds(50));
        transport.CheckTimeouts();
        waiting.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromSeconds(11));
        transport.CheckTimeouts();
        (await waiting).Status.ShouldBe(ReadStatus.TimedOut);
    }

    [Fact]
    public async Task A_line_that_comes_a_byte_at_a_time_has_no_more_time_than_any_other()
    {
        var time = new ManualTimeProvider();
        var (transport, peer) = Make(time);
        transport.IdleTimeout = TimeSpan.FromMinutes(1);
        var waiting = transport.ReadLineAsync(100).AsTask();
        for (var i = 0; i < 6; i++)
        {
            await peer.Output.WriteAsync("x"u8.ToArray());
            time.Advance(TimeSpan.FromSeconds(9));
            transport.CheckTimeouts();
            waiting.IsCompleted.ShouldBeFalse();
        }
        time.Advance(TimeSpan.FromSeconds(7));
        // Looked at again and again, as a server does: the first time the reader may be busy with the last byte.
        for (var look = 0; look < 2000 && !waiting.IsCompleted; look++)
        {
            transport.CheckTimeouts();
            await Task.Delay(5);
        }
        waiting.IsCompleted.ShouldBeTrue();
        (await waiting).Status.ShouldBe(ReadStatus.TimedOut);
    }

    [Fact]
    public async Task A_peer_that_does_not_take_its_output_is_cut()
    {
        var time = new ManualTimeProvider();
        var cut = false;
        var (transport, _) = Make(time, () => cut = true);
        transport.Write(new byte[100_000]);
        var flushing = transport.FlushAsync().AsTask();
        flushing.IsCompleted.ShouldBeFalse();
        time.Advance(TimeSpan.FromMinutes(1));
        transport.CheckTimeouts();
        cut.ShouldBeFalse();
        time.Advance(TimeSpan.FromMinutes(2));
        transport.CheckTimeouts();
        cut.ShouldBeTrue();
    }

    [Fact]
    public async Task A_line_that_is_there_costs_no_memory()
    {
        var (transport, peer) = Make();
        var many = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("A001 NOOP\r\n", 1_000)));
        await peer.Output.WriteAsync(many);
        for (var i = 0; i < 100; i++) (await transport.ReadLineAsync(100)).IsLine.ShouldBeTrue();
        var before = GC.GetAllocatedBytesForCurrentThread();
        var lines = 0;
        for (var i = 0; i < 800; i++)
        {
            if (transport.ReadLineAsync(100) is { IsCompletedSuccessfully: true, Result.IsLine: true }) lines++;
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        lines.ShouldBe(800);
        (allocated / 800).ShouldBeLessThan(16);
    }

    private static string Text(LineRead read) => Encoding.ASCII.GetString(read.Line.Span);

    private static (SessionTransport Transport, IDuplexPipe Peer) Make(TimeProvider? time = null, Action? abort = null)
    {
        var toServer = new Pipe();
        var toClient = new Pipe();
        return (new(new DuplexPipe(toServer.Reader, toClient.Writer), Listener, time: time, abort: abort), new DuplexPipe(toClient.Reader, toServer.Writer));
    }

    private sealed record DuplexPipe(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
