using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Rialto.Delivery;
using Rialto.Testing;

namespace Rialto.Smtp.Tests.Client;

/// <summary>Debian's rspamd with a configuration of the test's: it knows its own test patterns, and signs for example.com.</summary>
public sealed class RspamdServer : IAsyncDisposable
{
    private readonly TempDirectory files;
    private readonly Process process;

    private RspamdServer(TempDirectory files, Process process, int port, RSA key) => (this.files, this.process, Port, Key) = (files, process, port, key);

    public int Port { get; }

    /// <summary>What it signs with.</summary>
    public RSA Key { get; }

    public static async Task<RspamdServer> StartAsync()
    {
        var files = new TempDirectory();
        int port;
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            port = ((IPEndPoint)free.LocalEndpoint).Port;
        }

        File.SetUnixFileMode(files.Path, (UnixFileMode)0b111_111_111);
        var key = RSA.Create(2048);
        await File.WriteAllTextAsync(files.File("key.pem"), key.ExportPkcs8PrivateKeyPem());
        await File.WriteAllTextAsync(files.File("tld"), "com\ntest\n");
        await File.WriteAllTextAsync(files.File("rspamd.conf"), $$"""
            options {
              pidfile = "{{files.File("pid")}}"; url_tld = "{{files.File("tld")}}"; disable_hyperscan = true; disable_monitoring = true; tempdir = "{{files.Path}}";
              filters = "regexp,dkim"; local_addrs = ["192.0.2.0/24"]; control_socket = "{{files.File("control")}} mode=0600";
              dns { timeout = 0.3s; retransmits = 1; nameserver = ["127.0.0.1:1"]; }
            }
            logging { type = "console"; level = "warning"; }
            lua = "/usr/share/rspamd/rules/rspamd.lua";
            modules { path = "/usr/share/rspamd/plugins/dkim_signing.lua"; path = "/usr/share/rspamd/plugins/milter_headers.lua"; path = "/usr/share/rspamd/plugins/arc.lua"; }
            actions { reject = 15; add_header = 6; }
            worker "normal" { bind_socket = "127.0.0.1:{{port}}"; count = 1; }
            milter_headers { use = ["x-spamd-result"]; skip_local = false; skip_authenticated = false; }
            dkim_signing { enabled = true; sign_authenticated = true; use_domain = "header"; allow_username_mismatch = true; allow_hdrfrom_mismatch = true; use_redis = false;
              domain { example.com { selector = "sel"; path = "{{files.File("key.pem")}}"; } } }
            arc { enabled = true; sign_authenticated = true; sign_inbound = false; use_domain = "header"; allow_username_mismatch = true; allow_hdrfrom_mismatch = true; use_redis = false;
              domain { example.com { selector = "sel"; path = "{{files.File("key.pem")}}"; } } }
            """);
        var start = new ProcessStartInfo("rspamd") { RedirectStandardOutput = true, RedirectStandardError = true };
        string[] user = Environment.UserName == "root" ? ["-u", "nobody", "-g", "nogroup"] : [];
        foreach (var argument in (string[])["-f", .. user, "-c", files.File("rspamd.conf")]) start.ArgumentList.Add(argument);
        var process = Process.Start(start)!;
        var said = process.StandardError.ReadToEndAsync();
        _ = process.StandardOutput.ReadToEndAsync();
        using var http = new HttpClient();
        for (var i = 0; ; i++)
        {
            try
            {
                await http.GetStringAsync($"http://127.0.0.1:{port}/ping");
                return new(files, process, port, key);
            }
            catch (HttpRequestException) when (i < 300 && !process.HasExited)
            {
                await Task.Delay(100);
            }
            catch (HttpRequestException)
            {
                if (!process.HasExited) process.Kill(entireProcessTree: true);
                throw new InvalidOperationException("rspamd did not start: " + await said);
            }
        }
    }

    public Rspamd Client(ILogger logger) => new(new RspamdOptions { Url = $"http://127.0.0.1:{Port}" }, logger);

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        Key.Dispose();
        files.Dispose();
    }
}
