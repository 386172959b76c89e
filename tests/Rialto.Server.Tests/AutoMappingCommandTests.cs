using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Rialto.Directory;
using Rialto.Server.Commands;
using Rialto.Server.Configuration;
using Rialto.Server.Hosting;
using Rialto.Testing;

namespace Rialto.Server.Tests;

/// <summary>`--auto-mapping`: whether clients open a mailbox by themselves.</summary>
public sealed class AutoMappingCommandTests
{
    [Theory]
    [InlineData("shared")]
    [InlineData("room")]
    [InlineData("account")]
    public async Task It_is_on_until_it_is_switched_off(string kind)
    {
        using var directory = new TempDirectory();
        await using var services = await RialtoServices.OpenAsync(new RialtoOptions { Data = directory.Path }, TimeProvider.System, NullLoggerFactory.Instance, default);
        await services.Directory.AddAsync(new Organisation { Name = "Example" });
        await RunAsync("domain", "add", "example.com");
        await RunAsync([kind, "add", "it@example.com", .. kind == "account" ? ["--no-password"] : Array.Empty<string>()]);
        (await ShownAsync()).ShouldBeNull();
        await RunAsync(kind, "set", "it@example.com", "--auto-mapping", "false");
        (await ShownAsync()).ShouldBe(false);
        await RunAsync(kind, "set", "it@example.com", "--name", "It");
        (await ShownAsync()).ShouldBe(false, "what is not named stays");
        await RunAsync(kind, "set", "it@example.com", "--auto-mapping", "true");
        (await ShownAsync()).ShouldBeNull();

        async Task<bool?> ShownAsync() => (bool?)JsonNode.Parse(await RunAsync(kind, "show", "it@example.com", "--json"))!["autoMapping"];

        async Task<string> RunAsync(params string[] arguments)
        {
            var console = new MemoryConsole([]);
            (await RialtoCommand.RunAsync(arguments, new CommandEnvironment(console, directory.Path) { Services = services }, default)).ShouldBe(0, console.Errors.ToString());
            return console.Written.ToString();
        }
    }
}
