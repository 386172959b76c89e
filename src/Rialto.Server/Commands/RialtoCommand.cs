using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using Rialto.Directory;
using Rialto.Server.Configuration;
using Rialto.Server.Control;
using Rialto.Server.Hosting;
using Rialto.Store.Backend;

namespace Rialto.Server.Commands;

/// <summary>A command cannot go on; the message says what to do next.</summary>
public sealed class CommandException(string message) : Exception(message);

/// <summary>The `rialto` command line: its root, the options every command has, and how a command gets at the data.</summary>
internal sealed class RialtoCommand
{
    private readonly CommandEnvironment _environment;
    private readonly string[] _arguments;

    private RialtoCommand(CommandEnvironment environment, string[] arguments)
    {
        _environment = environment;
        _arguments = arguments;
    }

    public Option<string?> ConfigOption { get; } = new("--config") { Description = "The configuration file (default: rialto.json in the data directory or /etc/rialto, where there is one).", HelpName = "FILE", Recursive = true };

    public Option<string?> DataOption { get; } = new("--data") { Description = "The data directory.", HelpName = "DIR", Recursive = true };

    public CommandEnvironment Environment => _environment;

    /// <summary>Runs a command line to its exit code: 0 done, 1 refused or failed (the reason is on the error output), 2 wrong usage.</summary>
    public static async Task<int> RunAsync(string[] arguments, CommandEnvironment environment, CancellationToken cancel)
    {
        var command = new RialtoCommand(environment, arguments);
        var parsed = command.Build().Parse(arguments);
        if (parsed.Errors.Count > 0)
        {
            foreach (var error in parsed.Errors)
                await environment.Console.Error.WriteLineAsync($"rialto: {error.Message}");
            await environment.Console.Error.WriteLineAsync($"Try: rialto {string.Join(' ', CommandPath(parsed))}--help");
            return 2;
        }
        try
        {
            var configuration = new InvocationConfiguration { Output = environment.Console.Out, Error = environment.Console.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return await parsed.InvokeAsync(configuration, cancel);
        }
        catch (Exception e) when (e is CommandException or ConfigurationException or DirectoryException or StorageUnavailableException or Oab.Build.OabBusyException or Store.Postgres.BackupNotSupportedException)
        {
            await environment.Console.Error.WriteLineAsync($"rialto: {e.Message}");
            return 1;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return 130;
        }
    }

    /// <summary>Makes an action that works on the data: carried out by the running server where there is one, otherwise on the data directory itself.</summary>
    public Func<ParseResult, CancellationToken, Task<int>> OnData(Func<RialtoServices, ParseResult, CancellationToken, Task<int>> action) => async (parsed, cancel) =>
    {
        if (_environment.Services is { } running)
            return await action(running, parsed, cancel);
        var options = LoadOptions(parsed);
        if (await ControlClient.TryRunAsync(RuntimePaths.ControlSocket(options.Data), _arguments, _environment.Console, cancel) is { } code)
            return code;
        if (!System.IO.Directory.Exists(options.Data) && options.Storage == "sqlite")
            throw new CommandException($"There is no data directory {options.Data}. Start the server once (`rialto serve`), or name the directory with --data.");
        await using var services = await RialtoServices.OpenAsync(options, TimeProvider.System, NullLoggerFactory.Instance, cancel);
        return await action(services, parsed, cancel);
    };

    /// <summary>The configuration that the options of this command line name.</summary>
    public RialtoOptions LoadOptions(ParseResult parsed)
    {
        var data = parsed.GetValue(DataOption);
        var file = parsed.GetValue(ConfigOption) is { } named ? _environment.Resolve(named) : Find(data);
        var options = ConfigurationLoader.Load(file, System.Environment.GetEnvironmentVariables());
        if (data is not null)
            options.Data = data;
        options.Data = _environment.Resolve(options.Data);
        return options;
    }

    private string? Find(string? data)
    {
        string?[] places = [data is null ? null : Path.Combine(_environment.Resolve(data), "rialto.json"), "/etc/rialto/rialto.json", "/var/lib/rialto/rialto.json"];
        return places.FirstOrDefault(p => p is not null && File.Exists(p));
    }

    private static string CommandPath(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (System.CommandLine.Parsing.SymbolResult? r = parsed.CommandResult; r?.Parent is not null; r = r.Parent)
            if (r is System.CommandLine.Parsing.CommandResult c)
                names.Push(c.Command.Name);
        return names.Count == 0 ? "" : string.Join(' ', names) + " ";
    }

    private RootCommand Build()
    {
        var root = new RootCommand("Rialto: an Exchange-compatible groupware server.");
        root.Options.Add(ConfigOption);
        root.Options.Add(DataOption);
        root.Add(ServeCommand.Create(this));
        root.Add(AccountCommand.Create(this));
        root.Add(SharedMailboxCommand.Create(this));
        root.Add(RoomCommand.Create(this));
        root.Add(ContactCommand.Create(this));
        root.Add(GroupCommand.Create(this));
        root.Add(AddressListCommand.Create(this));
        root.Add(DomainCommand.Create(this));
        root.Add(DnsCommand.Create(this));
        root.Add(MailboxCommand.Create(this));
        root.Add(FolderCommand.Create(this));
        root.Add(OabCommand.Create(this));
        root.Add(QueueCommand.Create(this));
        root.Add(TraceCommand.Create(this));
        root.Add(TranscriptCommand.Create(this));
        root.Add(LogLevelCommand.Create(this));
        root.Add(JournalCommand.Create(this));
        root.Add(DisclaimerCommand.Create(this));
        root.Add(DirectoryCommand.Create(this));
        root.Add(ImportCommand.Create(this));
        root.Add(ExportCommand.Create(this));
        root.Add(ConvertCommand.Create(this));
        root.Add(CheckCommand.Create(this));
        root.Add(BackupCommand.Create(this));
        root.Add(RestoreCommand.Create(this));
        root.Add(RopCommand.Create(this));
        root.Add(DescribeConfigCommand.Create(this));
        return root;
    }
}
