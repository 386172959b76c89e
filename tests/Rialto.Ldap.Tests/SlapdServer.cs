using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Rialto.Ldap.Tests;

/// <summary>Debian's slapd with a database of its own, on a free port of this machine.</summary>
public sealed class SlapdServer : IAsyncDisposable
{
    public const string AdminDn = "cn=root,dc=corp,dc=example";
    public const string AdminPassword = "slapd-root-password";
    public const string BaseDn = "dc=corp,dc=example";

    private readonly Process process;
    private readonly string folder;
    private bool disposed;

    private SlapdServer(Process process, string folder, int port)
    {
        this.process = process;
        this.folder = folder;
        Port = port;
    }

    public int Port { get; }

    public static string? Program { get; } = new[] { "/usr/sbin/slapd", "/usr/local/sbin/slapd" }.FirstOrDefault(File.Exists);

    /// <summary>The port of ldaps; 0 without a certificate.</summary>
    public int TlsPort { get; private init; }

    /// <param name="certificate">A server's certificate with its key, for StartTLS and ldaps.</param>
    /// <param name="authorities">In PEM: clients must then show a certificate of theirs.</param>
    public static async Task<SlapdServer> StartAsync(X509Certificate2? certificate = null, string? authorities = null)
    {
        var folder = System.IO.Directory.CreateTempSubdirectory("rialto-slapd-").FullName;
        System.IO.Directory.CreateDirectory(Path.Combine(folder, "data"));
        var tls = "";
        if (certificate is not null)
        {
            using var key = certificate.GetECDsaPrivateKey()!;
            await File.WriteAllTextAsync(Path.Combine(folder, "server.pem"), certificate.ExportCertificatePem());
            await File.WriteAllTextAsync(Path.Combine(folder, "server.key"), key.ExportPkcs8PrivateKeyPem());
            tls = $"TLSCertificateFile {folder}/server.pem\nTLSCertificateKeyFile {folder}/server.key\n";
        }

        if (authorities is not null)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "authorities.pem"), authorities);
            tls += $"TLSCACertificateFile {folder}/authorities.pem\nTLSVerifyClient demand\n";
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "slapd.conf"), $"""
            include /etc/ldap/schema/core.schema
            include /etc/ldap/schema/cosine.schema
            include /etc/ldap/schema/inetorgperson.schema
            pidfile {folder}/slapd.pid
            {tls}
            modulepath /usr/lib/ldap
            moduleload back_mdb
            database mdb
            maxsize 67108864
            suffix "{BaseDn}"
            rootdn "{AdminDn}"
            rootpw {AdminPassword}
            directory {folder}/data
            index objectClass,mail,uid,entryUUID eq
            access to attrs=userPassword by anonymous auth by * none
            access to * by * read
            """);
        var port = FreePort();
        var tlsPort = certificate is null ? 0 : FreePort();
        var process = Process.Start(new ProcessStartInfo(Program!, ["-f", Path.Combine(folder, "slapd.conf"), "-h", $"ldap://127.0.0.1:{port}/" + (tlsPort == 0 ? "" : $" ldaps://127.0.0.1:{tlsPort}/"), "-d", "0"]))!;
        for (var i = 0; i < 100; i++)
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(IPAddress.Loopback, port);
                return new(process, folder, port) { TlsPort = tlsPort };
            }
            catch (SocketException) when (!process.HasExited)
            {
                await Task.Delay(100);
            }
        }

        throw new InvalidOperationException("slapd does not start");
    }

    public async Task<LdapTestClient> LogInAsync()
    {
        var client = await LdapTestClient.OpenAsync(Port);
        (await client.BindAsync(AdminDn, AdminPassword)).ShouldBe(Wire.ResultCode.Success);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        if (disposed) return;
        disposed = true;
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        System.IO.Directory.Delete(folder, recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
