using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Rialto.Testing;

namespace Rialto.Interop;

/// <summary>What an administrator sees of a running server: trace, metrics, health, log levels, transcripts.</summary>
public class OperationsTests
{
    [Fact]
    public async Task A_message_can_be_followed_from_smtp_to_the_mailbox_and_to_nobody()
    {
        using var data = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path, 2);
        await using (var smtp = await SmtpTestClient.ConnectAsync(server["smtp"]))
            (await smtp.SendAsync("someone@elsewhere.example", ["user1@example.com", "user2@example.com"], "Message-ID: <followed@elsewhere.example>\r\nSubject: Where am I\r\n\r\nHere.\r\n"u8.ToArray())).ShouldStartWith("250");

        JsonArray found = [];
        for (var attempt = 0; attempt < 100 && (found.Count == 0 || found[0]!["hops"]!.AsArray().Count < 3); attempt++)
        {
            await Task.Delay(100);
            var run = await server.RunAsync(null, "trace", "--id", "<followed@", "--json");
            found = run.ExitCode == 0 ? JsonNode.Parse(run.Output)!.AsArray() : [];
        }
        var hops = found.ShouldHaveSingleItem()!["hops"]!.AsArray();
        hops.Select(h => (string)h!["step"]!).ShouldBe(["received", "delivered", "delivered"]);
        ((string)hops[0]!["via"]!).ShouldBe("smtp");
        ((string)found[0]!["subject"]!).ShouldBe("Where am I");
        var table = await CommandLineTests.OkAsync(server, null, "trace", "--to", "user2@");
        table.Output.ShouldContain("delivered");
        (await server.RunAsync(null, "trace", "--to", "nobody-at-all")).ExitCode.ShouldBe(1);
    }

    [Fact]
    public async Task Metrics_and_health_are_answered_on_their_own_listener_alone()
    {
        using var data = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path, 1, null, "--listen", "metrics=127.0.0.1:0");
        await using (var smtp = await SmtpTestClient.ConnectAsync(server["smtp"]))
            (await smtp.SendAsync("a@b.example", ["user1@example.com"], "Subject: x\r\n\r\ny\r\n"u8.ToArray())).ShouldStartWith("250");
        await using (var imap = await ImapTestClient.ConnectAsync(server["imap"], "user1@example.com"))
            await imap.OkAsync("SELECT INBOX");

        using var http = new HttpClient { BaseAddress = new Uri($"http://{server["metrics"]}") };
        var text = await http.GetStringAsync("/metrics");
        text.ShouldContain("rialto_smtp_messages_total{listener=\"smtp\",reply=\"2xx\"} 1\n");
        text.ShouldMatch("rialto_logins_total\\{[^}]*protocol=\"imap\"[^}]*\\} 1\n", text);
        text.ShouldContain("rialto_imap_command_duration_seconds_count{command=\"SELECT\"} 1\n");
        text.ShouldContain("# TYPE rialto_connections_open gauge\n");
        text.ShouldContain("rialto_queue_recipients{state=\"held\"} 0\n");
        text.ShouldContain("rialto_queue_oldest_seconds ");
        text.ShouldContain("dotnet_");
        var health = await http.GetFromJsonAsync<JsonObject>("/health");
        ((string)health!["storage"]!).ShouldBe("ok");
        (await http.GetAsync("/mapi/emsmdb/")).StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
        using var open = new HttpClient { BaseAddress = new Uri($"http://{server["http"]}") };
        (await open.GetAsync("/metrics")).StatusCode.ShouldBe(System.Net.HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Metrics_are_sent_to_a_collector()
    {
        using var data = new TempDirectory();
        using var collector = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        collector.Start();
        var settings = new Dictionary<string, string>
        {
            ["RIALTO__OPERATIONS__OTLPENDPOINT"] = $"http://{collector.LocalEndpoint}/v1/metrics",
            ["RIALTO__OPERATIONS__OTLPTRANSPORT"] = "Http",
            ["RIALTO__OPERATIONS__OTLPINTERVAL"] = "00:00:01",
        };
        await using var server = await ServerProcess.StartAsync(data.Path, 1, settings);
        using var connection = await collector.AcceptTcpClientAsync().WaitAsync(TimeSpan.FromSeconds(30));
        await using var stream = connection.GetStream();
        var buffer = new byte[64 * 1024];
        var text = "";
        while (!text.Contains("dotnet.", StringComparison.Ordinal))
        {
            var read = await stream.ReadAsync(buffer).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
            read.ShouldBeGreaterThan(0, text);
            text += System.Text.Encoding.Latin1.GetString(buffer, 0, read);
        }
        text.ShouldStartWith("POST /v1/metrics HTTP/1.1\r\n");
        text.ShouldContain("Content-Type: application/x-protobuf");
        text.ShouldContain("rialto");
    }

    [Fact]
    public async Task Log_levels_change_while_the_server_runs()
    {
        using var data = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path, 1);
        (await CommandLineTests.OkAsync(server, null, "loglevel")).Output.ShouldContain("Information");
        await CommandLineTests.OkAsync(server, null, "loglevel", "Debug", "--category", "Rialto.Smtp");
        await using (var smtp = await SmtpTestClient.ConnectAsync(server["smtp"]))
            await smtp.SendAsync("a@b.example", ["user1@example.com"], "Subject: x\r\n\r\ny\r\n"u8.ToArray());
        for (var attempt = 0; attempt < 50 && !server.Log.Contains("answered with 250", StringComparison.Ordinal); attempt++)
            await Task.Delay(100);
        server.Log.ShouldContain("answered with 250");
        (await CommandLineTests.OkAsync(server, null, "loglevel", "default", "--category", "Rialto.Smtp")).Output.ShouldNotContain("Rialto.Smtp");
        (await server.RunAsync(null, "loglevel", "Loud")).Error.ShouldContain("Information");
    }

    [Fact]
    public async Task A_users_conversations_are_recorded_without_the_password()
    {
        using var data = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(data.Path, 2);
        await using var before = await ImapTestClient.ConnectAsync(server["imap"], "user1@example.com");
        await CommandLineTests.OkAsync(server, null, "transcript", "user1@example.com");
        await before.OkAsync("NOOP");
        await using (var imap = await ImapTestClient.ConnectAsync(server["imap"], "user1@example.com"))
            await imap.OkAsync("SELECT INBOX");
        await using (var other = await ImapTestClient.ConnectAsync(server["imap"], "user2@example.com"))
            await other.OkAsync("SELECT INBOX");
        await CommandLineTests.OkAsync(server, null, "transcript", "user1@example.com", "--off");

        var files = System.IO.Directory.GetFiles(Path.Combine(data.Path, "trace"));
        files.Length.ShouldBe(2);
        files.ShouldAllBe(f => Path.GetFileName(f).StartsWith("user1@example.com-imap-", StringComparison.Ordinal));
        var text = string.Concat(files.Select(File.ReadAllText));
        text.ShouldContain("NOOP");
        text.ShouldContain("C: ");
        text.ShouldContain("SELECT INBOX");
        text.ShouldContain("S: * 0 EXISTS");
        text.ShouldNotContain("demo-password");
    }
}
