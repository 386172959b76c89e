using Rialto.Testing;

namespace Rialto.Interop;

/// <summary>
/// Thunderbird itself (Debian's, without a screen) finds the server by nothing but an address and a password: its own search, as its account dialog runs it.
/// </summary>
public class ThunderbirdDiscoveryTests
{
    /// <summary>
    /// Speaks to Thunderbird's Marionette (its remote control for tests): runs the search, prints what it found, and whether the configuration's file is reached over TLS: not before the
    /// server's authority is trusted, and then with the certificate that the server made for itself.
    /// </summary>
    private const string Control = """
        import json, os, socket, sys, time
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
        with open(os.path.dirname(os.path.abspath(__file__)) + '/data/certificate-authority.pem') as pem:
            authority = ''.join(line.strip() for line in pem if '-----' not in line)
        found = call('WebDriver:ExecuteAsyncScript', newSandbox=True, sandbox='system', args=['user1@example.com', 'demo-password', authority], script='''
            const [address, password, authority, done] = arguments;
            (async () => {
              const { FindConfig } = ChromeUtils.importESModule("resource:///modules/accountcreation/FindConfig.sys.mjs");
              const show = s => [s.type, s.hostname, s.port, s.username, s.exchangeURL || ""].join(" ").trim();
              const all = c => [c.incoming, ...c.incomingAlternatives, c.outgoing].filter(s => s.hostname).map(show);
              const file = "https://autoconfig.example.com/mail/config-v1.1.xml?emailaddress=" + address;
              const reach = () => fetch(file).then(r => "TLS " + r.status, e => "TLS refused");
              const before = await reach();
              Cc["@mozilla.org/security/x509certdb;1"].getService(Ci.nsIX509CertDB).addCertFromBase64(authority, "C,,");
              const after = await reach();
              const signal = new AbortController().signal;
              const search = FindConfig.parallelAutoDiscovery(address.split("@")[1], address, signal, password);
              let step = await search.next();
              while (!step.done) step = await search.next({ acceptRedirect: true });
              return [before, after, ...all(step.value)];
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
            "TLS refused",
            "TLS 200",
            "imap mail.example.com 993 %EMAILADDRESS%",
            "imap mail.example.com 143 %EMAILADDRESS%",
            "pop3 mail.example.com 995 %EMAILADDRESS%",
            "pop3 mail.example.com 110 %EMAILADDRESS%",
            "smtp mail.example.com 465 %EMAILADDRESS%",
        ]);
    }
}
