using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Rialto.Testing;

/// <summary>A real PostgreSQL of the test's own: its own cluster in a temporary directory, on a Unix socket and a free loopback port.</summary>
public sealed class PostgresInstance : IAsyncDisposable
{
    /// <summary>Debian 12's place; a test that needs PostgreSQL is skipped where it is absent.</summary>
    public const string Initdb = "/usr/lib/postgresql/15/bin/initdb";

    private const string Programs = "/usr/lib/postgresql/15/bin/";
    private readonly string _directory;
    private readonly Process _process;
    private int _databases;

    private PostgresInstance(string directory, Process process, int port)
    {
        _directory = directory;
        _process = process;
        Port = port;
    }

    public int Port { get; }

    public string ConnectionString(string database) => $"Host=127.0.0.1;Port={Port};Username=rialto;Password=rialto;Database={database};Include Error Detail=true";

    public static async Task<PostgresInstance> StartAsync()
    {
        // Not below the test's own directory: the postgres user has to reach it.
        var directory = Directory.CreateDirectory(Path.Combine("/var/tmp", "rialto-pg-" + Guid.NewGuid().ToString("N")[..12])).FullName;
        if (Environment.UserName == "root")
            await OkAsync("chown", "postgres", directory);
        var cluster = Path.Combine(directory, "data");
        await OkAsync([.. AsPostgres, Initdb, "-D", cluster, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N", "-U", "postgres"]);
        var port = FreePort();
        string[] command = [.. AsPostgres, Programs + "postgres", "-D", cluster, "-p", port.ToString(CultureInfo.InvariantCulture), "-k", directory, "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200"];
        var start = new ProcessStartInfo(command[0]) { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var argument in command.Skip(1))
            start.ArgumentList.Add(argument);
        var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.OutputDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        var instance = new PostgresInstance(directory, process, port);
        for (var attempt = 0; ; attempt++)
        {
            var ready = await CommandResult.RunAsync(Programs + "pg_isready", null, ["-h", "127.0.0.1", "-p", port.ToString(CultureInfo.InvariantCulture)]);
            if (ready.ExitCode == 0)
                break;
            if (attempt > 200 || process.HasExited)
                throw new InvalidOperationException("PostgreSQL did not start.");
            await Task.Delay(50);
        }
        await instance.SqlAsync("postgres", "CREATE ROLE rialto LOGIN SUPERUSER PASSWORD 'rialto'");
        return instance;
    }

    /// <summary>An empty database; its connection string.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = "rialto" + Interlocked.Increment(ref _databases).ToString(CultureInfo.InvariantCulture);
        await SqlAsync("postgres", $"CREATE DATABASE {name}");
        return ConnectionString(name);
    }

    private Task SqlAsync(string database, string sql) => OkAsync("psql", "-h", "127.0.0.1", "-p", Port.ToString(CultureInfo.InvariantCulture), "-U", "postgres", "-d", database, "-q", "-c", sql);

    private static string[] AsPostgres => Environment.UserName == "root" ? ["runuser", "-u", "postgres", "--"] : [];

    private static async Task OkAsync(params string[] command)
    {
        var result = await CommandResult.RunAsync(command[0], null, command.Skip(1));
        if (result.ExitCode != 0)
            throw new InvalidOperationException($"{string.Join(' ', command)}: {result.Error}");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public async ValueTask DisposeAsync()
    {
        await CommandResult.RunAsync(AsPostgres is [] ? Programs + "pg_ctl" : "runuser", null, [.. AsPostgres.Skip(1), .. AsPostgres is [] ? Array.Empty<string>() : [Programs + "pg_ctl"], "stop", "-D", Path.Combine(_directory, "data"), "-m", "immediate"]);
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }
}
