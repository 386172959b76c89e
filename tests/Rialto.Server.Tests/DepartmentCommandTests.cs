using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Rialto.Directory;
using Rialto.Server.Commands;
using Rialto.Server.Configuration;
using Rialto.Server.Hosting;
using Rialto.Testing;

namespace Rialto.Server.Tests;

/// <summary>`rialto group … --root-department`: the hierarchy of departments.</summary>
public sealed class DepartmentCommandTests
{
    [Fact]
    public async Task A_group_is_put_at_the_top_and_departments_below_it()
    {
        using var directory = new TempDirectory();
        await using var services = await RialtoServices.OpenAsync(new RialtoOptions { Data = directory.Path }, TimeProvider.System, NullLoggerFactory.Instance, default);
        await services.Directory.AddAsync(new Organisation { Name = "Example" });
        await RunAsync("domain", "add", "example.com");
        await RunAsync("group", "add", "sales@example.com", "--set", "isDepartment=true", "--set", "seniority=5");
        await RunAsync("group", "add", "board@example.com", "--member", "sales@example.com");
        services.Directory.Current.Organisation!.RootDepartmentId.ShouldBeNull();
        await RunAsync("group", "set", "board@example.com", "--root-department");
        var board = (Group)services.Directory.Current.FindByAddress("board@example.com")!;
        board.IsDepartment.ShouldBeTrue();
        services.Directory.Current.Organisation!.RootDepartmentId.ShouldBe(board.Id);
        var sales = JsonNode.Parse(await RunAsync("group", "show", "sales@example.com", "--json"))!;
        ((bool?)sales["isDepartment"]).ShouldBe(true);
        ((string?)sales["seniority"]).ShouldBe("5");

        async Task<string> RunAsync(params string[] arguments)
        {
            var console = new MemoryConsole([]);
            (await RialtoCommand.RunAsync(arguments, new CommandEnvironment(console, directory.Path) { Services = services }, default)).ShouldBe(0, console.Errors.ToString());
            return console.Written.ToString();
        }
    }
}
