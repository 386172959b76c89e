namespace Rialto.MailAccess.Tests.Imap;

/// <summary>A server for each test, and one client that has logged in as user1.</summary>
public abstract class ImapTest : IAsyncLifetime
{
    /// <summary>Two parts and an attached message, so that every kind of section exists.</summary>
    internal const string Nested =
        "From: Ann <ann@example.com>\r\nTo: Bob <bob@example.com>\r\nSubject: Outer\r\nDate: Mon, 7 Feb 1994 21:52:25 -0800\r\nMessage-ID: <outer@example.com>\r\n" +
        "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=XX\r\n\r\npreamble\r\n" +
        "--XX\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\nfirst part\r\n" +
        "--XX\r\nContent-Type: message/rfc822\r\n\r\nFrom: Carl <carl@example.com>\r\nSubject: Inner\r\n\r\ninner text\r\n" +
        "--XX--\r\n";

    internal ImapServer Server { get; private set; } = null!;

    internal ImapClient Client { get; private set; } = null!;

    internal virtual Task<ImapServer> StartAsync() => ImapServer.StartAsync();

    public virtual async Task InitializeAsync()
    {
        Server = await StartAsync();
        Client = await Server.LogInAsync();
    }

    public virtual async Task DisposeAsync()
    {
        await Client.DisposeAsync();
        await Server.DisposeAsync();
    }

    internal static string Mail(string subject, string body = "text", string from = "ann@example.com") =>
        $"From: {from}\r\nTo: bob@example.com\r\nSubject: {subject}\r\nDate: Mon, 7 Feb 1994 21:52:25 -0800\r\n\r\n{body}\r\n";

    /// <summary>So many messages in INBOX, selected.</summary>
    internal async Task SelectWithAsync(int count)
    {
        for (var i = 1; i <= count; i++)
            await Server.DeliverAsync(Mail($"Message {i}"));
        (await Client.RunAsync("SELECT INBOX")).ShouldContain($"* {count} EXISTS");
    }
}
