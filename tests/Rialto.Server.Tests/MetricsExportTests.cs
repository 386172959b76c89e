using System.Net;
using System.Text;
using Rialto.Directory;
using Rialto.Server.Configuration;
using Rialto.Server.Operations;
using Rialto.Testing;

namespace Rialto.Server.Tests;

/// <summary>What a collector receives by OTLP over HTTP.</summary>
public class MetricsExportTests
{
    [Fact]
    public async Task A_collector_is_sent_the_metrics_as_protobuf()
    {
        using var collector = new HttpListener();
        var port = FreePort();
        collector.Prefixes.Add($"http://127.0.0.1:{port}/");
        collector.Start();
        await using var directory = await TestDirectory.CreateAsync(1);
        var options = new OperationsOptions { OtlpEndpoint = $"http://127.0.0.1:{port}/v1/metrics", OtlpTransport = OtlpTransport.Http, OtlpInterval = TimeSpan.FromMilliseconds(200) };
        using var metrics = ServerMetrics.Start(options, scraped: false, "mail.example.com", directory.Authenticator);
        metrics.ShouldNotBeNull().Prometheus.ShouldBeNull();
        await directory.Authenticator.AuthenticateAsync("user1@example.com", "wrong", new IPEndPoint(IPAddress.Loopback, 1), "test", CancellationToken.None);
        for (var i = 0; ; i++)
        {
            var request = await collector.GetContextAsync().WaitAsync(TimeSpan.FromSeconds(60));
            using var body = new MemoryStream();
            await request.Request.InputStream.CopyToAsync(body);
            request.Response.StatusCode = 200;
            request.Response.ContentType = "application/x-protobuf";
            request.Response.Close();
            request.Request.Url!.AbsolutePath.ShouldBe("/v1/metrics");
            request.Request.ContentType.ShouldBe("application/x-protobuf");
            var text = Encoding.Latin1.GetString(body.ToArray());
            // ExportMetricsServiceRequest: field 1, resource_metrics, is length-delimited.
            body.ToArray()[0].ShouldBe((byte)0x0A);
            if (text.Contains("rialto.logins", StringComparison.Ordinal) && text.Contains("mail.example.com", StringComparison.Ordinal))
            {
                text.ShouldContain("service.name");
                return;
            }

            i.ShouldBeLessThan(50);
        }
    }

    private static int FreePort()
    {
        using var socket = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }
}
