using System.Net;
using System.Net.Sockets;
using System.Text;
using Rialto.Testing;

namespace Rialto.Interop;

/// <summary>What log-ins give away and what bad ones break, over the wire of every protocol: nothing, and nobody but themselves.</summary>
public class HostileLogInTests
{
    private const string Password = "demo-password";

    private static readonly Dictionary<string, string> s_everything = new()
    {
        ["RIALTO__SignIn__SaslMechanisms"] = "SCRAM-SHA-256,NTLM,PLAIN,LOGIN",
        ["RIALTO__SignIn__SaslMechanismsOf__ldap"] = "SCRAM-SHA-256 GSS-SPNEGO NTLM PLAIN",
        ["RIALTO__SignIn__HttpSchemes"] = "Negotiate,NTLM,Basic",

        // So many from one address are not slowed down here.
        ["RIALTO__Authentication__AddressFreeFailures"] = "1000",
        ["RIALTO__Authentication__LockoutThreshold"] = "1000",
    };

    [Fact]
    public async Task A_wrong_password_and_a_name_without_an_account_are_answered_alike()
    {
        using var data = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path, demo: 2, environment: s_everything);
        await server.RunAsync(null, "account", "set", "user1@example.com", "--ntlm", "true");
        await server.RunAsync(null, "account", "set", "user2@example.com", "--login", "false");
        foreach (var (listener, line) in ((string, Func<string, string>)[])[
            ("imap", m => $"a AUTHENTICATE {m} "), ("pop3", m => $"AUTH {m} "), ("submission", m => $"AUTH {m} ")])
        {
            var answers = new List<string>();
            foreach (var name in (string[])["user1@example.com", "user2@example.com", "ghost@example.com", "ghost@elsewhere.example", "EXAMPLE\\ghost"])
            {
                var said = new StringBuilder();
                foreach (var mechanism in (string[])["PLAIN", "LOGIN", "SCRAM-SHA-256", "NTLM"])
                {
                    await using var session = await Lines.ConnectAsync(server[listener], listener == "submission" ? "EHLO client.example.org" : null);
                    said.AppendLine(mechanism switch
                    {
                        "PLAIN" => await session.AskAsync(line(mechanism) + Base64($"\0{name}\0wrong")),
                        "LOGIN" => await session.AskAsync(line(mechanism) + Base64(name), Base64("wrong")),
                        "NTLM" => await NtlmAsync(session, line(mechanism), name),
                        _ => await ScramAsync(session, line(mechanism), name),
                    });
                }
                answers.Add(said.ToString().Replace(name, "NAME", StringComparison.OrdinalIgnoreCase));
            }
            answers.Distinct().Count().ShouldBe(1, string.Join("---\n", answers));
        }

