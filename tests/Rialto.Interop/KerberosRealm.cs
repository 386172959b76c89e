using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Rialto.Testing;

namespace Rialto.Interop;

/// <summary>MIT's KDC for the realm EXAMPLE.COM, with its data in a folder of its own.</summary>
internal sealed class KerberosRealm : IAsyncDisposable
{
    private readonly TempDirectory _folder = new();
    private Process? _kdc;

    private KerberosRealm() => Environment = new Dictionary<string, string>
    {
        ["KRB5_CONFIG"] = _folder.File("krb5.conf"),
        ["KRB5_KDC_PROFILE"] = _folder.File("kdc.conf"),
        ["KRB5CCNAME"] = "FILE:" + _folder.File("tickets"),
    };

    public IReadOnlyDictionary<string, string> Environment { get; }

    /// <summary>The keys of this host's services.</summary>
    public string Keytab => _folder.File("services.keytab");

    public static async Task<KerberosRealm> StartAsync()
    {
        var realm = new KerberosRealm();
        var port = FreePort();
        await File.WriteAllTextAsync(realm.Environment["KRB5_CONFIG"], $$"""
            [libdefaults]
              default_realm = EXAMPLE.COM
              dns_lookup_kdc = false
              dns_canonicalize_hostname = false
              rdns = false
            [realms]
              EXAMPLE.COM = {
                kdc = 127.0.0.1:{{port}}
              }
            [domain_realm]
              localhost = EXAMPLE.COM

            """);
        await File.WriteAllTextAsync(realm.Environment["KRB5_KDC_PROFILE"], $$"""
            [kdcdefaults]
              kdc_listen = 127.0.0.1:{{port}}
              kdc_tcp_listen = 127.0.0.1:{{port}}
            [realms]
              EXAMPLE.COM = {
                database_name = {{realm._folder.File("principal")}}
                key_stash_file = {{realm._folder.File("stash")}}
                acl_file = {{realm._folder.File("acl")}}
              }
            [logging]
              kdc = FILE:{{realm._folder.File("kdc.log")}}

            """);
        await realm.OkAsync("kdb5_util", "create", "-s", "-P", "master-password", "-r", "EXAMPLE.COM");
        foreach (var user in (string[])["user1", "stranger"])
            await realm.OkAsync("kadmin.local", "-q", $"addprinc -pw ticket-password {user}");
        foreach (var service in (string[])["HTTP", "imap", "smtp", "pop", "ldap"])
        {
            await realm.OkAsync("kadmin.local", "-q", $"addprinc -randkey {service}/localhost");
            await realm.OkAsync("kadmin.local", "-q", $"ktadd -k {realm.Keytab} {service}/localhost");
        }

        var start = new ProcessStartInfo("krb5kdc") { ArgumentList = { "-n" } };
        foreach (var (name, value) in realm.Environment)
            start.Environment[name] = value;
        realm._kdc = Process.Start(start);
        return realm;
    }

    public async Task TakeTicketAsync(string user)
    {
        for (var i = 0; ; i++)
        {
            var result = await CommandResult.RunAsync("kinit", "ticket-password\n", [user], Environment);
            if (result.ExitCode == 0)
                return;
            // The KDC may not listen yet.
            if (i == 50)
                throw new InvalidOperationException(result.Error);
            await Task.Delay(100);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_kdc is not null)
        {
            _kdc.Kill();
            await _kdc.WaitForExitAsync();
            _kdc.Dispose();
        }
        _folder.Dispose();
    }

    private async Task OkAsync(string program, params string[] arguments)
    {
        var result = await CommandResult.RunAsync(program, null, arguments, Environment);
        result.ExitCode.ShouldBe(0, result.Error + result.Output);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
