using Rialto.Testing;

namespace Rialto.Interop;

/// <summary>
/// Thunderbird itself (Debian's, without a screen) finds the server by nothing but an address and a password: its own search, as its account dialog runs it.
/// </summary>
public class ThunderbirdDiscoveryTests
{
    /// <summary>
    /// Speaks to Thunderbird's Marionette (its remote control for tests): runs the search, prints what it found. Thunderbird reaches nothing over TLS here, with the certificate that the
    /// server makes for itself: the search goes on without TLS, and its look for Exchange, which needs TLS, finds nothing.
    /// </summary>
    private const string Control = """
        import json, socket, sys, time
        for i in range(900):
            try:
                connection = socket.create_connection(('127.0.0.1', 2828))
                break
            except OSError:
                time.sleep(0.1)
        answers = connection.makefile('rb')
        def read():
            length = b''
            while (c := answers.read(1)) != b':':
                length += c
            return json.loads(answers.read(int(length)))
        read()
        count = 0
        def call(name, **parameters):
            global count
            count += 1
            text = json.dumps([0, count, name, parameters]).encode()
            connection.sendall(b'%d:%s' % (len(text), text))
            answer = read()
            if answer[2]:
                sys.exit(json.dumps(answer[2]))
            return answer[3]
        call('WebDriver:NewSession', capabilities={})
        call('Marionette:SetContext', value='chrome')
        call('WebDriver:SetTimeouts', script=120000)
        found = call('WebDriver:ExecuteAsyncScript', newSandbox=True, sandbox='system', args=['user1@example.com', 'demo-password'], script='''
            const [address, password, done] = arguments;
            (async () => {
              const { FindConfig } = ChromeUtils.importESModule("resource:///modules/accountcreation/FindConfig.sys.mjs");
              const show = s => [s.type, s.hostname, s.port, s.username, s.exchangeURL || ""].join(" ").trim();
              const all = c => [c.incoming, ...c.incomingAlternatives, c.outgoing].filter(s => s.hostname).map(show);
              const signal = new AbortController().signal;
              const search = FindConfig.parallelAutoDiscovery(address.split("@")[1], address, signal, password);
              let step = await search.next();
              while (!step.done) step = await search.next({ acceptRedirect: true });
              return all(step.value);
            })().then(done, e => done(["error: " + e + (e.errors || []).map(x => "\\n" + x + " " + x.url + " " + x.code).join("")]));
            ''')
        print('\n'.join(found['value']))
        """;

    private const string Preferences = """
        user_pref("network.manage-offline-status", false);
        user_pref("network.captive-portal-service.enabled", false);
        user_pref("network.connectivity-service.enabled", false);
        user_pref("mailnews.auto_config_url", "");
        user_pref("mailnews.mx_service_url", "");
        user_pref("mail.provider.suppress_dialog_on_startup", true);
        user_pref("app.update.enabled", false);
        """;

    [ProgramFact("unshare", "ip", "nsd", "thunderbird", "/usr/bin/python3")]
    public async Task It_finds_the_mail_servers_by_an_address()
    {
        using var files = new TempDirectory();
        System.IO.Directory.CreateDirectory(files.File("profile"));
        await File.WriteAllTextAsync(files.File("profile/user.js"), Preferences);
        await File.WriteAllTextAsync(files.File("control.py"), Control);
        var output = await DiscoveryTests.RunAsync(
            """
            export HOME=$dir MOZ_CRASHREPORTER_DISABLE=1
            timeout 240 thunderbird --headless --no-remote --marionette --remote-allow-system-access -profile $dir/profile > $dir/thunderbird.log 2>&1 & thunderbird=$!
            timeout 200 /usr/bin/python3 $dir/control.py || { cat $dir/thunderbird.log >&2; exit 1; }
            kill $thunderbird; wait $thunderbird || true
            """,
            files);
        output.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldBe(
        [
            "imap mail.example.com 993 %EMAILADDRESS%",
            "imap mail.example.com 143 %EMAILADDRESS%",
            "pop3 mail.example.com 995 %EMAILADDRESS%",
            "pop3 mail.example.com 110 %EMAILADDRESS%",
            "smtp mail.example.com 465 %EMAILADDRESS%",
        ]);
    }
}
