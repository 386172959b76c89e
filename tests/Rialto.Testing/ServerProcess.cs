using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Rialto.Testing;

/// <summary>The real server as a process of its own, in a data directory of the test's, on free loopback ports.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly List<string> _errors = [];
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(Process process, string data)
    {
        _process = process;
        Data = data;
    }

    public string Data { get; }

    public int ProcessId => _process.Id;

    public IReadOnlyDictionary<string, IPEndPoint> Endpoints { get; private set; } = new Dictionary<string, IPEndPoint>();

    /// <summary>What the server has written to its error output: its log.</summary>
    public string Log
    {
        get
        {
            lock (_errors)
                return string.Join('\n', _errors);
        }
    }

    public IPEndPoint this[string name] => Endpoints[name];

    /// <summary>The program and its first arguments: the one beside the test, unless another is to be run.</summary>
    public static string[] Command { get; set; } = ["dotnet", Path.Combine(AppContext.BaseDirectory, "rialto.dll")];

    /// <param name="data">Its data directory.</param>
    /// <param name="demo">Accounts of a demonstration; negative: none, for a directory that has its accounts already.</param>
    /// <param name="environment">Its configuration, in variables.</param>
    /// <param name="arguments">More of them.</param>
    public static async Task<ServerProcess> StartAsync(string data, int demo = 5, IReadOnlyDictionary<string, string>? environment = null, params string[] arguments)
    {
        string[] listeners = ["smtp", "submission", "submissions", "imap", "imaps", "pop3", "pop3s", "ldap", "ldaps", "http", "https"];
        var start = new ProcessStartInfo(Command[0]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var argument in (string[])[.. Command[1..], "serve", "--data", data, .. demo < 0 ? [] : (string[])["--demo", demo.ToString(System.Globalization.CultureInfo.InvariantCulture)], .. listeners.SelectMany(l => new[] { "--listen", $"{l}=127.0.0.1:0" }), .. arguments])
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        var server = new ServerProcess(process, data);
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data == "rialto: ready")
                server._ready.TrySetResult();
            else if (line.Data is null)
                server._ready.TrySetException(new InvalidOperationException($"The server ended before it was ready:\n{server.Log}"));
        };
        process.ErrorDataReceived += (_, line) =>
        {
            if (line.Data is not null)
                lock (server._errors)
                    server._errors.Add(line.Data);
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await server._ready.Task.WaitAsync(TimeSpan.FromSeconds(60));
        }
        catch
        {
            // With all that it has started: a script that builds the server first would go on building.
            process.Kill(entireProcessTree: true);
            process.Dispose();
            throw;
        }
        var endpoints = JsonSerializer.Deserialize<Dictionary<string, string>>(await File.ReadAllTextAsync(Path.Combine(data, "run", "endpoints.json")))!;
        server.Endpoints = endpoints.ToDictionary(p => p.Key, p => IPEndPoint.Parse(p.Value));
        return server;
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM, and the exit code.</summary>
    public async Task<int> StopAsync()
    {
        if (!_process.HasExited)
            Kill(_process.Id, 15);
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
        return _process.ExitCode;
    }

    /// <summary>Runs `rialto ARGUMENTS… --data` beside the server.</summary>
    public Task<CommandResult> RunAsync(string? input, params string[] arguments) => CommandAsync(input, [.. arguments, "--data", Data]);

    /// <summary>The command without a server beside it.</summary>
    public static Task<CommandResult> CommandAsync(string? input, params string[] arguments) => CommandResult.RunAsync(Command[0], input, [.. Command[1..], .. arguments]);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            try
            {
                await StopAsync();
            }
            catch (TimeoutException)
            {
                await KillAsync();
            }
        }
        _process.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int pid, int signal);
}

/// <summary>A finished program: its exit code and what it printed.</summary>
public sealed record CommandResult(int ExitCode, string Output, string Error)
{
    public static async Task<CommandResult> RunAsync(string program, string? input, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null, TimeSpan? limit = null)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (input is not null)
            await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        try
        {
            await process.WaitForExitAsync().WaitAsync(limit ?? TimeSpan.FromMinutes(2));
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        return new CommandResult(process.ExitCode, await output, await error);
    }

    /// <summary>Whether a program is on the PATH.</summary>
    public static bool Has(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Concat(["/usr/sbin", "/sbin"]).Any(d => File.Exists(Path.Combine(d, program)));
}
