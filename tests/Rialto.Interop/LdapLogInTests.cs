using Rialto.Testing;

namespace Rialto.Interop;

/// <summary>Ways to log in over LDAP beyond a name and a password, by the programs that have them.</summary>
public class LdapLogInTests
{
    private const string Password = "demo-password";

    [ProgramFact("ldapwhoami", "/usr/lib/x86_64-linux-gnu/sasl2/libscram.so")]
    public async Task Openldap_proves_passwords_by_scram()
    {
        using var data = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path, demo: 1);
        string[] arguments = ["-Q", "-H", $"ldap://127.0.0.1:{server["ldap"].Port}", "-Y", "SCRAM-SHA-256", "-U", "user1@example.com"];
        var right = await CommandResult.RunAsync("ldapwhoami", null, [.. arguments, "-w", Password]);
        (right.ExitCode, right.Output.Trim()).ShouldBe((0, "dn:uid=user1,ou=people,dc=example,dc=com"), right.Error + server.Log);
        (await CommandResult.RunAsync("ldapwhoami", null, [.. arguments, "-w", "wrong"])).ExitCode.ShouldBe(49);
    }

    [ProgramFact("ldapwhoami", "krb5kdc", "kdb5_util", "kadmin.local", "kinit", "/usr/lib/x86_64-linux-gnu/sasl2/libgssapiv2.so")]
    public async Task Openldap_shows_tickets_of_mits_kdc()
    {
        using var data = new TempDirectory();
        await using var realm = await KerberosRealm.StartAsync();
        var environment = new Dictionary<string, string>(realm.Environment)
        {
            ["RIALTO__SignIn__Keytab"] = realm.Keytab,
            ["RIALTO__SignIn__SaslMechanismsOf__ldap"] = "GSS-SPNEGO GSSAPI PLAIN",
        };
        await using var server = await ServerProcess.StartAsync(data.Path, demo: 1, environment: environment);
        foreach (var mechanism in (string[])["GSSAPI", "GSS-SPNEGO"])
        {
            await realm.TakeTicketAsync("user1");
            var right = await WhoAsync(mechanism);
            (right.ExitCode, right.Output.Trim()).ShouldBe((0, "dn:uid=user1,ou=people,dc=example,dc=com"), mechanism + right.Error + server.Log);
            await realm.TakeTicketAsync("stranger");
            (await WhoAsync(mechanism)).ExitCode.ShouldBe(49, mechanism);
        }

        // No layers: TLS protects the connection.
        Task<CommandResult> WhoAsync(string mechanism) =>
            CommandResult.RunAsync("ldapwhoami", null, ["-Q", "-N", "-H", $"ldap://localhost:{server["ldap"].Port}", "-Y", mechanism, "-O", "maxssf=0"], realm.Environment);
    }

    [ProgramFact("/usr/bin/python3", "/usr/lib/python3/dist-packages/ldap3/utils/ntlm.py")]
    public async Task Ldap3_speaks_ntlm_by_sicily()
    {
        using var data = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path, demo: 1, environment: new Dictionary<string, string> { ["RIALTO__SignIn__SaslMechanismsOf__ldap"] = "NTLM PLAIN" });
        await server.RunAsync(null, "account", "set", "user1@example.com", "--ntlm", "true");
        var script = $"""
            import sys
            sys.path.append('/usr/lib/python3/dist-packages')
            import ldap3
            def attempt(authentication, user, password):
                c = ldap3.Connection(ldap3.Server('127.0.0.1', {server["ldap"].Port}), user, password, authentication=authentication)
                return c.bind() and c.extend.standard.who_am_i()
            print(attempt(ldap3.SIMPLE, 'user1@example.com', '{Password}'))
            print(attempt(ldap3.NTLM, 'EXAMPLE\\user1', '{Password}'), attempt(ldap3.NTLM, 'EXAMPLE\\user1', 'wrong'))
            """;
        var result = await CommandResult.RunAsync("/usr/bin/python3", script, ["-"]);
        const string User = "dn:uid=user1,ou=people,dc=example,dc=com";
        result.Output.Trim().ShouldBe($"{User}\n{User} False", result.Error + server.Log);
    }
}
