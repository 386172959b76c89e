using System.Globalization;
using System.Text;
using Rialto.Testing;

namespace Rialto.Mapi.Bench;

/// <summary>Autodiscover: each way to ask, by one client that waits for its answer and by eight.</summary>
internal static class DiscoveryRates
{
    private const string Outlook = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a";

    public static async Task MeasureAsync(string user, string password)
    {
        using var files = new TempDirectory();
        await using var server = await ServerProcess.StartAsync(Path.Combine(files.Path, "data"), 1000);
        for (var i = 0; i < 10; i++)
        {
            var added = await server.RunAsync(null, "shared", "add", string.Create(CultureInfo.InvariantCulture, $"shared{i}@example.com"), "--full-access", user);
            if (added.ExitCode != 0)
                throw new InvalidOperationException(added.Error);
        }
        var login = "Authorization: Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")) + "\r\n";
        var pox = $"<Autodiscover xmlns=\"http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006\"><Request><EMailAddress>{user}</EMailAddress><AcceptableResponseSchema>{Outlook}</AcceptableResponseSchema></Request></Autodiscover>";
        var settings = string.Concat(new[] { "UserDisplayName", "UserDN", "AutoDiscoverSMTPAddress", "ExternalEwsUrl", "EwsSupportedSchemas", "AlternateMailboxes", "CasVersion", "MailboxDN" }.Select(s => $"<a:Setting>{s}</a:Setting>"));
        var soap = $"<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:a=\"http://schemas.microsoft.com/exchange/2010/Autodiscover\"><s:Body><a:GetUserSettingsRequestMessage><a:Request><a:Users><a:User><a:Mailbox>{user}</a:Mailbox></a:User></a:Users><a:RequestedSettings>{settings}</a:RequestedSettings></a:Request></a:GetUserSettingsRequestMessage></s:Body></s:Envelope>";
        (string What, string Request, string Expected)[] ways =
        [
            ("POX, MAPI over HTTP, 10 mailboxes mapped", Post("/autodiscover/autodiscover.xml", login + "X-MapiHttpCapability: 1\r\n", pox), "AlternativeMailbox"),
            ("POX, RPC sections", Post("/autodiscover/autodiscover.xml", login, pox), "EXPR"),
            ("SOAP, 8 settings", Post("/autodiscover/autodiscover.svc", login, soap), "AlternateMailbox"),
            ("JSON", $"GET /autodiscover/autodiscover.json/v1.0/{user}?Protocol=AutodiscoverV1 HTTP/1.1\r\nHost: localhost\r\n\r\n", "AutodiscoverV1"),
        ];
        foreach (var clients in new[] { 1, 8 })
            foreach (var (what, request, expected) in ways)
                Run($"Autodiscover, {what}, {clients} connection{(clients == 1 ? "" : "s")}", server, clients, request, expected);
    }

    private static void Run(string what, ServerProcess server, int clients, string request, string expected)
    {
        var (bytes, mark) = (Encoding.UTF8.GetBytes(request), Encoding.UTF8.GetBytes(expected));
        var connections = Enumerable.Range(0, clients).Select(_ => new LeanConnection(server["https"], tls: true)).ToList();
        Load.Run(what, server, [.. connections.Select(c => (Action)(() =>
        {
            c.Send(bytes);
            if (c.Receive().IndexOf(mark) < 0)
                throw new InvalidDataException(Encoding.UTF8.GetString(c.Head));
        }))]);
        connections.ForEach(c => c.Dispose());
    }

    private static string Post(string path, string headers, string body) =>
        string.Create(CultureInfo.InvariantCulture, $"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/xml\r\n{headers}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");
}
