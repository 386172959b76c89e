using System.Buffers;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Rialto.Delivery;
using Rialto.Directory;
using Rialto.Server.Commands;
using Rialto.Server.Configuration;
using Rialto.Server.Hosting;
using Rialto.Testing;
using Spectre.Console;

namespace Rialto.Server.Tests;

public sealed class QueueCommandTests : IAsyncLifetime
{
    private readonly TempDirectory _directory = new();
    private RialtoServices _services = null!;

    public async Task InitializeAsync()
    {
        _services = await RialtoServices.OpenAsync(new RialtoOptions { Data = _directory.Path }, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
        await _services.Directory.AddAsync(new Organisation { Name = "Example", DisplayName = "Example" });
    }

    public async Task DisposeAsync()
    {
        await _services.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Messages_are_listed_shown_held_released_and_dropped()
    {
        var first = await EnqueueAsync("a@there.test", "b@elsewhere.test");
        var second = await EnqueueAsync("c@there.test");
        var rows = JsonNode.Parse((await RunAsync("queue", "list", "--json")).Output)!.AsArray();
        rows.Select(r => r!["id"]!.ToString()).ShouldBe([first.ToString(), second.ToString()]);
        rows[0]!["recipients"]!.AsArray().Count.ShouldBe(2);
        rows[0]!["age"]!.ToString().ShouldMatch("^[0-9]+s$");
        var shown = await RunAsync("queue", "show", first.ToString()[..13]);
        shown.Output.ShouldContain("Subject: x");
        shown.Output.ShouldContain("451 4.4.1 mx.there.test: no answer");
        shown.Output.ShouldNotContain("\u001b[31m");
        (await RunAsync("queue", "hold", "--to", "there.test")).Output.ShouldContain("2 recipients are held.");
        JsonNode.Parse((await RunAsync("queue", "list", "--json", "--to", "c@there.test")).Output)!.AsArray().ShouldHaveSingleItem()!["recipients"]![0]!["next"]!.ToString().ShouldBe("held");
        (await RunAsync("queue", "retry", second.ToString())).Output.ShouldContain("1 recipient is tried again.");
        (await RunAsync("queue", "drop", "--to", "b@elsewhere.test")).Output.ShouldContain("1 recipient is dropped.");
        (await RunAsync("queue", "drop", "--all")).Output.ShouldContain("2 recipients are dropped.");
        JsonNode.Parse((await RunAsync("queue", "list", "--json")).Output)!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task Mistakes_are_answered_with_what_would_be_right()
    {
        await EnqueueAsync("a@there.test");
        (await RunAsync("queue", "hold")).Error.ShouldContain("ids, --to, or --all");
        (await RunAsync("queue", "show", "0123abcd")).Error.ShouldContain("rialto trace --id 0123abcd");
        (await RunAsync("queue", "retry", "there.test")).Error.ShouldContain("--to takes a domain");
        (await RunAsync("queue", "drop", "--to", "nowhere.test")).Error.ShouldContain("Nothing in the queue is for nowhere.test");
        (await RunAsync("queue", "list", "--watch")).Error.ShouldContain("needs a terminal");
        await RunAsync("queue", "drop", "--all");
        (await RunAsync("queue", "retry", "--all")).Output.ShouldContain("The queue is empty");
    }

    [Fact]
    public async Task The_live_view_shows_destinations_ages_next_tries_and_errors()
    {
        await EnqueueAsync("a@there.test", "b@elsewhere.test");
        for (var i = 0; i < 30; i++)
            await EnqueueAsync($"x@d{i}.test");
        await RunAsync("queue", "hold", "--to", "elsewhere.test");
        var screen = await DrawAsync();
        screen.ShouldContain("31 messages for 32 recipients at 32 destinations");
        screen.ShouldContain("… 12 more");
        screen.ShouldMatch("there.test +0 +1 +0 +3 +[0-9]+s +in 1?[0-9]m [0-9]+s +451 4.4.1 mx.there.test");
        screen.ShouldMatch("elsewhere.test +0 +0 +1 +0 +[0-9]+s +held +Held by the administrator.");
        screen.Split('\n').ShouldAllBe(l => l.TrimEnd().Length <= 120);
        await RunAsync("queue", "drop", "--all");
        (await DrawAsync()).ShouldContain("The queue is empty");
    }

    private async Task<string> DrawAsync()
    {
        using var writer = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(writer) });
        console.Profile.Width = 120;
        console.Write(await QueueView.DrawAsync(_services, m => m.Recipients, 120, CancellationToken.None));
        return writer.ToString();
    }

    private async Task<Guid> EnqueueAsync(params string[] recipients)
    {
        var content = await _services.Backend.Blobs.WriteAsync(new ReadOnlySequence<byte>("Subject: x \u001b[31m\r\n\r\nText.\r\n"u8.ToArray()), CancellationToken.None);
        var now = DateTimeOffset.UtcNow;
        var message = new QueuedMessage
        {
            Id = Guid.CreateVersion7(),
            Content = content,
            Sender = "user1@example.com",
            Recipients = [.. recipients.Select(r => r.EndsWith("there.test", StringComparison.Ordinal) && r[0] == 'a'
                ? new QueuedRecipient(r, null, null, 3, now.AddMinutes(10).UtcTicks, "451 4.4.1 mx.there.test: no answer in time")
                : new QueuedRecipient(r, null, null, 0, 0, null))],
            ReceivedUtcTicks = now.UtcTicks,
        };
        await _services.Queue.EnqueueAsync(message, CancellationToken.None);
        return message.Id;
    }

    private async Task<(string Output, string Error)> RunAsync(params string[] arguments)
    {
        var console = new MemoryConsole([]);
        await RialtoCommand.RunAsync(arguments, new CommandEnvironment(console, _directory.Path) { Services = _services }, CancellationToken.None);
        return (console.Written.ToString(), console.Errors.ToString());
    }
}
