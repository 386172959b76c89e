using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Rialto.Directory;
using Rialto.Model;
using Rialto.Server.Commands;
using Rialto.Server.Configuration;
using Rialto.Server.Hosting;
using Rialto.Store;
using Rialto.Testing;

namespace Rialto.Server.Tests;

/// <summary>`rialto folder … public`: the public store from the command line, and what check, backup and restore make of it.</summary>
public sealed class PublicFolderCommandTests : IAsyncLifetime
{
    private const string Server = "/o=Example/ou=Site/cn=Configuration/cn=Servers/cn=OTHER";

    private readonly TempDirectory _directory = new();
    private readonly TempDirectory _restored = new();
    private RialtoServices _services = null!;

    public async Task InitializeAsync()
    {
        _services = await OpenAsync(_directory.Path);
        await _services.Directory.AddAsync(new Organisation { Name = "Example", DisplayName = "Example" });
        await RunAsync("domain", "add", "example.com");
        await RunAsync("shared", "add", "other@example.com");
        await RunAsync("group", "add", "team@example.com");
    }

    public async Task DisposeAsync()
    {
        await _services.DisposeAsync();
        _directory.Dispose();
        _restored.Dispose();
    }

    [Fact]
    public async Task A_public_folder_is_added_shown_changed_and_removed()
    {
        (await RunAsync("folder", "list", "public")).ShouldContain("SCHEDULE+ FREE BUSY");
        var added = await RunAsync("folder", "add", "public", "Info", "--mail", "info@example.com", "--address", "help@example.com", "--quota", "10MB", "--message-size", "1MB", "--retention", "30",
            "--permission", "other@example.com=owner", "--send-as", "team@example.com", "--replica", Server + "=10");
        added.ShouldContain("anonymous");
        var shown = await ShowAsync("Info");
        (shown["mail"]!.GetValue<string>(), shown["quota"]!.GetValue<long>(), shown["messageSize"]!.GetValue<long>(), shown["retentionDays"]!.GetValue<double>())
            .ShouldBe(("info@example.com", 10L << 20, 1L << 20, 30.0));
        shown["addresses"]!.AsArray().Single()!.GetValue<string>().ShouldBe("help@example.com");
        shown["sendAs"]!.AsArray().Single()!.GetValue<string>().ShouldBe("team@example.com");
        shown["replicas"]!.AsArray().Single()!["server"]!.GetValue<string>().ShouldBe(Server);
        shown["legacyExchangeDN"]!.GetValue<string>().ShouldBe(_services.Directory.Current.FindByAddress("help@example.com")!.LegacyExchangeDn);
        shown.ContainsKey("ghosted").ShouldBeFalse();
        Permissions(shown).ShouldBe(["anonymous=none", "default=author", "other@example.com=owner"]);

        await RunAsync("folder", "set", "public", "Info", "--name", "News", "--mail", "news@example.com", "--address", "-help@example.com", "--quota", "0", "--retention", "0", "--ghosted", "true",
            "--replica", "-" + Server, "--replica", "/o=Example/cn=Third=600,inactive", "--permission", "anonymous=create", "--listed", "false");
        shown = await ShowAsync("News");
        shown["mail"]!.GetValue<string>().ShouldBe("news@example.com");
        shown["ghosted"]!.GetValue<bool>().ShouldBeTrue();
        shown["listed"]!.GetValue<bool>().ShouldBeFalse();
        var replica = shown["replicas"]!.AsArray().Single()!;
        (replica["server"]!.GetValue<string>(), replica["cost"]!.GetValue<int>(), replica["active"]!.GetValue<bool>()).ShouldBe(("/o=Example/cn=Third", 600, false));
        foreach (var gone in new[] { "addresses", "quota", "retentionDays" })
            shown.ContainsKey(gone).ShouldBeFalse(gone);
        await RunAsync("folder", "set", "public", "News", "--mail", "");
        (await ShowAsync("News")).ContainsKey("mail").ShouldBeFalse();
        await RunAsync("folder", "set", "public", "News", "--mail", "news@example.com");

        await RunAsync("folder", "add", "public", "News/Below", "--mail", "below@example.com");
        await RunAsync("folder", "remove", "public", "News");
        const string kept = "/NON_IPM_SUBTREE/DUMPSTER_ROOT/News";
        (await RunAsync("folder", "list", "public")).Split('\n').Where(l => l.Contains("News", StringComparison.Ordinal)).ShouldAllBe(l => l.Contains("DUMPSTER_ROOT", StringComparison.Ordinal));
        await RunAsync("folder", "remove", "public", kept, "--hard");
        (await RunAsync("folder", "list", "public")).ShouldNotContain("News");
        _services.Directory.Current.Recipients.OfType<MailPublicFolder>().ShouldBeEmpty();
        (await RunAsync("check")).ShouldContain("sound");
    }

