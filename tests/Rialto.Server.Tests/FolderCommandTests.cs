using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Rialto.Directory;
using Rialto.Server.Commands;
using Rialto.Server.Configuration;
using Rialto.Server.Hosting;
using Rialto.Testing;

namespace Rialto.Server.Tests;

public sealed class FolderCommandTests : IAsyncLifetime
{
    private const string Mailbox = "team@example.com";

    private readonly TempDirectory _directory = new();
    private RialtoServices _services = null!;

    public async Task InitializeAsync()
    {
        _services = await RialtoServices.OpenAsync(new RialtoOptions { Data = _directory.Path }, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
        await _services.Directory.AddAsync(new Organisation { Name = "Example", DisplayName = "Example" });
        await RunAsync("domain", "add", "example.com");
        await RunAsync("shared", "add", Mailbox);
        await RunAsync("shared", "add", "other@example.com");
    }

    public async Task DisposeAsync()
    {
        await _services.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_folder_is_added_shown_changed_and_removed()
    {
        await RunAsync("folder", "add", Mailbox, "Inbox/Projects", "--comment", "ours", "--permission", "other@example.com=editor", "--permission", "default=visible");
        var shown = await ShowAsync("Inbox/Projects");
        shown["comment"]!.GetValue<string>().ShouldBe("ours");
        Permissions(shown).ShouldBe(["anonymous=none", "default=visible", "other@example.com=editor"]);
        await RunAsync("folder", "set", Mailbox, "Inbox/Projects", "--name", "Plans", "--permission", "other@example.com=", "--permission", "default=reviewer,create-folder");
        shown = await ShowAsync("Inbox/Plans");
        Permissions(shown).ShouldBe(["anonymous=none", "default=read,create-folder,visible"]);
        (await RunAsync("folder", "list", Mailbox)).ShouldContain("Inbox/Plans");
        await RunAsync("folder", "remove", Mailbox, "Inbox/Plans");
        (await RunAsync("folder", "list", Mailbox)).ShouldNotContain("Plans");
    }

    [Fact]
    public async Task What_cannot_be_is_said_and_changes_nothing()
    {
        (await FailAsync("folder", "show", Mailbox, "Nowhere")).ShouldContain("no folder Nowhere");
        (await FailAsync("folder", "remove", Mailbox, "Inbox")).ShouldContain("belongs to every mailbox");
        (await FailAsync("folder", "add", Mailbox, "Inbox")).ShouldContain("already");
        (await FailAsync("folder", "add", Mailbox, "New", "--permission", "nobody@example.com=reviewer")).ShouldContain("nobody@example.com");
        (await FailAsync("folder", "add", Mailbox, "New", "--permission", "default=everything")).ShouldContain("no right everything");
        (await RunAsync("folder", "list", Mailbox)).ShouldNotContain("New ");
    }

    private static string[] Permissions(JsonObject folder) =>
        [.. folder["permissions"]!.AsArray().Select(p => $"{p!["member"]}={p["rights"]}").Order(StringComparer.Ordinal)];

    private async Task<JsonObject> ShowAsync(string path) => JsonNode.Parse(await RunAsync("folder", "show", Mailbox, path, "--json"))!.AsObject();

    private async Task<string> RunAsync(params string[] arguments)
    {
        var console = new TestConsole();
        var code = await RialtoCommand.RunAsync(arguments, new CommandEnvironment(console, _directory.Path) { Services = _services }, CancellationToken.None);
        code.ShouldBe(0, console.Error.ToString());
        return console.Out.ToString()!;
    }

    private async Task<string> FailAsync(params string[] arguments)
    {
        var console = new TestConsole();
        (await RialtoCommand.RunAsync(arguments, new CommandEnvironment(console, _directory.Path) { Services = _services }, CancellationToken.None)).ShouldBe(1);
        return console.Error.ToString()!;
    }

    private sealed class TestConsole : ICommandConsole
    {
        public TextWriter Out { get; } = new StringWriter(new StringBuilder());

        public TextWriter Error { get; } = new StringWriter(new StringBuilder());

        public int Width => 200;

        public bool Interactive => false;

        public ValueTask<string?> ReadSecretAsync(string prompt, CancellationToken cancel) => new((string?)null);

        public ValueTask<int> ReadInputAsync(Memory<byte> buffer, CancellationToken cancel) => new(0);
    }
}
