using System.Net.Security;
using System.Net.Sockets;
using System.Text;

namespace Rialto.Autodiscover.Tests;

/// <summary>Paths that some servers' parts read differently (ProxyShell and its kind): refused or not there, whoever asks, and nothing behind them is reached.</summary>
public sealed class HostilePathTests : AutodiscoverTest
{
    public static TheoryData<string> Paths =>
    [
        "/autodiscover/autodiscover.json?@evil.example/mapi/nspi/?&Email=autodiscover/autodiscover.json%3f@evil.example",
        "/autodiscover/autodiscover.json?a@evil.example/powershell/?X-Rps-CAT=x",
        "/autodiscover/autodiscover.json@evil.example/owa/?Email=user1@example.com&Protocol=Ews",
        "/autodiscover/autodiscover.json/v1.0/@evil.example/mapi/nspi?Protocol=Ews",
        "/autodiscover/autodiscover.json/v1.0/user1@example.com%2f..%2f..%2fmapi%2femsmdb?Protocol=Ews",
        "/autodiscover/autodiscover.json/v1.0/user1@example.com%252f..?Protocol=Ews",
        "/autodiscover/autodiscover.json/v1.0/user1@example.com;x=y?Protocol=Ews",
        "/autodiscover/autodiscover.json/v1.0/user1@example.com%5c..?Protocol=Ews",
        "/autodiscover/autodiscover.json;x?Email=user1@example.com&Protocol=Ews",
        "/autodiscover/autodiscover.json%3f@evil.example?Email=user1@example.com&Protocol=Ews",
        "/autodiscover%2fautodiscover.json?Email=user1@example.com&Protocol=Ews",
        "/autodiscover/%61utodiscover.json?Email=user1@example.com&Protocol=Ews",
        "/autodiscover/..%2fautodiscover/autodiscover.json?Email=user1@example.com&Protocol=Ews",
        "/autodiscover/../autodiscover/autodiscover.json?Email=user1@example.com&Protocol=Ews",
        "/autodiscover/./autodiscover.json?Email=user1@example.com&Protocol=Ews",
        "//autodiscover/autodiscover.json?Email=user1@example.com&Protocol=Ews",
        "/autodiscover//autodiscover.json?Email=user1@example.com&Protocol=Ews",
        "/autodiscover\\autodiscover.json?Email=user1@example.com&Protocol=Ews",
        "/autodiscover/autodiscover.json/../../mapi/emsmdb/",
        "/autodiscover/autodiscover%252ejson?Email=user1@example.com&Protocol=Ews",
        "/autodiscover/autodiscover.json%00?Email=user1@example.com&Protocol=Ews",
        "/ecp/y.js?/../autodiscover/autodiscover.json",
    ];

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task They_are_refused_or_not_there(string path)
    {
        // Without a log-in nothing beyond the anonymous endpoint answers at all.
        (await StatusAsync(path, log: false)).ShouldBeOneOf(400, 401, 404);
        (await StatusAsync(path, log: true)).ShouldBeOneOf(400, 404, 501);
    }

    [Theory]
    [InlineData("/autodiscover/%61utodiscover.xml")]
    [InlineData("/autodiscover/../autodiscover/autodiscover.xml")]
    [InlineData("/autodiscover/%61utodiscover.svc")]
    [InlineData("/%70rofile")]
    public async Task Other_endpoints_refuse_them_before_the_password_is_looked_at(string path) => (await StatusAsync(path, log: false)).ShouldBe(400);

    /// <summary>Sends the path as it is; clients' libraries tidy up.</summary>
    private async Task<int> StatusAsync(string path, bool log)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync("127.0.0.1", Host.SecurePort);
        await using var tls = new SslStream(tcp.GetStream(), false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync("mail.example.com");
        var authorization = log ? $"Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes("user1@example.com:" + Testing.TestDirectory.Password))}\r\n" : "";
        await tls.WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: mail.example.com\r\nCookie: X-BEResource=evil/mapi\r\n{authorization}Connection: close\r\n\r\n"));
        using var reader = new StreamReader(tls, Encoding.ASCII);
        return int.Parse((await reader.ReadLineAsync())!.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
