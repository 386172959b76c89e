using Rialto.Directory;
using Rialto.Ldap.Client;
using Rialto.Ldap.Wire;
using Rialto.Testing;

namespace Rialto.Ldap.Tests;

/// <summary>How the other directory (Debian's slapd) is reached: TLS both ways with its certificate checked, referrals.</summary>
public sealed class DirectorySourceTests : IDisposable
{
    private readonly TestAuthority authority = new();
    private readonly string file = Path.GetTempFileName();
    private readonly string password = Path.GetTempFileName();

    public DirectorySourceTests()
    {
        File.WriteAllText(file, authority.Pem);
        File.WriteAllText(password, SlapdServer.AdminPassword + "\n");
    }

    [ProgramFact("slapd")]
    public async Task Tls_is_spoken_both_ways_and_the_certificate_checked()
    {
        using var certificate = authority.Issue("CN=localhost", forServer: true);
        await using var slapd = await SlapdServer.StartAsync(certificate);
        await using (var remote = await slapd.LogInAsync()) await FillAsync(remote);
        foreach (var url in new[] { $"ldaps://localhost:{slapd.TlsPort}", $"ldap://localhost:{slapd.Port}", $"ldaps://127.0.0.1:{slapd.TlsPort}" })
        {
            await using var directory = await TestDirectory.CreateAsync();
            await using var source = new LdapSource(Options(url), TimeProvider.System);
            (await new DirectorySync(source, directory.Service, TimeProvider.System).RunAsync(null)).Added.ShouldBe(1, url);
            (await source.CheckAsync(directory.Account("anna@example.com"), "password-of-anna", default)).ShouldBe(true);

            // Another authority: refused, whatever the port.
            using var stranger = new TestAuthority("CN=Another");
            await File.WriteAllTextAsync(file, stranger.Pem);
            await using var distrusting = new LdapSource(Options(url), TimeProvider.System);
            await Should.ThrowAsync<LdapSourceException>(() => new DirectorySync(distrusting, directory.Service, TimeProvider.System).RunAsync(null));
            (await distrusting.CheckAsync(directory.Account("anna@example.com"), "password-of-anna", default)).ShouldBeNull();
            await File.WriteAllTextAsync(file, authority.Pem);
        }
    }

    [ProgramFact("slapd")]
    public async Task A_certificate_for_another_name_is_refused()
    {
        using var certificate = authority.Issue("CN=elsewhere", forServer: false, email: "x@example.com");
        await using var slapd = await SlapdServer.StartAsync(certificate);
        await using var directory = await TestDirectory.CreateAsync();
        await using var source = new LdapSource(Options($"ldaps://localhost:{slapd.TlsPort}"), TimeProvider.System);
        await Should.ThrowAsync<LdapSourceException>(() => new DirectorySync(source, directory.Service, TimeProvider.System).RunAsync(null));
    }

    [ProgramFact("slapd")]
    public async Task Referrals_are_followed_when_that_is_wanted()
    {
        await using var far = await SlapdServer.StartAsync();
        await using (var remote = await far.LogInAsync()) await FillAsync(remote, "zoe");
        await using var near = await SlapdServer.StartAsync();
        await using (var remote = await near.LogInAsync())
        {
            await FillAsync(remote);
            await AddAsync(remote, "ou=far,dc=corp,dc=example", ("objectClass", ["referral", "extensibleObject"]), ("ref", [$"ldap://127.0.0.1:{far.Port}/ou=people,dc=corp,dc=example??sub"]));
            await AddAsync(remote, "ou=nowhere,dc=corp,dc=example", ("objectClass", ["referral", "extensibleObject"]), ("ref", ["ldap://127.0.0.1:1/dc=x"]));
        }

        await using var directory = await TestDirectory.CreateAsync();
        var options = Options($"ldap://127.0.0.1:{near.Port}");
        options.StartTls = false;
        await using (var source = new LdapSource(options, TimeProvider.System))
        {
            var alone = await new DirectorySync(source, directory.Service, TimeProvider.System).RunAsync(null);
            (alone.Added, alone.Problems.Length).ShouldBe((1, 0));
        }

        options.FollowReferrals = true;
        await using var following = new LdapSource(options, TimeProvider.System);
        var sync = new DirectorySync(following, directory.Service, TimeProvider.System);
        var report = await sync.RunAsync(null);
        report.Added.ShouldBe(1);
        report.Problems.ShouldContain(p => p.StartsWith("ldap://127.0.0.1:1/", StringComparison.Ordinal));
        directory.Account("zoe@example.com").External.ShouldNotBeNull();

        // A part that cannot be read: nobody is taken to be gone.
        await far.DisposeAsync();
        var without = await sync.RunAsync(null);
        (without.Disabled, directory.Account("zoe@example.com").LoginEnabled).ShouldBe((0, true));
    }

    public void Dispose()
    {
        authority.Dispose();
        File.Delete(file);
        File.Delete(password);
    }

    private LdapSourceOptions Options(string url) => new() { Url = url, CertificateAuthorities = file, BindDn = SlapdServer.AdminDn, PasswordFile = password, BaseDn = SlapdServer.BaseDn };

    private static async Task FillAsync(LdapTestClient remote, string person = "anna")
    {
        await AddAsync(remote, SlapdServer.BaseDn, ("objectClass", ["dcObject", "organization"]), ("dc", ["corp"]), ("o", ["Corp"]));
        await AddAsync(remote, "ou=people,dc=corp,dc=example", ("objectClass", ["organizationalUnit"]));
        await AddAsync(remote, $"uid={person},ou=people,dc=corp,dc=example", ("objectClass", ["inetOrgPerson"]), ("cn", [person]), ("sn", [person]), ("mail", [$"{person}@example.com"]), ("userPassword", ["password-of-" + person]));
    }

    private static async Task AddAsync(LdapTestClient remote, string dn, params (string, string[])[] attributes)
    {
        var reply = await remote.AddAsync(dn, attributes);
        reply.Code.ShouldBe(ResultCode.Success, reply.Message);
    }
}