    [Fact]
    public async Task Folders_whose_names_have_slashes_are_found_by_their_path()
    {
        var site = "EX:" + LegacyDn.Base("Example");
        (await ShowAsync("/NON_IPM_SUBTREE/SCHEDULE+ FREE BUSY/" + site))["path"]!.GetValue<string>().ShouldBe("/NON_IPM_SUBTREE/SCHEDULE+ FREE BUSY/" + site);
    }

    [Fact]
    public async Task What_cannot_be_is_said_and_changes_nothing()
    {
        (await FailAsync("folder", "add", "public", "A", "--mail", "no address")).ShouldContain("no mail address");
        (await FailAsync("folder", "add", "public", "A", "--replica", "SUT02")).ShouldContain("legacy DN");
        (await FailAsync("folder", "add", "public", "A", "--mail", "team@example.com")).ShouldContain("belongs to");
        (await FailAsync("folder", "add", "public", "A", "--quota", "much")).ShouldContain("--quota");
        (await FailAsync("folder", "set", "other@example.com", "Inbox", "--mail", "x@example.com")).ShouldContain("public folders");
        (await FailAsync("folder", "remove", "public", "/NON_IPM_SUBTREE")).ShouldContain("belongs to");
        (await RunAsync("folder", "list", "public")).ShouldNotContain("│ A ");
        await RunAsync("folder", "set", "other@example.com", "Inbox", "--quota", "1MB", "--retention", "7");
        var inbox = JsonNode.Parse(await RunAsync("folder", "show", "other@example.com", "Inbox", "--json"))!;
        (inbox["quota"]!.GetValue<long>(), inbox["retentionDays"]!.GetValue<double>()).ShouldBe((1L << 20, 7.0));
    }

    [Fact]
    public async Task Check_tells_addresses_that_lead_nowhere_and_a_backup_brings_everything_back()
    {
        await RunAsync("folder", "add", "public", "Info", "--mail", "info@example.com", "--ghosted", "true", "--replica", Server);
        var reader = new Principal(Guid.NewGuid(), "reader", [], PrincipalKind.Account);
        var store = _services.Directory.Current.PublicStore!;
        MessageId post;
        using (var session = (await _services.Engine.OpenAsync(store.MailboxGuid, reader, default)).Value)
        {
            var folder = FolderPaths.Find(session.Folders, "Info")!;
            var prepared = await _services.Engine.PrepareMimeAsync(new System.Buffers.ReadOnlySequence<byte>(Encoding.ASCII.GetBytes("Subject: one\r\n\r\nText.\r\n")), default);
            post = (await session.AppendAsync(folder.Id, prepared, AppendOptions.Default with { State = MessageState.Read }, default)).Value.Id;
        }
        (await RunAsync("check")).ShouldContain("sound");
        var backup = Path.Combine(_restored.Path, "backup");
        await RunAsync("backup", backup);
        var data = Path.Combine(_restored.Path, "data");
        var console = new TestConsole();
        (await RialtoCommand.RunAsync(["restore", backup, "--data", data], new CommandEnvironment(console, _restored.Path), CancellationToken.None)).ShouldBe(0, console.Error.ToString());
        await using (var restored = await OpenAsync(data))
        {
            restored.Directory.Current.FindByAddress("info@example.com").ShouldBeOfType<MailPublicFolder>();
            using var session = (await restored.Engine.OpenAsync(restored.Directory.Current.PublicStore!.MailboxGuid, reader, default)).Value;
            session.Header.IsPublic.ShouldBeTrue();
            var folder = FolderPaths.Find(session.Folders, "Info")!;
            session.ReplicasOf(folder.Id).IsHere.ShouldBeFalse();
            (await session.ReadRowsAsync(folder.Id, new[] { post }, default)).Value[0]!.State.ShouldBe(MessageState.Read);
        }

        await _services.Directory.AddAsync(new MailPublicFolder { FolderId = 0xABCDEF, PrimaryAddress = "lost@example.com" });
        console = new TestConsole();
        (await RialtoCommand.RunAsync(["check"], new CommandEnvironment(console, _directory.Path) { Services = _services }, CancellationToken.None)).ShouldBe(1);
        console.Out.ToString()!.ShouldContain("lost@example.com");
    }

    private static async Task<RialtoServices> OpenAsync(string path) =>
        await RialtoServices.OpenAsync(new RialtoOptions { Data = path }, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);

    private static string[] Permissions(JsonObject folder) =>
        [.. folder["permissions"]!.AsArray().Select(p => $"{p!["member"]}={p["rights"]}").Order(StringComparer.Ordinal)];

    private async Task<JsonObject> ShowAsync(string path) => JsonNode.Parse(await RunAsync("folder", "show", "public", path, "--json"))!.AsObject();

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
