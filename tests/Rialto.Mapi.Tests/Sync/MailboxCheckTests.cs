using Rialto.Mapi.Tests.Client.Sync;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Store;

namespace Rialto.Mapi.Tests.Sync;

/// <summary>[MS-OXCSYNC] 3.1.3.1.1.2, [MS-OXCFXICS] 3.3.5.4: by what a log-on tells a client knows that a replica is of another mailbox, and neither of them changes.</summary>
public class MailboxCheckTests
{
    [Fact]
    public async Task A_replica_meets_another_mailbox_and_goes_on_with_its_own()
    {
        await using var server = await MapiServer.StartAsync(converter: MapiServer.MailConverter);
        await server.DeliverAsync("mine");
        await server.DeliverAsync("theirs", user: 2);
        var replica = new LocalReplica("r", Guid.NewGuid(), TimeProvider.System, TimeSpan.Zero);
        var strategy = new SyncStrategy();
        await new ReplicaClient(replica, strategy, () => server.DirectLogonAsync(1)).SynchronizeAsync();
        var inbox = replica.Folders.Values.Single(f => f.Name == "Inbox");
        replica.Create(inbox, "offline", "body", isAssociated: false);
        // What a log-on itself writes is there already.
        (await server.DirectLogonAsync(2)).Session.Dispose();
        using var other = await server.OpenMailboxAsync(2);
        var (sequence, next) = (other.Sequence, replica.NextId);

        await Should.ThrowAsync<InvalidOperationException>(() => new ReplicaClient(replica, strategy, () => server.DirectLogonAsync(2)).SynchronizeAsync());
        other.Sequence.ShouldBe(sequence);
        replica.NextId.ShouldBe(next);
        inbox.Messages.Values.Select(m => m.Content.Subject).ShouldBe(["mine", "offline"], ignoreOrder: true);

        await new ReplicaClient(replica, strategy, () => server.DirectLogonAsync(1)).SynchronizeAsync();
        replica.IsDirty.ShouldBeFalse();
        using var own = await server.OpenMailboxAsync();
        (await own.ListAsync(MapiServer.Inbox, _ => true, default)).Value.Count.ShouldBe(2);
    }
}
