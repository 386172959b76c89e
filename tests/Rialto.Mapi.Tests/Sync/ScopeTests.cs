using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Tests.Sync;

/// <summary>Synchronisations with a restriction: what they cost is what changed, and the client ends with what is in scope, neither more nor less.</summary>
public class ScopeTests
{
    private const int Messages = 300;

    private static readonly PropertyRestriction s_important = new(RelationalOperator.Equal, PropertyTags.Importance, PropertyValue.Of(PropertyTags.Importance, 2));

    private static readonly BitmaskRestriction s_unread = new(false, PropertyTags.MessageFlags, 1);

    [Fact]
    public async Task Only_what_changed_is_looked_at()
    {
        await using var server = await FilledAsync();
        using var mailbox = await server.OpenMailboxAsync();
        var (session, inbox) = await OpenAsync(server);
        var first = await session.SynchronizeAsync(inbox, restriction: s_important);
        first.Messages.Count.ShouldBe(Messages / 3);
        first.State!.Properties.Sum(p => p.Value.Length).ShouldBeLessThan(1024);
        var walks = 0;
        server.Backend.OnRead = read => walks += read.StartsWith("Scan", StringComparison.Ordinal) ? 1 : 0;

        (await session.SynchronizeAsync(inbox, first.State, restriction: s_important)).Messages.ShouldBeEmpty();
        // One comes into scope, one leaves it, one stays out of it, one is new within it and one without.
        await MarkAsync(mailbox, await IdAsync(mailbox, Messages - 1), 2);
        var left = await IdAsync(mailbox, 0);
        await MarkAsync(mailbox, left, 0);
        await MarkAsync(mailbox, await IdAsync(mailbox, Messages - 2), 0);
        await server.DeliverAsync("new and important");
        await MarkAsync(mailbox, await IdAsync(mailbox, Messages), 2);
        await server.DeliverAsync("new");
        walks = 0;
        var second = await session.SynchronizeAsync(inbox, first.State, restriction: s_important);
        walks.ShouldBe(0);
        second.Messages.Select(m => m.Subject).ShouldBe([$"mail {Messages - 1}", "new and important"], ignoreOrder: true);
        second.NoLongerInScope.Cardinality.ShouldBe(1ul);
        second.Deleted.IsEmpty.ShouldBeTrue();
        // One that had left comes again, and one that is deleted is told.
        await MarkAsync(mailbox, left, 2);
        (await mailbox.DeleteAsync(MapiServer.Inbox, new[] { await IdAsync(mailbox, 1) }, default)).Succeeded.ShouldBeTrue();
        walks = 0;
        var third = await session.SynchronizeAsync(inbox, second.State, restriction: s_important);
        walks.ShouldBe(0);
        third.Messages.Single().Subject.ShouldBe("mail 0");
        third.Deleted.Cardinality.ShouldBe(1ul);
        server.Backend.OnRead = null;
        // The same as from nothing, and without a restriction all the rest.
        var whole = await session.SynchronizeAsync(inbox, restriction: s_important);
        third.State!.IdsetGiven.ShouldBe(whole.State!.IdsetGiven);
        (await session.SynchronizeAsync(inbox, third.State)).Messages.Count.ShouldBe(Messages + 1 - whole.Messages.Count);
        session.Http.Dispose();
    }

    [Fact]
    public async Task A_message_that_comes_and_goes_by_its_read_state_is_not_lost()
    {
        await using var server = await FilledAsync(9);
        using var mailbox = await server.OpenMailboxAsync();
        var (session, inbox) = await OpenAsync(server);
        var first = await session.SynchronizeAsync(inbox, restriction: s_unread);
        first.Messages.Count.ShouldBe(9);
        var id = await IdAsync(mailbox, 4);
        await ReadAsync(mailbox, id, true);
        var second = await session.SynchronizeAsync(inbox, first.State, restriction: s_unread);
        second.NoLongerInScope.Cardinality.ShouldBe(1ul);
        second.Messages.ShouldBeEmpty();
        // Its change number is the one that the client has seen.
        await ReadAsync(mailbox, id, false);
        var third = await session.SynchronizeAsync(inbox, second.State, restriction: s_unread);
        third.Messages.Single().Subject.ShouldBe("mail 4");
        (await session.SynchronizeAsync(inbox, third.State, restriction: s_unread)).Messages.ShouldBeEmpty();
        session.Http.Dispose();
    }

    [Fact]
    public async Task A_download_that_is_left_under_a_new_restriction_goes_on_under_either()
    {
        await using var server = await FilledAsync();
        var (session, inbox) = await OpenAsync(server);
        var first = await session.SynchronizeAsync(inbox, restriction: s_important);
        // All of them now, but the client leaves after some.
        var context = await session.ConfigureAsync(inbox);
        await session.UploadStateAsync(context, first.State!);
        for (var i = 0; i < 6; i++)
            (await session.GetBufferAsync(context, maximum: 0x2000)).IsLast.ShouldBeFalse();
        var (_, handle) = await session.OpenAsync<PlainResponse>(RopId.SynchronizationGetTransferState, new RopSynchronizationGetTransferState.Request(), context);
        var left = SyncClient.Read(await session.DownloadAsync(handle)).State!;
        var some = left.IdsetGiven;
        var all = await session.SynchronizeAsync(inbox, left);
        all.Messages.Count.ShouldBeLessThan(Messages * 2 / 3);
        all.State!.IdsetGiven.ShouldBe((await session.SynchronizeAsync(inbox)).State!.IdsetGiven);
        // Back to the first one: what was taken meanwhile is out of scope.
        var back = await session.SynchronizeAsync(inbox, left, restriction: s_important);
        back.Messages.ShouldBeEmpty();
        back.NoLongerInScope.IsEmpty.ShouldBeFalse();
        back.State!.IdsetGiven.ShouldBe(first.State!.IdsetGiven);
        some.ShouldNotBe(first.State.IdsetGiven);
        session.Http.Dispose();
    }

    private static async Task<MapiServer> FilledAsync(int messages = Messages)
    {
        var server = await MapiServer.StartAsync();
        using var mailbox = await server.OpenMailboxAsync();
        for (var i = 0; i < messages; i++)
            await server.DeliverAsync($"mail {i}");
        if (messages == Messages)
        {
            for (var i = 0; i < messages / 3; i++)
                await MarkAsync(mailbox, await IdAsync(mailbox, i), 2);
        }
        return server;
    }

    private static async Task<(RopSession Session, uint Inbox)> OpenAsync(MapiServer server)
    {
        var (session, logon, handle) = await server.LogonAsync();
        return (session, await session.OpenFolderAsync(handle, logon.FolderIds[4]));
    }

    private static async Task<MessageId> IdAsync(MailboxSession mailbox, int index)
    {
        using var view = (await mailbox.OpenViewAsync(MapiServer.Inbox, default)).Value;
        return view.Current[index].Id;
    }

    private static async Task MarkAsync(MailboxSession mailbox, MessageId id, byte importance) =>
        (await mailbox.UpdateAsync(MapiServer.Inbox, id, row => row with { Importance = importance }, default)).Succeeded.ShouldBeTrue();

    private static async Task ReadAsync(MailboxSession mailbox, MessageId id, bool read) =>
        (await mailbox.ChangeFlagsAsync(MapiServer.Inbox, [id], read ? new FlagChange(MessageState.Read, MessageState.None, [], [], false) : new FlagChange(MessageState.None, MessageState.Read, [], [], false), default)).Succeeded.ShouldBeTrue();
}
