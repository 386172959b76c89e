using Rialto.Mapi.AddressBook;

namespace Rialto.Mapi.Tests.AddressBook;

/// <summary>[MS-OXCMAPIHTTP] 2.2.5.18, 2.2.5.19: the endpoints' own addresses.</summary>
public sealed class NspiUrlTests
{
    [Fact]
    public async Task The_urls_are_those_of_the_mailbox_that_is_named()
    {
        await using var scene = await NspiScene.StartAsync();
        using var client = await scene.BindAsync();
        var other = scene.Server.User(2);
        var sequence = client.Http.Cookies["MapiSequence"];
        var mailbox = await client.CallAsync<ServerUrlRequest, ServerUrlResponse>(
            "GetMailboxUrl", new() { Dn = $"/o=Example/ou=x/cn=Configuration/cn=Servers/cn={other.MailboxGuid:D}@example.com" });
        mailbox.ServerUrl.ShouldBe($"{scene.Server.Address.ToString().TrimEnd('/')}/mapi/emsmdb/?MailboxId={other.MailboxGuid:D}@example.com");
        var book = await client.CallAsync<ServerUrlRequest, ServerUrlResponse>("GetAddressBookUrl", new() { Dn = other.LegacyExchangeDn });
        book.ServerUrl.ShouldEndWith($"/mapi/nspi/?MailboxId={other.MailboxGuid:D}@example.com");
        // What is nobody's name leads to the client's own.
        mailbox = await client.CallAsync<ServerUrlRequest, ServerUrlResponse>("GetMailboxUrl", new() { Dn = "nonsense" });
        mailbox.ServerUrl.ShouldContain(scene.Server.User(1).MailboxGuid.ToString("D"));
        // They are asked beside the session: clients go on with the cookies that they had.
        client.Http.Cookies["MapiSequence"].ShouldBe(sequence);
    }
}
