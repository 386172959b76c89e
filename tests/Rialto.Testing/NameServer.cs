using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Rialto.Testing;

/// <summary>NSD with some zones, on a free port of loopback.</summary>
public sealed class NameServer : IAsyncDisposable
{
    private readonly TempDirectory _files;
    private readonly Process _process;

    private NameServer(TempDirectory files, Process process, int port) => (_files, _process, Port) = (files, process, port);

    public int Port { get; }

    public string Address => $"127.0.0.1:{Port}";

    /// <summary>Starts it with zones; each gets an SOA and NS record before what is given.</summary>
    public static async Task<NameServer> StartAsync(params (string Name, string Zone)[] zones)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await StartOnceAsync(zones);
            }
            catch (InvalidOperationException e) when (tries < 10 && e.Message.Contains("Address already in use", StringComparison.Ordinal))
            {
                // A port that is free for UDP may be taken for TCP, or be taken before nsd has it.
            }
        }
    }

    private static async Task<NameServer> StartOnceAsync((string Name, string Zone)[] zones)
    {
        var files = new TempDirectory();
        int port;
        using (var free = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0)))
            port = ((IPEndPoint)free.Client.LocalEndPoint!).Port;
        var configuration = new StringWriter();
        await configuration.WriteAsync($"server:\n ip-address: 127.0.0.1@{port}\n username: \"\"\n chroot: \"\"\n zonesdir: \"{files.Path}\"\n database: \"\"\n pidfile: \"{files.File("nsd.pid")}\"\n xfrdfile: \"{files.File("xfrd")}\"\n zonelistfile: \"{files.File("zones")}\"\n xfrdir: \"{files.Path}\"\n server-count: 1\n verbosity: 1\nremote-control:\n control-enable: no\n");
        foreach (var (name, zone) in zones)
        {
            await File.WriteAllTextAsync(files.File(name + ".zone"), $"$ORIGIN {name}.\n$TTL 60\n@ IN SOA ns.{name}. hostmaster.{name}. 1 3600 600 86400 60\n@ IN NS ns.{name}.\nns IN A 127.0.0.1\n{zone}");
            await configuration.WriteAsync($"zone:\n name: \"{name}\"\n zonefile: \"{name}.zone\"\n");
        }
        await File.WriteAllTextAsync(files.File("nsd.conf"), configuration.ToString());
        var start = new ProcessStartInfo(File.Exists("/usr/sbin/nsd") ? "/usr/sbin/nsd" : "nsd") { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var argument in new[] { "-d", "-c", files.File("nsd.conf") })
            start.ArgumentList.Add(argument);
        var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        // It listens on TCP too: up when a connection is taken.
        for (var i = 0; ; i++)
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(IPAddress.Loopback, port);
                return new NameServer(files, process, port);
            }
            catch (SocketException) when (i < 100 && !process.HasExited)
            {
                await Task.Delay(50);
            }
            catch (SocketException)
            {
                if (!process.HasExited)
                    process.Kill(entireProcessTree: true);
                var reason = await errors;
                process.Dispose();
                files.Dispose();
                throw new InvalidOperationException($"nsd did not start: {reason}");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        _files.Dispose();
    }
}