        // And by the password in IMAP, POP3 and HTTP.
        foreach (var (listener, ask) in ((string, Func<string, string[]>)[])[("imap", n => [$"a LOGIN {n} wrong"]), ("pop3", n => [$"USER {n}", "PASS wrong"])])
        {
            var answers = new List<string>();
            foreach (var name in (string[])["user1@example.com", "user2@example.com", "ghost@example.com"])
            {
                await using var session = await Lines.ConnectAsync(server[listener]);
                answers.Add(await session.AskAsync(ask(name)));
            }
            answers.Distinct().Count().ShouldBe(1, string.Join("---\n", answers));
        }
        using var http = new HttpClient(new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true });
        var pages = new List<string>();
        foreach (var name in (string[])["user1@example.com", "user2@example.com", "ghost@example.com"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"https://localhost:{server["https"].Port}/mapi/emsmdb/");
            request.Headers.TryAddWithoutValidation("Authorization", "Basic " + Base64($"{name}:wrong"));
            using var response = await http.SendAsync(request);
            pages.Add($"{response.StatusCode} {response.Headers.WwwAuthenticate} {await response.Content.ReadAsStringAsync()}");
        }
        pages.Distinct().Count().ShouldBe(1, string.Join("---\n", pages));
    }

    [Fact]
    public async Task What_is_malformed_ends_its_exchange_alone()
    {
        using var data = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path, demo: 2, environment: s_everything);
        foreach (var (listener, line, good) in ((string, Func<string, string>, string)[])[
            ("imap", m => $"a AUTHENTICATE {m}", "a OK"), ("pop3", m => $"AUTH {m}", "+OK"), ("submission", m => $"AUTH {m}", "235")])
        {
            var hello = listener == "submission" ? "EHLO client.example.org" : null;
            await using var other = await Lines.ConnectAsync(server[listener], hello);
            var pending = await other.AskAsync(line("SCRAM-SHA-256") + " " + Base64("n,,n=user2@example.com,r=abcdefgh"));
            foreach (var exchange in (string[][])[
                [line("PLAIN") + " !!!!"],
                [line("PLAIN") + " AAA"],
                [line("PLAIN") + " " + Base64("no zeros")],
                [line("PLAIN") + " " + Base64("\0\0\0\0\0")],
                [line("PLAIN"), "not base64 at all"],
                [line("LOGIN"), "===="],
                [line("LOGIN"), Base64("user1@example.com"), "\u00ff\u00fe"],
                [line("SCRAM-SHA-256") + " " + Base64("c=biws,r=abc,p=AAAA")],
                [line("SCRAM-SHA-256") + " " + Base64("p=tls-unique,,n=user1,r=abc")],
                [line("SCRAM-SHA-256") + " " + Base64("n,,n=user1,r=abc"), Base64("n,,n=user1,r=abc")],
                [line("SCRAM-SHA-256") + " " + Base64("n,,n=user1,r=abc"), Base64("c=biws,r=another,p=AAAA")],
                [line("NTLM") + " " + Base64("NTLMSSP\0\u0003\0\0\0")],
                [line("NTLM") + " " + Convert.ToBase64String(Type1), Convert.ToBase64String(Type1)],
                [line("NTLM") + " " + Convert.ToBase64String(Type1), Base64("NTLMSSP\0\u0003\0\0\0")],
                [line("NTLM") + " " + Convert.ToBase64String(Type1), "*"],
                [line("SCRAM-SHA-256"), "*"],
                [line("NONE-OF-THEM") + " AAAA"],
            ])
            {
                // In a session of its own, which goes on with a good log-in.
                await using var session = await Lines.ConnectAsync(server[listener], hello);
                var answer = await session.AskAsync(exchange);
                (answer.StartsWith("a NO", StringComparison.Ordinal) || answer.StartsWith("a BAD", StringComparison.Ordinal) || answer.StartsWith("-ERR", StringComparison.Ordinal) || answer.StartsWith('5'))
                    .ShouldBeTrue($"{listener}: {string.Join(" / ", exchange)}: {answer}");
                (await session.AskAsync(line("PLAIN") + " " + Base64($"\0user1@example.com\0{Password}"))).ShouldStartWith(good);
            }

            // What [MS-OXIMAP4] 2.2.1 and [MS-POP3] 2.2.1 have of their own.
            if (listener == "imap")
            {
                await using var session = await Lines.ConnectAsync(server[listener]);
                (await session.AskAsync(line("NTLM"), "* ")).ShouldBe("a NO The AUTH protocol exchange was canceled by the client.");
            }
            if (listener == "pop3")
            {
                await using var session = await Lines.ConnectAsync(server[listener]);
                (await session.AskAsync("AUTH ")).ShouldStartWith("+OK");
            }

            // The other's exchange was all the while where it was.
            var nonce = Encoding.ASCII.GetString(Convert.FromBase64String(pending[(pending.IndexOf(' ') + 1)..])).Split(',')[0];
            (await other.AskAsync(Base64($"c=biws,{nonce},p={Convert.ToBase64String(new byte[32])}"))).ShouldNotStartWith(good);
            (await other.AskAsync(line("PLAIN") + " " + Base64($"\0user2@example.com\0{Password}"))).ShouldStartWith(good);
        }
        server.Log.ShouldNotContain(Password);
        server.Log.ShouldNotContain(Base64($"\0user1@example.com\0{Password}"));
    }

    [Fact]
    public async Task Guesses_are_slowed_down_by_name_and_by_address_across_protocols()
    {
        using var data = new TempDirectory();
        var environment = new Dictionary<string, string>
        {
            ["RIALTO__Authentication__LockoutThreshold"] = "4",
            ["RIALTO__Authentication__AddressFreeFailures"] = "12",
            ["RIALTO__Authentication__AddressBaseDelay"] = "01:00:00",
            ["RIALTO__Authentication__AddressMaxDelay"] = "01:00:00",
        };
        await using var server = await ServerProcess.StartAsync(data.Path, demo: 3, environment: environment);
        string Plain(string user, string password) => Base64($"\0{user}@example.com\0{password}");

        // Four of one name, one by each protocol and two by IMAP: then not even the right password helps, whatever protocol it comes by; a name without an account is locked like it.
        foreach (var user in (string[])["user1", "ghost"])
        {
            foreach (var (listener, command) in ((string, string)[])[("imap", "a AUTHENTICATE PLAIN "), ("pop3", "AUTH PLAIN "), ("submission", "AUTH PLAIN "), ("imap", "a AUTHENTICATE PLAIN ")])
            {
                await using var guess = await Lines.ConnectAsync(server[listener], listener == "submission" ? "EHLO client.example.org" : null);
                await guess.AskAsync(command + Plain(user, "wrong"));
            }
            await using var owner = await Lines.ConnectAsync(server["pop3"]);
            (await owner.AskAsync("AUTH PLAIN " + Plain(user, Password))).ShouldStartWith("-ERR");
        }

        // Another name from the same address, until the address has had its free ones.
        await using (var session = await Lines.ConnectAsync(server["imap"]))
        {
            (await session.AskAsync("a AUTHENTICATE PLAIN " + Plain("user2", Password))).ShouldStartWith("a OK");
        }
        foreach (var i in Enumerable.Range(0, 6))
        {
            await using var session = await Lines.ConnectAsync(server["imap"]);
            await session.AskAsync("a AUTHENTICATE PLAIN " + Plain("guess" + i, "wrong"));
        }
        await using var late = await Lines.ConnectAsync(server["submission"], "EHLO client.example.org");
        (await late.AskAsync("AUTH PLAIN " + Plain("user3", Password))).ShouldStartWith("454");

        // Who was in from there before stays in.
        await using var before = await Lines.ConnectAsync(server["imap"]);
        (await before.AskAsync("a AUTHENTICATE PLAIN " + Plain("user2", Password))).ShouldStartWith("a OK");
    }

    /// <summary>NEGOTIATE_MESSAGE: Unicode, NTLM, extended session security.</summary>
    private static readonly byte[] Type1 = [.. "NTLMSSP\0"u8, 1, 0, 0, 0, 0x05, 0x82, 0x08, 0x00, .. new byte[16]];

    /// <summary>The shape of the challenge (nonce, salt, iterations), and what a proof that is none gets.</summary>
    private static async Task<string> ScramAsync(Lines session, string command, string name)
    {
        var challenge = await session.AskAsync(command + Base64($"n,,n={name},r=abcdefgh"));
        var first = Encoding.ASCII.GetString(Convert.FromBase64String(challenge[(challenge.IndexOf(' ') + 1)..])).Split(',');
        return $"{first[0].Length} {first[1].Length} {first[2]} {await session.AskAsync(Base64($"c=biws,{first[0]},p={Convert.ToBase64String(new byte[32])}"))}";
    }

    /// <summary>An answer of version 2 that proves nothing.</summary>
    private static async Task<string> NtlmAsync(Lines session, string command, string name)
    {
        var challenge = await session.AskAsync(command + Convert.ToBase64String(Type1));
        var octets = Convert.FromBase64String(challenge[(challenge.IndexOf(' ') + 1)..]);
        octets[24..32].AsSpan().Clear();
        var shape = $"{octets.Length} {BitConverter.ToUInt32(octets, 20):X}";
        byte[] nt = [.. new byte[16], 1, 1, .. new byte[6], .. BitConverter.GetBytes(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000).ToFileTime()), .. new byte[8], .. new byte[4], .. new byte[4], .. new byte[4]];
        byte[][] fields = [new byte[24], nt, [], Encoding.Unicode.GetBytes(name), [], []];
        var message = new List<byte>([.. "NTLMSSP\0"u8, 3, 0, 0, 0]);
        var at = 64;
        foreach (var field in fields)
        {
            message.AddRange([.. BitConverter.GetBytes((ushort)field.Length), .. BitConverter.GetBytes((ushort)field.Length), .. BitConverter.GetBytes(at)]);
            at += field.Length;
        }
        message.AddRange([0x05, 0x82, 0x08, 0x00, .. fields.SelectMany(f => f)]);
        return $"{shape} {await session.AskAsync(Convert.ToBase64String([.. message]))}";
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    /// <summary>A connection that is asked line by line.</summary>
    private sealed class Lines : IAsyncDisposable
    {
        private readonly TcpClient _tcp = new();
        private StreamReader _reader = null!;

        public static async Task<Lines> ConnectAsync(IPEndPoint server, string? hello = null)
        {
            var lines = new Lines();
            await lines._tcp.ConnectAsync(server);
            lines._reader = new StreamReader(lines._tcp.GetStream(), Encoding.Latin1);
            await lines.ReadAsync();
            if (hello is not null)
                await lines.AskAsync(hello);
            return lines;
        }

        /// <summary>Sends lines, the next after the answer to the one before; gives the last answer.</summary>
        public async Task<string> AskAsync(params string[] lines)
        {
            var answer = "";
            foreach (var line in lines)
            {
                await _tcp.GetStream().WriteAsync(Encoding.Latin1.GetBytes(line + "\r\n"));
                answer = await ReadAsync();
            }
            return answer;
        }

        public ValueTask DisposeAsync()
        {
            _tcp.Dispose();
            return ValueTask.CompletedTask;
        }

        /// <summary>A line; of SMTP's replies the last.</summary>
        private async Task<string> ReadAsync()
        {
            string line;
            do
                line = await _reader.ReadLineAsync() ?? throw new EndOfStreamException("The server closed the connection.");
            while (line.Length > 3 && line[3] == '-' && char.IsAsciiDigit(line[0]));
            return line;
        }
    }
}
