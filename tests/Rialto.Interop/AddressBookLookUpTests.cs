using Rialto.Testing;

namespace Rialto.Interop;

/// <summary>Mail programs look people up by LDAP with their own code, logged in, without a screen: Evolution's address-book service and Thunderbird's directory search.</summary>
public class AddressBookLookUpTests
{
    private const string Evolution = """
        import sys, time, gi
        gi.require_version('EBook', '1.2'); gi.require_version('EDataServer', '1.2'); gi.require_version('EBookContacts', '1.2')
        from gi.repository import EBook, EDataServer
        source = EDataServer.SourceRegistry.new_sync(None).ref_source('rialto')
        client = EBook.BookClient.connect_sync(source, 0xffffffff, None)
        credentials = EDataServer.NamedParameters.new()
        credentials.set('username', sys.argv[1]); credentials.set('password', sys.argv[2])
        source.invoke_authenticate_sync(credentials, None)
        for attempt in range(100):
            try:
                client.get_contacts_sync('(contains "full_name" "zzz")', None)
                break
            except gi.repository.GLib.Error:
                time.sleep(0.2)
        for text in sys.argv[3:]:
            found = client.get_contacts_sync('(or (contains "full_name" "%s") (beginswith "email" "%s"))' % (text, text), None)[1]
            print(text, sorted((c.get_property('full-name'), c.get_property('email-1')) for c in found))
        """;

    /// <summary>Speaks to Thunderbird's Marionette, its remote control for tests: makes a directory, keeps its password, searches.</summary>
    private const string Thunderbird = """
        import json, socket, sys, time
        def connect(port):
            for attempt in range(200):
                try:
                    return socket.create_connection(('127.0.0.1', port), 120)
                except OSError:
                    time.sleep(0.5)
            raise SystemExit('Thunderbird does not listen')
        s = connect(int(sys.argv[1])); buffer = b''
        def receive():
            global buffer
            while True:
                size, colon, rest = buffer.partition(b':')
                if colon and len(rest) >= int(size):
                    buffer = rest[int(size):]
                    return json.loads(rest[:int(size)])
                more = s.recv(65536)
                if not more: raise SystemExit('closed')
                buffer += more
        receive(); count = 0
        def command(name, parameters):
            global count
            count += 1
            message = json.dumps([0, count, name, parameters]).encode()
            s.sendall(b'%d:%s' % (len(message), message))
            answer = receive()
            if answer[2]: raise SystemExit(json.dumps(answer[2]))
            return answer[3]
        command('WebDriver:NewSession', {})
        command('Marionette:SetContext', {'value': 'chrome'})
        command('WebDriver:SetTimeouts', {'script': 60000})
        time.sleep(3)
        found = command('WebDriver:ExecuteAsyncScript', {'args': sys.argv[2:5] + [sys.argv[5:]], 'script': '''
            const [url, name, password, texts, done] = arguments;
            (async () => {
              const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
              const id = MailServices.ab.newAddressBook("Rialto", url, Ci.nsIAbManager.LDAP_DIRECTORY_TYPE);
              const directory = MailServices.ab.getDirectoryFromId(id).QueryInterface(Ci.nsIAbLDAPDirectory);
              directory.authDn = name;
              const login = Cc["@mozilla.org/login-manager/loginInfo;1"].createInstance(Ci.nsILoginInfo);
              login.init("ldap://" + directory.lDAPURL.hostPort, null, directory.lDAPURL.spec, "", password, "", "");
              await Services.logins.addLoginAsync(login);
              const lines = [];
              for (const text of texts) {
                const cards = [];
                await new Promise(resolve => directory.search(`(or(DisplayName,c,${text})(PrimaryEmail,bw,${text}))`, text, {
                  onSearchFoundCard(card) { cards.push(`${card.displayName} <${card.primaryEmail}>`); },
                  onSearchFinished: resolve }));
                lines.push(`${text}: ${cards.sort().join(", ")}`);
              }
              done(lines.join(String.fromCharCode(10)));
            })().catch(e => done("error: " + e));
            '''})
        print(found['value'])
        command('Marionette:Quit', {'flags': ['eForceQuit']})
        """;

