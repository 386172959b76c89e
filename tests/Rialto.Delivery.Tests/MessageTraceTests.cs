using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Rialto.Delivery.Trace;
using Rialto.Testing;

namespace Rialto.Delivery.Tests;

public class MessageTraceTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_message_is_found_by_what_is_said_at_any_of_its_hops()
    {
        using var folder = new TempDirectory();
        var (first, second) = (Guid.NewGuid(), Guid.NewGuid());
        await WriteAsync(folder.Path, new(),
            Event(0, TraceStep.Received, first) with { Sender = "bob@elsewhere.example", Recipients = ["alice@example.com", "carol@example.com"], Size = 512, Via = "smtp", Peer = "192.0.2.1" },
            Event(1, TraceStep.Received, second) with { Sender = "", Recipients = ["alice@example.com"] },
            Event(2, TraceStep.Delivered, first) with { Recipients = ["alice@example.com"], MessageId = "<1@elsewhere.example>", Subject = "Größe \"x\"\n" },
            Event(3, TraceStep.Failed, first) with { Recipients = ["carol@example.com"], Status = "552 5.2.2 full" });
        var search = new TraceSearch(folder.Path);

        var found = (await search.FindAsync(new() { Since = Noon, To = "CAROL", Id = "<1@", Step = TraceStep.Delivered, Subject = "größe" }, default)).ShouldHaveSingleItem();
        found.Id.ShouldBe(first);
        found.Hops.Select(h => h.Step).ShouldBe([TraceStep.Received, TraceStep.Delivered, TraceStep.Failed]);
        found.Subject.ShouldBe("Größe \"x\"\n");
        found.Size.ShouldBe(512);
        found.Hops[0].Peer.ShouldBe("192.0.2.1");
        (await search.FindAsync(new() { Since = Noon }, default)).Select(m => m.Id).ShouldBe([first, second]);
        (await search.FindAsync(new() { Since = Noon, Limit = 1 }, default)).Select(m => m.Id).ShouldBe([second]);
        (await search.FindAsync(new() { Since = Noon, From = "nobody" }, default)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Each_day_has_its_file_and_old_ones_go()
    {
        using var folder = new TempDirectory();
        File.WriteAllText(MessageTrace.FileOf(folder.Path, Noon.UtcDateTime.AddDays(-3)), "");
        File.WriteAllText(MessageTrace.FileOf(folder.Path, Noon.UtcDateTime.AddDays(-1)), "");
        await WriteAsync(folder.Path, new() { Keep = TimeSpan.FromDays(2), Subjects = false },
            Event(0, TraceStep.Received, Guid.NewGuid()) with { Subject = "private" }, Event(24 * 3600, TraceStep.Received, Guid.NewGuid()));

        System.IO.Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal).ShouldBe(["mail-2026-02-28.jsonl", "mail-2026-03-01.jsonl", "mail-2026-03-02.jsonl"]);
        File.ReadAllText(MessageTrace.FileOf(folder.Path, Noon.UtcDateTime)).ShouldNotContain("private");
        (File.GetUnixFileMode(MessageTrace.FileOf(folder.Path, Noon.UtcDateTime)) & (UnixFileMode.GroupRead | UnixFileMode.OtherRead)).ShouldBe(UnixFileMode.None);
        (await new TraceSearch(folder.Path).FindAsync(new() { Since = Noon.AddHours(1) }, default)).Count.ShouldBe(1);
        (await new TraceSearch(folder.Path).FindAsync(new() { Since = Noon, Until = Noon.AddHours(1) }, default)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_long_file_is_read_from_the_time_asked_for_and_a_cut_line_is_passed_over()
    {
        using var folder = new TempDirectory();
        var events = Enumerable.Range(0, 5_000).Select(i => Event(i, TraceStep.Received, Guid.NewGuid()) with { Sender = $"a{i}@b.example", Recipients = [new string('r', 100)] }).ToArray();
        await WriteAsync(folder.Path, new(), events);
        File.AppendAllText(MessageTrace.FileOf(folder.Path, Noon.UtcDateTime), "{\"time\":\"2026-03-01T13:30:00Z\",\"step\":\"rec\n{\"time\":\"2026-03-01T13:30:00Z\",\"st");
        foreach (var from in (int[])[0, 1, 61, 2_500, 4_999])
        {
            var read = new List<string>();
            await foreach (var hop in new TraceSearch(folder.Path).ReadAsync(new() { Since = Noon.AddSeconds(from) }, default))
                read.Add(hop.Sender);
            read.ShouldBe(events[from..].Select(e => e.Sender));
        }
    }

    [Fact]
    public void A_line_is_one_line_whatever_is_in_it()
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        using var json = TraceLine.CreateWriter(output);
        var value = Event(0, TraceStep.Refused, Guid.NewGuid()) with { Sender = "a\r\n\u2028\"}", Recipients = ["\ud800"], Login = "l", Via = "v" };
        TraceLine.Write(value, output, json);
        Encoding.UTF8.GetString(output.WrittenSpan).Count(c => c is '\n' or '\r').ShouldBe(1);
        TraceLine.TryRead(output.WrittenSpan[..^1], out var read).ShouldBeTrue();
        read.Sender.ShouldBe(value.Sender);
        read.Step.ShouldBe(TraceStep.Refused);
    }

    private static TraceEvent Event(int second, TraceStep step, Guid id) => new(Noon.AddSeconds(second).UtcTicks, step, id);

    private static async Task WriteAsync(string folder, TraceOptions options, params TraceEvent[] events)
    {
        await using var trace = new MessageTrace(folder, options, TimeProvider.System, NullLogger.Instance);
        foreach (var value in events) trace.Note(value);
    }
}
