using Rialto.Testing;

namespace Rialto.Interop;

/// <summary>
/// Clients find the server by nothing but an address: in a network of its own, with the standard ports, a name server that serves the zone which `rialto dns` printed, and the
/// server's own certificate as what is trusted.
/// </summary>
public class DiscoveryTests
{
    /// <summary>$1: a command; then DIR; then what runs the server. Leaves the certificate's path in the variables that programs look at.</summary>
    private const string Network = """
        set -e
        commands=$1 dir=$2; shift 2
        ip link set lo up
        echo 'nameserver 127.0.0.1' > $dir/resolv.conf
        mount --bind $dir/resolv.conf /etc/resolv.conf
        echo '127.0.0.1 localhost' > $dir/hosts
        mount --bind $dir/hosts /etc/hosts
        export RIALTO__HOSTNAME=mail.example.com
        "$@" serve --data $dir/data --demo 2 --bind 127.0.0.1 --port-offset 0 > $dir/out 2> $dir/err &
        server=$!
        for i in $(seq 300); do grep -q 'rialto: ready' $dir/out && break; kill -0 $server || { cat $dir/err >&2; exit 1; }; sleep 0.1; done
        {
          echo '$ORIGIN example.com.'; echo '@ 60 IN SOA ns hostmaster 1 3600 600 86400 60'; echo '@ 60 IN NS ns'; echo 'ns 60 IN A 127.0.0.1'
          "$@" dns example.com --zone --address 127.0.0.1 --data $dir/data
        } | sed 's/^; \(_mta-sts \|mta-sts \|_smtp._tls \)/\1/' > $dir/example.com.zone
        cat > $dir/nsd.conf <<END
        server:
          ip-address: 127.0.0.1@53
          username: ""
          chroot: ""
          zonesdir: "$dir"
          database: ""
          pidfile: "$dir/nsd.pid"
          xfrdfile: "$dir/xfrd"
          zonelistfile: "$dir/zones"
          xfrdir: "$dir"
          server-count: 1
        remote-control:
          control-enable: no
        zone:
          name: "example.com"
          zonefile: "example.com.zone"
        END
        restart() { [ -z "$names" ] || { kill $names; wait $names || true; }; PATH=$PATH:/usr/sbin nsd -d -c $dir/nsd.conf 2>> $dir/nsd.log & names=$!; for i in $(seq 100); do (echo > /dev/tcp/127.0.0.1/53) 2>/dev/null && break; sleep 0.05; done; }
        restart
        trap 'kill $server $names; wait $server || true' EXIT
        export REQUESTS_CA_BUNDLE=$dir/data/certificate-authority.pem CURL_CA_BUNDLE=$dir/data/certificate-authority.pem SSL_CERT_FILE=$dir/data/certificate-authority.pem
        rialto=("$@")
        eval "$commands"
        """;

    private const string Exchangelib = """
        python() { /usr/bin/python3 - "$@"; }
        find() { python $1 <<'END'
        import sys, importlib, exchangelib
        kind = importlib.import_module('exchangelib.autodiscover.discovery.' + sys.argv[1])
        exchangelib.autodiscover.clear_cache()
        answer, protocol = kind.discover('user1@example.com', exchangelib.Credentials('user1@example.com', 'demo-password'))
        print(sys.argv[1], answer.autodiscover_smtp_address, protocol.service_endpoint)
        END
        }

        """;

    [ProgramFact("unshare", "ip", "nsd", "/usr/lib/python3/dist-packages/exchangelib/__init__.py")]
    public async Task Exchangelib_finds_it_by_name_and_by_srv_record()
    {
        var output = await RunAsync(Exchangelib + """
            find pox; find soap
            # Without a name autodiscover.example.com there is the SRV record.
            sed -i '/^autodiscover /d' $dir/example.com.zone
            restart
            find pox; find soap
            """);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.ShouldBe([.. Enumerable.Repeat(new[] { "pox user1@example.com https://mail.example.com/EWS/Exchange.asmx", "soap user1@example.com https://mail.example.com/EWS/Exchange.asmx" }, 2).SelectMany(l => l)]);
    }

