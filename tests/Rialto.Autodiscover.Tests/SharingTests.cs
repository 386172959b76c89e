using System.Collections.Concurrent;
using Rialto.Directory;

namespace Rialto.Autodiscover.Tests;

/// <summary>Somebody with rights to single folders asks for the mailbox they are in.</summary>
public sealed class SharingTests : AutodiscoverTest
{
    private readonly ConcurrentQueue<(string Mailbox, string Who)> _asked = new();

    protected override AutodiscoverServices Configure(AutodiscoverServices services) => services with
    {
        Shares = (mailbox, principal, _) =>
        {
            _asked.Enqueue((mailbox.PrimaryAddress, principal.Name));
            return new(mailbox.PrimaryAddress == "user2@example.com");
        },
    };

    [Fact]
    public async Task A_mailbox_that_shares_folders_is_told()
    {
        Code(await Host.PoxAsync(Request("user2@example.com"))).ShouldBeNull();
        Code(await Host.PoxAsync(Request("user3@example.com"))).ShouldBe("500");
        Code(await Host.PoxAsync(Request("nobody@example.com"))).ShouldBe("500");
        Code(await Host.PoxAsync(Request("user1@example.com"))).ShouldBeNull();
        _asked.ShouldBe([("user2@example.com", "user1@example.com"), ("user3@example.com", "user1@example.com")]);
    }
}