    [ProgramFact("dbus-run-session", "/usr/bin/python3", "/usr/libexec/evolution-source-registry", "/usr/lib/x86_64-linux-gnu/girepository-1.0/EBook-1.2.typelib")]
    public async Task Evolution_looks_people_up()
    {
        using var data = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(Path.Combine(data.Path, "data"), demo: 3);
        var sources = System.IO.Directory.CreateDirectory(Path.Combine(data.Path, "config", "evolution", "sources"));
        System.IO.Directory.CreateDirectory(Path.Combine(data.Path, "run"));
        await File.WriteAllTextAsync(Path.Combine(sources.FullName, "rialto.source"), $"""
            [Data Source]
            DisplayName=Rialto
            Enabled=true
            Parent=ldap-stub

            [Authentication]
            Host=127.0.0.1
            Method=ldap/simple-binddn
            Port={server["ldap"].Port}
            User=uid=user1,ou=people,dc=example,dc=com

            [Security]
            Method=none

            [LDAP Backend]
            Authentication=ldap/simple-binddn
            CanBrowse=true
            Limit=100
            RootDn=dc=example,dc=com
            Scope=subtree
            Security=none

            [Address Book]
            BackendName=ldap
            """);
        string[] environment = [$"HOME={data.Path}", $"XDG_CONFIG_HOME={data.Path}/config", $"XDG_CACHE_HOME={data.Path}/cache", $"XDG_DATA_HOME={data.Path}/share", $"XDG_RUNTIME_DIR={data.Path}/run"];
        var result = await CommandResult.RunAsync("env", Evolution, [.. environment, "timeout", "120", "dbus-run-session", "--", "/usr/bin/python3", "-", "user1@example.com", "demo-password", "User", "user2", "nobody"]);
        result.ExitCode.ShouldBe(0, result.Error);
        result.Output.Trim().ShouldBe(
            "User [('User 1', 'user1@example.com'), ('User 2', 'user2@example.com'), ('User 3', 'user3@example.com')]\nuser2 [('User 2', 'user2@example.com')]\nnobody []");
        server.Log.ShouldContain("user1@example.com logged in");
    }

    [ProgramFact("thunderbird", "/usr/bin/python3")]
    public async Task Thunderbird_looks_people_up()
    {
        using var data = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(Path.Combine(data.Path, "data"), demo: 3);
        var profile = System.IO.Directory.CreateDirectory(Path.Combine(data.Path, "profile")).FullName;
        var control = FreePort();
        await File.WriteAllTextAsync(Path.Combine(profile, "user.js"), $"""
            user_pref("marionette.port", {control});
            user_pref("mail.provider.suppress_dialog_on_startup", true);
            user_pref("mail.spotlight.firstRunDone", true);
            user_pref("mail.shell.checkDefaultClient", false);
            user_pref("mailnews.start_page.enabled", false);
            user_pref("datareporting.policy.dataSubmissionPolicyBypassNotification", true);
            """);
        var program = CommandResult.RunAsync("env", null, [$"HOME={data.Path}", "MOZ_HEADLESS=1", "timeout", "200", "thunderbird", "--headless", "--no-remote", "--marionette", "--remote-allow-system-access", "-profile", profile]);
        var result = await CommandResult.RunAsync("timeout", Thunderbird, ["180", "/usr/bin/python3", "-", $"{control}", $"ldap://127.0.0.1:{server["ldap"].Port}/dc=example,dc=com??sub?(objectclass=*)", "user1@example.com", "demo-password", "User", "user2", "nobody"]);
        result.ExitCode.ShouldBe(0, result.Error);
        await program;
        result.Output.Trim().ShouldBe("User: User 1 <user1@example.com>, User 2 <user2@example.com>, User 3 <user3@example.com>\nuser2: User 2 <user2@example.com>\nnobody:");
        server.Log.ShouldContain("user1@example.com logged in");
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
