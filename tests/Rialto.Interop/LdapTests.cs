using System.Text;
using Rialto.Testing;

namespace Rialto.Interop;

/// <summary>OpenLDAP's tools and python3-ldap3 against the real server.</summary>
public class LdapTests
{
    private const string Password = "demo-password";
    private const string Admin = "cn=admin,dc=example,dc=com";

    [ProgramFact("ldapsearch", "ldapmodify")]
    public async Task Openldap_tools_read_and_write()
    {
        using var data = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path, demo: 3);
        var url = $"ldap://{server["ldap"]}";
        var file = Path.Combine(data.Path, "people.ldif");
        await File.WriteAllTextAsync(file, """
            dn: uid=anna,ou=people,dc=example,dc=com
            objectClass: inetOrgPerson
            cn: Anna Müller
            sn: Müller
            mail: anna.mueller@example.com
            userPassword: annas-password

            dn: cn=Sales Team,ou=groups,dc=example,dc=com
            objectClass: groupOfNames
            cn: Sales Team
            mail: sales@example.com
            member: uid=anna,ou=people,dc=example,dc=com
            """);
        await OkAsync("ldapadd", "-x", "-H", url, "-D", Admin, "-w", Password, "-f", file);
        (await OkAsync("ldapsearch", "-x", "-LLL", "-H", url, "-D", "anna.mueller@example.com", "-w", "annas-password", "-b", "dc=example,dc=com", "(anr=mul)", "mail", "memberOf"))
            .ShouldContain("mail: anna.mueller@example.com\nmemberOf: cn=Sales Team,ou=groups,dc=example,dc=com\n");
        (await OkAsync("ldapsearch", "-x", "-LLL", "-H", url, "-D", "EXAMPLE\\user1", "-w", Password, "-b", "dc=example,dc=com", "-E", "pr=2/noprompt", "(objectClass=person)", "dn"))
            .Split('\n').Count(l => l.StartsWith("dn: ", StringComparison.Ordinal)).ShouldBe(5);
        (await OkAsync("ldapsearch", "-x", "-LLL", "-H", url, "-D", Admin, "-w", Password, "-b", "dc=example,dc=com", "-E", "sss=-cn", "(cn=User*)", "cn"))
            .ShouldMatch("(?s)User 3.*User 2.*User 1");
        (await OkAsync("ldapsearch", "-x", "-LLL", "-H", url, "-b", "", "-s", "base", "namingContexts")).ShouldContain("namingContexts: dc=example,dc=com");
        await OkAsync("ldappasswd", "-x", "-H", url, "-D", "uid=anna,ou=people,dc=example,dc=com", "-w", "annas-password", "-a", "annas-password", "-s", "annas-new-password");
        (await OkAsync("ldapwhoami", "-x", "-H", url, "-D", "anna", "-w", "annas-new-password")).ShouldContain("dn:uid=anna,ou=people,dc=example,dc=com");
        (await RunAsync("ldapwhoami", "-x", "-H", url, "-D", "anna", "-w", "annas-password")).ExitCode.ShouldBe(49);
        (await RunAsync("ldapcompare", "-x", "-H", url, "-D", Admin, "-w", Password, "uid=anna,ou=people,dc=example,dc=com", "sn:müller")).Output.ShouldContain("TRUE");
        (await RunAsync("ldapdelete", "-x", "-H", url, "-D", "user1", "-w", Password, "uid=anna,ou=people,dc=example,dc=com")).ExitCode.ShouldBe(50);
        await OkAsync("ldapmodrdn", "-x", "-H", url, "-D", Admin, "-w", Password, "uid=anna,ou=people,dc=example,dc=com", "uid=annette");
        await OkAsync("ldapdelete", "-x", "-H", url, "-D", Admin, "-w", Password, "uid=annette,ou=people,dc=example,dc=com");
        (await RunAsync("ldapsearch", "-x", "-H", url, "-b", "dc=example,dc=com")).ExitCode.ShouldBe(50);
    }

    [ProgramFact("ldapsearch")]
    public async Task Openldap_tools_speak_tls_both_ways()
    {
        using var data = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path, demo: 1);
        var trust = new Dictionary<string, string> { ["LDAPTLS_REQCERT"] = "never" };
        (await OkAsync(trust, "ldapwhoami", "-x", "-ZZ", "-H", $"ldap://{server["ldap"]}", "-D", "user1", "-w", Password)).ShouldContain("uid=user1");
        (await OkAsync(trust, "ldapwhoami", "-x", "-H", $"ldaps://{server["ldaps"]}", "-D", "user1", "-w", Password)).ShouldContain("uid=user1");
    }

    [ProgramFact("ldapsearch", "ldapmodify", "ldapcompare")]
    public async Task Openldap_tools_use_controls()
    {
        using var data = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path, demo: 3);
        var url = $"ldap://{server["ldap"]}";
        string[] admin = ["-x", "-H", url, "-D", Admin, "-w", Password];
        const string Dn = "uid=user1,ou=people,dc=example,dc=com";
        var changes = Path.Combine(data.Path, "changes.ldif");
        await File.WriteAllTextAsync(changes, $"dn: {Dn}\nchangetype: modify\nreplace: title\ntitle: Boss\n-\nreplace: description\ndescription: red\ndescription: green\n");
        (await OkAsync("ldapmodify", [.. admin, "-e", "!assert=(mail=user1@*)", "-e", "preread=title,mail", "-e", "!postread=title", "-f", changes])).ShouldContain("title: Boss");
        (await RunAsync("ldapmodify", [.. admin, "-e", "!assert=(title=Clerk)", "-f", changes])).ExitCode.ShouldBe(122);
        var matched = await OkAsync("ldapsearch", [.. admin, "-LLL", "-b", Dn, "-s", "base", "-E", "!mv=((description=gr*)(title=*))", "description", "title", "cn"]);
        matched.ShouldContain("description: green");
        matched.ShouldContain("title: Boss");
        matched.ShouldNotContain("red");
        matched.ShouldNotContain("cn:");
        var times = await OkAsync("ldapsearch", [.. admin, "-LLL", "-b", Dn, "-s", "base", "+"]);
        times.ShouldContain("createTimestamp: ");
        times.ShouldContain("modifyTimestamp: ");
        times.ShouldNotContain("mail:");
        (await OkAsync("ldapsearch", [.. admin, "-LLL", "-A", "-b", Dn, "-s", "base", "mail"])).ShouldContain("mail:\n");
        (await OkAsync("ldapsearch", [.. admin, "-LLL", "-a", "always", "-b", Dn, "-s", "base", "1.1"])).Trim().ShouldBe($"dn: {Dn}");
        (await OkAsync("ldapsearch", [.. admin, "-LLL", "-b", Dn, "-s", "base", "@person"])).ShouldNotContain("title:");
        (await RunAsync("ldapsearch", [.. admin, "-LLL", "-E", "!subentries=false", "-b", Dn, "-s", "base", "dn"])).ExitCode.ShouldBe(12);
        (await OkAsync("ldapsearch", [.. admin, "-LLL", "-E", "!dontUseCopy", "-b", Dn, "-s", "base", "dn"])).ShouldContain(Dn);
        (await OkAsync("ldapwhoami", [.. admin, "-e", "!bauthzid"])).ShouldContain("uid=admin");
        (await RunAsync("ldapcompare", [.. admin, "-e", "!assert=(title=Clerk)", Dn, "sn:x"])).ExitCode.ShouldBe(122);
        (await RunAsync("ldapcompare", [.. admin, Dn, "title;lang-de:Boss"])).ExitCode.ShouldBe(17);
        await OkAsync("ldapdelete", [.. admin, "-M", Dn]);
    }

    [ProgramFact("ldapwhoami", "openssl")]
    public async Task A_client_certificate_logs_in()
    {
        using var data = new TempDirectory();
        string At(string name) => Path.Combine(data.Path, name);
        await OkAsync("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=Clients", "-keyout", At("ca.key"), "-out", At("ca.pem"), "-days", "5");
        await OkAsync("openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=User One", "-keyout", At("one.key"), "-out", At("one.csr"));
        await File.WriteAllTextAsync(At("one.ext"), "subjectAltName=email:user1@example.com\nextendedKeyUsage=clientAuth\n");
        await OkAsync("openssl", "x509", "-req", "-in", At("one.csr"), "-CA", At("ca.pem"), "-CAkey", At("ca.key"), "-CAcreateserial", "-extfile", At("one.ext"), "-out", At("one.pem"), "-days", "5");
        await using var server = await ServerProcess.StartAsync(At("data"), 2, new Dictionary<string, string> { ["RIALTO__LDAP__CLIENTCERTIFICATEAUTHORITIES"] = At("ca.pem") });
        var client = new Dictionary<string, string> { ["LDAPTLS_REQCERT"] = "never", ["LDAPTLS_CERT"] = At("one.pem"), ["LDAPTLS_KEY"] = At("one.key") };
        foreach (var (url, start) in new[] { ($"ldaps://localhost:{server["ldaps"].Port}", Array.Empty<string>()), ($"ldap://localhost:{server["ldap"].Port}", ["-ZZ"]) })
            (await OkAsync(client, "ldapwhoami", ["-Q", "-Y", "EXTERNAL", .. start, "-H", url])).ShouldContain("dn:uid=user1,ou=people,dc=example,dc=com");
        var without = await CommandResult.RunAsync("env", null, ["LDAPTLS_REQCERT=never", "ldapwhoami", "-Q", "-Y", "EXTERNAL", "-H", $"ldaps://localhost:{server["ldaps"].Port}"]);
        without.ExitCode.ShouldNotBe(0);
    }

    [ProgramFact("/usr/bin/python3", "/usr/lib/python3/dist-packages/ldap3/__init__.py")]
    public async Task Python_ldap3_reads_schema_and_people()
    {
        using var data = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path, demo: 3);
        var script = $"""
            from ldap3 import Server, Connection, ALL, SUBTREE
            s = Server('127.0.0.1', port={server["ldap"].Port}, get_info=ALL)
            c = Connection(s, 'user1@example.com', '{Password}', auto_bind=True)
            assert 'dc=example,dc=com' in s.info.naming_contexts, s.info
            assert 'inetOrgPerson' in s.schema.object_classes and 'mail' in s.schema.attribute_types
            found = list(c.extend.standard.paged_search('dc=example,dc=com', '(&(objectClass=person)(cn=User*))', SUBTREE, attributes=['mail', 'objectGUID'], paged_size=2, generator=True))
            from ldap3 import MODIFY_ADD, MODIFY_DELETE, MODIFY_REPLACE, ALL_OPERATIONAL_ATTRIBUTES, DEREF_ALWAYS
            a = Connection(s, 'cn=admin,dc=example,dc=com', '{Password}', auto_bind=True)
            dn = 'uid=user2,ou=people,dc=example,dc=com'
            for change, code in (((MODIFY_ADD, [b'\x30\x01\x01', b'\x30\x01\x02']), 0), ((MODIFY_DELETE, [b'\x30\x01\x01']), 0), ((MODIFY_DELETE, [b'\x30\x01\x01']), 16)):
                a.modify(dn, dict([('userCertificate;binary', [change])]))
                assert a.result['result'] == code, a.result
            a.search(dn, '(objectClass=*)', 'BASE', attributes=['userCertificate', ALL_OPERATIONAL_ATTRIBUTES], dereference_aliases=DEREF_ALWAYS)
            e = a.response[0]['raw_attributes']
            assert e['userCertificate;binary'] == [b'\x30\x01\x02'] and e['createTimestamp'] <= e['modifyTimestamp'], e
            a.search('dc=example,dc=com', '(uid=user2)', attributes=['mail'], types_only=True)
            assert not a.response[0]['raw_attributes']['mail'], a.response
            assert a.compare(dn, 'mail', 'user2@example.com') and a.result['result'] == 6
            assert a.modify_dn(dn, 'uid=zwei') and not a.modify_dn('uid=zwei,ou=people,dc=example,dc=com', 'uid=zwei', new_superior='ou=groups,dc=example,dc=com') and a.result['result'] == 53, a.result
            assert a.extend.standard.modify_password('uid=zwei,ou=people,dc=example,dc=com', new_password='another-word'), a.result
            assert Connection(s, 'uid=zwei,ou=people,dc=example,dc=com', 'another-word').bind()
            print(len([f for f in found if f['type'] == 'searchResEntry']), c.extend.standard.who_am_i())
            """;
        (await CommandResult.RunAsync("/usr/bin/python3", script, ["-"])).Output.Trim().ShouldBe("3 dn:uid=user1,ou=people,dc=example,dc=com");
    }

    [ProgramFact("ldapsearch")]
    public async Task A_file_becomes_the_address_book()
    {
        using var data = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path, demo: 1);
        var text = new StringBuilder("dn: dc=example,dc=com\nobjectClass: domain\ndc: example\n\n");
        for (var i = 0; i < 2_500; i++)
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"dn: uid=p{i},ou=people,dc=example,dc=com\nobjectClass: inetOrgPerson\ncn: Person {i}\nsn: P{i}\nmail: p{i}@example.com\n\n");
        text.Append("dn: uid=bad,ou=nowhere,dc=example,dc=com\nobjectClass: person\ncn: Bad\n");
        var file = Path.Combine(data.Path, "book.ldif");
        await File.WriteAllTextAsync(file, text.ToString());
        var import = await CommandResult.RunAsync(ServerProcess.Command[0], null, [.. ServerProcess.Command[1..], "--data", server.Data, "import", "--ldif", file]);
        import.ExitCode.ShouldBe(1);
        import.Output.ShouldContain("Added 2500 entries");
        import.Output.ShouldContain("uid=bad");
        (await OkAsync("ldapsearch", "-x", "-LLL", "-H", $"ldap://{server["ldap"]}", "-D", Admin, "-w", Password, "-b", "dc=example,dc=com", "(|(cn=*on 249*)(sn=*nothing*))", "dn"))
            .Split('\n').Count(l => l.StartsWith("dn: ", StringComparison.Ordinal)).ShouldBe(11);
    }

    private static Task<string> OkAsync(string program, params string[] arguments) => OkAsync(null, program, arguments);

    private static async Task<string> OkAsync(Dictionary<string, string>? environment, string program, params string[] arguments)
    {
        string[] all = environment is null ? [program, .. arguments] : ["env", .. environment.Select(e => $"{e.Key}={e.Value}"), program, .. arguments];
        var result = await CommandResult.RunAsync(all[0], null, all[1..]);
        result.ExitCode.ShouldBe(0, $"{program} {string.Join(' ', arguments)}: {result.Error}{result.Output}");
        return result.Output;
    }

    private static Task<CommandResult> RunAsync(string program, params string[] arguments) => CommandResult.RunAsync(program, null, arguments);
}