    [ProgramFact("unshare", "ip", "nsd", "curl", "xmllint", "openssl", "ldapsearch")]
    public async Task Each_way_of_a_client_leads_to_the_server()
    {
        var output = await RunAsync("""
            "${rialto[@]}" dns check example.com --server 127.0.0.1:53 --address 127.0.0.1 --data $dir/data > $dir/check && echo dns ok
            # Thunderbird's steps.
            curl -sf 'https://autoconfig.example.com/mail/config-v1.1.xml?emailaddress=user1%40example.com' > $dir/tb.xml
            curl -sf 'http://autoconfig.example.com/mail/config-v1.1.xml?emailaddress=user1%40example.com' | cmp - $dir/tb.xml
            echo thunderbird $(xmllint --xpath 'concat(//incomingServer[1]/hostname, ":", //incomingServer[1]/port)' $dir/tb.xml) $(xmllint --xpath 'concat(//outgoingServer[1]/hostname, ":", //outgoingServer[1]/port)' $dir/tb.xml)
            curl -sf imaps://mail.example.com/INBOX -u user1@example.com:demo-password > /dev/null && echo imap ok
            # The last resort of [MS-OXDISCO]: where plain HTTP leads, without a password.
            echo plain $(curl -s -o /dev/null -w '%{http_code} %{redirect_url}' http://autodiscover.example.com/autodiscover/autodiscover.xml)
            # A phone.
            echo phone $(curl -sf https://autodiscover.example.com/autodiscover/autodiscover.xml -u user1@example.com:demo-password -H 'Content-Type: text/xml' -d '<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/mobilesync/requestschema/2006"><Request><EMailAddress>user1@example.com</EMailAddress><AcceptableResponseSchema>http://schemas.microsoft.com/exchange/autodiscover/mobilesync/responseschema/2006</AcceptableResponseSchema></Request></Autodiscover>' | xmllint --xpath 'string(//*[local-name()="Url"])' -)
            # Outlook: JSON first, then what it says, then MAPI where that says.
            pox=$(curl -sf 'https://autodiscover.example.com/autodiscover/autodiscover.json/v1.0/user1@example.com?Protocol=AutodiscoverV1' | sed 's/.*"Url":"//; s/".*//')
            curl -sf "$pox" -u user1@example.com:demo-password -H 'Content-Type: text/xml' -H 'X-MapiHttpCapability: 1' -d '<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"><Request><EMailAddress>user1@example.com</EMailAddress><AcceptableResponseSchema>http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a</AcceptableResponseSchema></Request></Autodiscover>' > $dir/outlook.xml
            store=$(xmllint --xpath 'string(//*[local-name()="MailStore"]/*[local-name()="ExternalUrl"])' $dir/outlook.xml)
            echo outlook $(curl -s -o /dev/null -w '%{http_code}' "$store" -u user1@example.com:demo-password) $(echo $store | sed 's/?.*//')
            # No path leads there but its own.
            echo tricks $(for path in /autodiscover/autodiscover.json/../../mapi/emsmdb/ /autodiscover/..%2fmapi/emsmdb/ '/autodiscover/autodiscover.json?@evil/mapi/emsmdb/' /mapi%2femsmdb/; do curl -s -o /dev/null -w '%{http_code} ' --path-as-is "https://mail.example.com$path" -u user1@example.com:demo-password; done)
            # A client that has a directory.
            look() { LDAPTLS_CACERT=$dir/data/certificate-authority.pem ldapsearch -LLL -o ldif-wrap=no -x -H ldaps://mail.example.com -D user1@example.com -w demo-password "$@"; }
            base=$(look -b '' -s base configurationNamingContext | sed -n 's/^configurationNamingContext: //p')
            echo scp $(look -b "$base" '(&(objectClass=serviceConnectionPoint)(|(keywords=67661d7F-8FC4-4fa7-BFAC-E1D7794C1F68)(keywords=77378F46-2C66-4aa9-A6A6-3E7A48B19596)))' serviceBindingInformation | sed -n 's/^serviceBindingInformation: //p')
            # Another mail server.
            echo mta-sts $(curl -sf https://mta-sts.example.com/.well-known/mta-sts.txt | tr -d '\r')
            # An iPhone.
            curl -sf https://mail.example.com/profile/mail.mobileconfig -u user1@example.com:demo-password > $dir/profile
            openssl smime -verify -inform DER -in $dir/profile -CAfile $dir/data/certificate-authority.pem -purpose any -out $dir/profile.xml 2> /dev/null && xmllint --noout --nonet $dir/profile.xml && echo profile ok
            """);
        output.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldBe(
        [
            "dns ok",
            "thunderbird mail.example.com:993 mail.example.com:465",
            "imap ok",
            "plain 302 https://mail.example.com/autodiscover/autodiscover.xml",
            "phone https://mail.example.com/Microsoft-Server-ActiveSync",
            "outlook 200 https://mail.example.com/mapi/emsmdb/",
            "tricks 400 400 400 400",
            "scp https://mail.example.com/autodiscover/autodiscover.xml",
            "mta-sts version: STSv1 mode: testing mx: mail.example.com max_age: 86400",
            "profile ok",
        ]);
    }

    private static async Task<string> RunAsync(string commands)
    {
        using var files = new TempDirectory();
        return await RunAsync(commands, files);
    }

    /// <summary>Runs commands in the network; what they need is in the directory, <c>$dir</c> to them.</summary>
    internal static async Task<string> RunAsync(string commands, TempDirectory files)
    {
        var script = files.File("network.sh");
        await File.WriteAllTextAsync(script, Network);
        var result = await CommandResult.RunAsync("unshare", null, ["-rnm", "bash", script, commands, files.Path, .. ServerProcess.Command]);
        result.ExitCode.ShouldBe(0, result.Output + result.Error);
        return result.Output;
    }
}
