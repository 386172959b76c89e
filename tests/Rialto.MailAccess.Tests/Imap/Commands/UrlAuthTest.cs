using System.Text.RegularExpressions;

namespace Rialto.MailAccess.Tests.Imap.Commands;

/// <summary>Messages of user1, and URLs of them.</summary>
public abstract partial class UrlAuthTest : ImapTest
{
    internal const string Inbox = "imap://user1%40example.com@mail.example.com/INBOX";

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await Server.DeliverAsync(Nested);
    }

    [GeneratedRegex("""^\* GENURLAUTH "([^"]+)"\r\nOK""")]
    private static partial Regex Generated();

    /// <summary>The URL with its token.</summary>
    internal Task<string> AuthorizeAsync(string rump) => AuthorizeAsync(Client, rump);

    internal static async Task<string> AuthorizeAsync(ImapClient client, string rump)
    {
        var answer = await client.RunAsync($"GENURLAUTH \"{rump}\" INTERNAL");
        var url = Generated().Match(answer);
        url.Success.ShouldBeTrue(answer);
        return url.Groups[1].Value;
    }

    /// <summary>What a client gets for a URL; null for NIL.</summary>
    internal static async Task<string?> FetchAsync(ImapClient client, string url)
    {
        var answer = await client.RunAsync($"URLFETCH \"{url}\"");
        var start = $"* URLFETCH \"{url}\" ";
        answer.ShouldStartWith(start);
        answer.ShouldEndWith("\r\nOK URLFETCH completed");
        var value = answer[start.Length..^"\r\nOK URLFETCH completed".Length];
        return value == "NIL" ? null : value[(value.IndexOf("}\r\n", StringComparison.Ordinal) + 3)..];
    }
}
