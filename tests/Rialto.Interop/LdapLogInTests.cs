using Rialto.Testing;

namespace Rialto.Interop;

/// <summary>Ways to log in over LDAP beyond a name and a password, by the programs that have them.</summary>
public class LdapLogInTests
{
    private const string Password = "demo-password";

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
        await using var server = await ServerProcess.StartAsync(data.Path, demo: 100, environment: environment);
        foreach (var mechanism in (string[])["GSSAPI", "GSS-SPNEGO"])
        {
            await realm.TakeTicketAsync("user1");
            var right = await WhoAsync(mechanism);
            (right.ExitCode, right.Output.Trim()).ShouldBe((0, "dn:uid=user1,ou=people,dc=example,dc=com"), mechanism + right.Error + server.Log);
            await realm.TakeTicketAsync("stranger");
            (await WhoAsync(mechanism)).ExitCode.ShouldBe(49, mechanism);
        }

        // Signed and sealed, signed alone, neither; the last for connections that TLS protects.
        await realm.TakeTicketAsync("user1");
        foreach (var mechanism in (string[])["GSSAPI", "GSS-SPNEGO"])
            foreach (var (wanted, strength) in ((string, string)[])[("minssf=56", "SASL SSF: 256"), ("minssf=1,maxssf=1", "SASL SSF: 1\n"), ("maxssf=0", "SASL SSF: 0")])
            {
                var found = await CommandResult.RunAsync("ldapsearch", null,
                    ["-N", "-LLL", "-H", $"ldap://localhost:{server["ldap"].Port}", "-Y", mechanism, "-O", wanted, "-b", "dc=example,dc=com", "(objectClass=person)", "*", "+"], realm.Environment);
                found.ExitCode.ShouldBe(0, mechanism + wanted + found.Error + server.Log);
                found.Error.ShouldContain(strength, Case.Sensitive, mechanism + wanted);
                found.Output.ShouldContain("dn: uid=user1,ou=people,dc=example,dc=com");
                found.Output.Length.ShouldBeGreaterThan(70_000, "more than a buffer of the layer");
            }

