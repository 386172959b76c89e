using System.Text;
using Rialto.Testing;

namespace Rialto.MailAccess.Tests.Imap.Commands;

public sealed class AuthenticateCommandTests : ImapTest
{
    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    [Fact]
    public async Task Plain_with_and_without_initial_response()
    {
        var response = Base64($"\0user1@example.com\0{TestDirectory.Password}");
        await using (var client = await Server.ConnectAsync())
            (await client.RunAsync("AUTHENTICATE PLAIN " + response)).ShouldStartWith("OK [CAPABILITY");
        await using var asked = await Server.ConnectAsync();
        await asked.SendAsync("a AUTHENTICATE PLAIN\r\n");
        (await asked.ReadLineAsync()).ShouldBe("+ ");
        await asked.SendAsync(response + "\r\n");
        (await asked.ReadToAsync("a")).ShouldStartWith("OK ");
    }

    [Fact]
    public async Task Login_asks_twice()
    {
        await using var client = await Server.ConnectAsync();
        await client.SendAsync("a AUTHENTICATE LOGIN\r\n");
        (await client.ReadLineAsync()).ShouldBe("+ VXNlcm5hbWU6");
        await client.SendAsync(Base64("user1@example.com") + "\r\n");
        (await client.ReadLineAsync()).ShouldBe("+ UGFzc3dvcmQ6");
        await client.SendAsync(Base64(TestDirectory.Password) + "\r\n");
        (await client.ReadToAsync("a")).ShouldStartWith("OK ");
    }

    [Fact]
    public async Task Refuses()
    {
        await using var client = await Server.ConnectAsync();
        (await client.RunAsync("AUTHENTICATE NONSENSE")).ShouldStartWith("NO [CANNOT]");
        (await client.RunAsync("AUTHENTICATE PLAIN !!!!")).ShouldStartWith("BAD");
        (await client.RunAsync("AUTHENTICATE PLAIN " + Base64("\0user1@example.com\0wrong"))).ShouldStartWith("NO [AUTHENTICATIONFAILED]");
        (await client.RunAsync("AUTHENTICATE PLAIN " + Base64($"user2@example.com\0user1@example.com\0{TestDirectory.Password}"))).ShouldStartWith("NO [AUTHORIZATIONFAILED]");
        await client.SendAsync("a AUTHENTICATE PLAIN\r\n");
        await client.ReadLineAsync();
        await client.SendAsync("*\r\n");
        (await client.ReadToAsync("a")).ShouldStartWith("BAD");
        (await client.RunAsync("AUTHENTICATE")).ShouldStartWith("BAD");
    }
}
