using System.CommandLine;
using System.Net;
using Rialto.Server.Configuration;
using Rialto.Server.Hosting;

namespace Rialto.Server.Commands;

/// <summary>`rialto serve`: the server itself, until SIGTERM or Ctrl-C.</summary>
internal static class ServeCommand
{
    /// <summary>Most accounts of a demonstration: it is for looking, and for measuring.</summary>
    private const int MaximumDemo = 1_000;

    public static Command Create(RialtoCommand root)
    {
        var command = new Command("serve", "Runs the server.");
        var demo = new Option<int?>("--demo") { Description = "Sets up Example / example.com with admin@ and user1@ to userN@, all with the password demo-password, on loopback only.", HelpName = "N" };
        var bind = new Option<string?>("--bind") { Description = "Address to listen on (default: all; with --demo 127.0.0.1).", HelpName = "ADDR" };
        var offset = new Option<int?>("--port-offset") { Description = "Added to every standard port (default 0; with --demo 10000).", HelpName = "N" };
        var listen = new Option<string[]>("--listen") { Description = "Places one listener: NAME=ADDR:PORT, or NAME=off. May be repeated.", HelpName = "NAME=ADDR:PORT" };
        command.Options.Add(demo);
        command.Options.Add(bind);
        command.Options.Add(offset);
        var trace = new Option<string[]>("--trace") { Description = "Writes readable transcripts of a protocol to DIR/trace: mapi. They hold people's mail.", HelpName = "PROTOCOL" };
        command.Options.Add(listen);
        command.Options.Add(trace);
        command.SetAction(async (parsed, cancel) =>
        {
            if (root.Environment.Services is not null)
                throw new CommandException("The server is running already; this is it.");
            var options = root.LoadOptions(parsed);
            var accounts = parsed.GetValue(demo);
            if (accounts is { } n)
            {
                if (n is < 1 or > MaximumDemo)
                    throw new CommandException($"--demo takes a number from 1 to {MaximumDemo}.");
                ApplyDemo(options, parsed.GetValue(root.DataOption) is null && parsed.GetValue(root.ConfigOption) is null);
            }
            options.Bind = parsed.GetValue(bind) ?? options.Bind;
            options.PortOffset = parsed.GetValue(offset) ?? options.PortOffset;
            foreach (var item in parsed.GetValue(listen) ?? [])
            {
                var at = item.IndexOf('=', StringComparison.Ordinal);
                if (at <= 0)
                    throw new CommandException($"--listen takes NAME=ADDR:PORT, not \"{item}\".");
                options.Listeners[item[..at].ToLowerInvariant()] = item[(at + 1)..];
            }
            foreach (var protocol in parsed.GetValue(trace) ?? [])
            {
                if (protocol != "mapi")
                    throw new CommandException($"--trace knows no {protocol}; it takes mapi.");
                options.Mapi.TranscriptDirectory = Path.Combine(options.Data, "trace");
            }
            var plan = EndpointPlan.Make(options);
            if (accounts is not null && plan.FirstOrDefault(l => !IPAddress.IsLoopback(l.Address)) is { } open)
                throw new CommandException($"A demonstration server has a well-known password and does not listen beyond loopback: {open.Name} would be on {open.Address}. Leave out --demo, or bind to 127.0.0.1.");
            await using var server = new RialtoServer(options, plan, accounts, root.Environment);
            return await server.RunAsync(cancel);
        });
        return command;
    }

    private static void ApplyDemo(RialtoOptions options, bool ownData)
    {
        if (ownData && options.Data == "/var/lib/rialto")
            options.Data = Path.Combine(System.Environment.GetFolderPath(System.Environment.SpecialFolder.LocalApplicationData) is { Length: > 0 } local ? local : Path.GetTempPath(), "rialto-demo");
        options.Bind = "127.0.0.1";
        options.PortOffset = 10_000;
        options.AllowPlainTextLogin = true;
        // A demonstration writes to nobody, unless it was told where.
        if (options.Outbound is { SmartHost: "", Routes.Count: 0, DnsServers.Count: 0 })
            options.Outbound.Enabled = false;
        options.Organisation.Name = "Example";
        options.Organisation.Domain = "example.com";
        if (options.HostName.Length == 0)
            options.HostName = "localhost";
    }
}