        Task<CommandResult> WhoAsync(string mechanism) =>
            CommandResult.RunAsync("ldapwhoami", null, ["-Q", "-N", "-H", $"ldap://localhost:{server["ldap"].Port}", "-Y", mechanism, "-O", "maxssf=0"], realm.Environment);
    }

    [ProgramFact("ldapwhoami", "krb5kdc", "kdb5_util", "kadmin.local", "kinit", "/usr/lib/x86_64-linux-gnu/sasl2/libgssapiv2.so")]
    public async Task Without_tls_tickets_are_taken_from_who_has_messages_sealed()
    {
        using var data = new TempDirectory();
        await using var realm = await KerberosRealm.StartAsync();
        var environment = new Dictionary<string, string>(realm.Environment)
        {
            ["RIALTO__SignIn__Keytab"] = realm.Keytab,
            ["RIALTO__SignIn__SaslMechanismsOf__ldap"] = "GSS-SPNEGO GSSAPI PLAIN",
            ["RIALTO__Ldap__AllowPlainTextOnLoopback"] = "false",
        };
        await (await ServerProcess.StartAsync(data.Path, demo: 1)).DisposeAsync();

        // No demonstration any more, which takes passwords in plain text from the same machine.
        await using var server = await ServerProcess.StartAsync(data.Path, demo: -1, environment: environment);
        await realm.TakeTicketAsync("user1");
        string[] whoami = ["-N", "-H", $"ldap://localhost:{server["ldap"].Port}"];
        (await RunAsync("ldapsearch", "-x", "-LLL", "-H", $"ldap://localhost:{server["ldap"].Port}", "-b", "", "-s", "base", "supportedSASLMechanisms")).Output.Trim().ShouldBe("dn:\nsupportedSASLMechanisms: GSSAPI");
        (await RunAsync("ldapwhoami", [.. whoami, "-Y", "GSSAPI"])).Output.Trim().ShouldBe("dn:uid=user1,ou=people,dc=example,dc=com", server.Log);
        (await RunAsync("ldapwhoami", [.. whoami, "-Y", "GSSAPI", "-O", "maxssf=1"])).ExitCode.ShouldBe(8);
        (await RunAsync("ldapwhoami", [.. whoami, "-Y", "GSSAPI", "-O", "maxssf=0"])).ExitCode.ShouldBe(8);
        (await RunAsync("ldapwhoami", [.. whoami, "-Y", "GSS-SPNEGO"])).ExitCode.ShouldBe(13);
        (await RunAsync("ldapwhoami", [.. whoami, "-x", "-D", "user1@example.com", "-w", Password])).ExitCode.ShouldBe(13);

        Task<CommandResult> RunAsync(string program, params string[] arguments) => CommandResult.RunAsync(program, null, arguments, realm.Environment);
    }

    [ProgramFact("ldapwhoami", "/usr/lib/x86_64-linux-gnu/sasl2/libscram.so")]
    public async Task Openldap_proves_the_password_by_scram()
    {
        using var data = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path, demo: 1, environment: new Dictionary<string, string> { ["RIALTO__SignIn__SaslMechanismsOf__ldap"] = "SCRAM-SHA-256 PLAIN" });
        foreach (var (user, password, code) in ((string, string, int)[])[("user1@example.com", Password, 0), ("user1", Password, 0), ("user1", "wrong", 49), ("ghost", Password, 49)])
        {
            var who = await CommandResult.RunAsync("ldapwhoami", null, ["-Q", "-H", $"ldap://localhost:{server["ldap"].Port}", "-Y", "SCRAM-SHA-256", "-U", user, "-w", password]);
            who.ExitCode.ShouldBe(code, user + who.Error + server.Log);
            if (code == 0)
                who.Output.Trim().ShouldBe("dn:uid=user1,ou=people,dc=example,dc=com");
        }
    }

    [ProgramFact("ldapwhoami", "/usr/lib/x86_64-linux-gnu/sasl2/libgssapiv2.so", "/usr/lib/x86_64-linux-gnu/gssntlmssp/gssntlmssp.so")]
    public async Task Openldap_speaks_ntlm_within_spnego()
    {
        using var data = new TempDirectory();
        using var local = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path, demo: 3, environment: new Dictionary<string, string> { ["RIALTO__SignIn__SaslMechanismsOf__ldap"] = "GSS-SPNEGO NTLM PLAIN" });
        await server.RunAsync(null, "account", "set", "user1@example.com", "--ntlm", "true");
        var url = $"ldap://localhost:{server["ldap"].Port}";
        (await CommandResult.RunAsync("ldapwhoami", null, ["-Q", "-H", url, "-Y", "PLAIN", "-U", "user1@example.com", "-w", Password, "-O", "none"])).ExitCode.ShouldBe(0);
        foreach (var password in (string[])[Password, "wrong"])
        {
            await File.WriteAllTextAsync(local.File("user"), $"EXAMPLE:user1:{password}\n");
            var environment = new Dictionary<string, string> { ["NTLM_USER_FILE"] = local.File("user"), ["KRB5CCNAME"] = "FILE:" + local.File("none") };

            // gss-ntlmssp knows no signing without sealing: it seals whatever was agreed on.
            var found = await CommandResult.RunAsync("ldapsearch", null, ["-N", "-LLL", "-H", url, "-Y", "GSS-SPNEGO", "-O", "minssf=56", "-b", "dc=example,dc=com", "(objectClass=person)"], environment);
            found.ExitCode.ShouldBe(password == Password ? 0 : 49, found.Error + server.Log);
            if (password == Password)
            {
                found.Error.ShouldContain("SASL data security layer installed.");
                found.Output.ShouldContain("dn: uid=user3,ou=people,dc=example,dc=com");
            }
        }
    }

    [ProgramFact("/usr/bin/python3", "/usr/lib/python3/dist-packages/ldap3/utils/ntlm.py", "/usr/lib/python3/dist-packages/Cryptodome/Hash/MD4.py")]
    public async Task Ldap3_speaks_ntlm_by_sicily()
    {
        using var data = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path, demo: 1, environment: new Dictionary<string, string> { ["RIALTO__SignIn__SaslMechanismsOf__ldap"] = "NTLM PLAIN" });
        await server.RunAsync(null, "account", "set", "user1@example.com", "--ntlm", "true");
        var script = $"""
            import sys
            sys.path.append('/usr/lib/python3/dist-packages')
            import Cryptodome.Hash.MD4, ldap3
            # Under the name that ldap3 looks for, as Python's own hashes have no MD4 any more.
            sys.modules['Crypto'] = Cryptodome
            sys.modules['Crypto.Hash'] = Cryptodome.Hash
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
