using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Tests.Sync;

/// <summary>Contents downloads of a mailbox, whatever it is kept in. [MS-OXCFXICS] 3.2.5.3.</summary>
[Collection(StoreServers.Collection)]
public sealed class ContentsTests(StoreServers servers) : IAsyncLifetime
{
    private MapiServer Server { get; set; } = null!;

    private async Task StartAsync(string store) => Server = await servers.StartAsync(store);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await Server.DisposeAsync();

    private async Task<(RopSession Session, uint Logon, uint Inbox)> OpenAsync()
    {
        var (session, logon, handle) = await Server.LogonAsync();
        return (session, handle, await session.OpenFolderAsync(handle, logon.FolderIds[4]));
    }

    [Theory]
    [MemberData(nameof(StoreServers.Names), MemberType = typeof(StoreServers))]
    public async Task A_first_synchronisation_brings_everything_and_a_second_nothing(string store)
    {
        await StartAsync(store);
        for (var i = 0; i < 300; i++)
            await Server.DeliverAsync($"mail {i}");
        await AddAssociatedAsync();
        var (session, _, inbox) = await OpenAsync();
        var first = await session.SynchronizeAsync(inbox);
        first.Messages.Count.ShouldBe(301);
        first.Messages.Where(m => !m.Header.GetBoolean(PropertyTags.Associated)).Select(m => m.Subject).ShouldBe(Enumerable.Range(0, 300).Select(i => $"mail {i}"), ignoreOrder: true);
        first.Deleted.IsEmpty.ShouldBeTrue();
        first.Read.IsEmpty.ShouldBeTrue();
        first.State!.Size.ShouldBeLessThan(1024);
        var second = await session.SynchronizeAsync(inbox, first.State);
        second.Messages.ShouldBeEmpty();
        second.Order.ShouldBe([0x403A0003, 0x403B0003, 0x40140003]);
        session.Http.Dispose();
    }

    [Theory]
    [MemberData(nameof(StoreServers.Names), MemberType = typeof(StoreServers))]
    public async Task The_header_has_its_fixed_places(string store)
    {
        await StartAsync(store);
        await Server.DeliverAsync("mail");
        var (session, _, inbox) = await OpenAsync();
        var context = await session.ConfigureAsync(inbox, extra: 0x7);
        await session.UploadStateAsync(context, ClientState.Empty);
        var elements = await session.DownloadAsync(context);
        elements.Take(10).Select(e => e.Tag).ShouldBe(
            [0x40120003, 0x65E00102, 0x30080040, 0x65E20102, 0x65E30102, 0x67AA000B, 0x674A0014, 0x0E080003, 0x67A40014, 0x40150003u]);
        var message = SyncClient.Read(elements).Messages.Single();
        message.Header.Count.ShouldBe(8);
        GlobalId.TryRead(message.Header.GetBinary(PropertyTags.SourceKey), out var id).ShouldBeTrue();
        message.Header.Get(PropertyTags.Mid).AsInt64().ShouldBe((long)StoreKeys.Id((long)id.Counter).ToWire());
        session.Http.Dispose();
    }

    /// <summary>The read state of a message that nobody ever read or unread has no change number: it must neither be told nor hide a later change.</summary>
    [Theory]
    [MemberData(nameof(StoreServers.Names), MemberType = typeof(StoreServers))]
    public async Task Reading_after_a_first_synchronisation_is_told_as_such(string store)
    {
        await StartAsync(store);
        for (var i = 0; i < 5; i++)
            await Server.DeliverAsync($"mail {i}");
        var (session, _, inbox) = await OpenAsync();
        var state = (await session.SynchronizeAsync(inbox)).State!;
        using var mailbox = await Server.OpenMailboxAsync();
        var rows = await RowsAsync(mailbox);
        await FlagAsync(mailbox, MessageState.Read, rows[1].Id, rows[3].Id);
        var second = await session.SynchronizeAsync(inbox, state);
        second.Messages.ShouldBeEmpty();
        second.Read.Enumerate().ShouldBe([(ulong)rows[1].Mid, (ulong)rows[3].Mid]);
        second.Unread.IsEmpty.ShouldBeTrue();
        var change = new FlagChange(MessageState.None, MessageState.Read, [], [], false);
        await mailbox.ChangeFlagsAsync(MapiServer.Inbox, [rows[3].Id], change, default);
        var third = await session.SynchronizeAsync(inbox, second.State);
        third.Unread.Enumerate().ShouldBe([(ulong)rows[3].Mid]);
        third.Read.IsEmpty.ShouldBeTrue();
        // Without the flag nothing is told and nothing forgotten.
        await FlagAsync(mailbox, MessageState.Read, rows[0].Id);
        var deaf = await session.SynchronizeAsync(inbox, third.State, flags: SyncClient.Usual & ~0x0008);
        deaf.Read.IsEmpty.ShouldBeTrue();
        (await session.SynchronizeAsync(inbox, deaf.State)).Read.Enumerate().ShouldBe([(ulong)rows[0].Mid]);
        session.Http.Dispose();
    }

    [Theory]
    [MemberData(nameof(StoreServers.Names), MemberType = typeof(StoreServers))]
    public async Task Deletions_of_every_kind_are_told_once(string store)
    {
        await StartAsync(store);
        for (var i = 0; i < 10; i++)
            await Server.DeliverAsync($"mail {i}");
        var (session, _, inbox) = await OpenAsync();
        var state = (await session.SynchronizeAsync(inbox)).State!;
        using var mailbox = await Server.OpenMailboxAsync();
        var rows = await RowsAsync(mailbox);
        await mailbox.DeleteAsync(MapiServer.Inbox, [rows[0].Id], default);
        await mailbox.SoftDeleteAsync(MapiServer.Inbox, [rows[1].Id, rows[2].Id], default);
        await mailbox.MoveAsync(MapiServer.Inbox, [rows[3].Id], SpecialFolders.IdOf(SpecialFolder.DeletedItems), default);
        var second = await session.SynchronizeAsync(inbox, state);
        second.Messages.ShouldBeEmpty();
        second.Deleted.Enumerate().ShouldBe(rows.Take(4).Select(r => (ulong)r.Mid));
        var third = await session.SynchronizeAsync(inbox, second.State);
        third.Deleted.IsEmpty.ShouldBeTrue();
        // What comes back is a new message.
        await mailbox.MoveAsync(MapiServer.Inbox, [rows[1].Id], MapiServer.Inbox, default);
        var fourth = await session.SynchronizeAsync(inbox, third.State);
        fourth.Messages.Single().Subject.ShouldBe(rows[1].Subject);
        fourth.Messages.Single().Mid.ShouldNotBe((ulong)rows[1].Mid);
        fourth.Deleted.IsEmpty.ShouldBeTrue();
        session.Http.Dispose();
    }

    [Theory]
    [MemberData(nameof(StoreServers.Names), MemberType = typeof(StoreServers))]
    public async Task Soft_deleted_messages_are_never_brought_to_a_new_client(string store)
    {
        await StartAsync(store);
        for (var i = 0; i < 4; i++)
            await Server.DeliverAsync($"mail {i}");
        using var mailbox = await Server.OpenMailboxAsync();
        var rows = await RowsAsync(mailbox);
        await mailbox.SoftDeleteAsync(MapiServer.Inbox, [rows[1].Id], default);
        var (session, _, inbox) = await OpenAsync();
        foreach (var extra in new[] { 0u, 0x8u })
        {
            var first = await session.SynchronizeAsync(inbox, extra: extra);
            first.Messages.Select(m => m.Subject).ShouldBe(["mail 0", "mail 2", "mail 3"], ignoreOrder: true);
            first.Deleted.IsEmpty.ShouldBeTrue();
        }
        session.Http.Dispose();
    }

    [Theory]
    [MemberData(nameof(StoreServers.Names), MemberType = typeof(StoreServers))]
    public async Task Deletions_that_a_client_did_not_want_are_told_when_it_does(string store)
    {
        await StartAsync(store);
        for (var i = 0; i < 4; i++)
            await Server.DeliverAsync($"mail {i}");
        var (session, _, inbox) = await OpenAsync();
        var state = (await session.SynchronizeAsync(inbox)).State!;
        using var mailbox = await Server.OpenMailboxAsync();
        var rows = await RowsAsync(mailbox);
        await mailbox.DeleteAsync(MapiServer.Inbox, [rows[0].Id], default);
        await Server.DeliverAsync("mail 4");
        var deaf = await session.SynchronizeAsync(inbox, state, flags: SyncClient.Usual | 0x0002);
        deaf.Order.ShouldNotContain(0x40130003u);
        deaf.Messages.Single().Subject.ShouldBe("mail 4");
        var told = await session.SynchronizeAsync(inbox, deaf.State);
        told.Messages.ShouldBeEmpty();
        told.Deleted.Enumerate().ShouldBe([(ulong)rows[0].Mid]);
        session.Http.Dispose();
    }

    [Theory]
    [MemberData(nameof(StoreServers.Names), MemberType = typeof(StoreServers))]
    public async Task A_checkpoint_holds_what_the_client_has_and_no_more(string store)
    {
        await StartAsync(store);
        for (var i = 0; i < 60; i++)
            await Server.DeliverAsync($"mail {i}", body: new string('x', 3000));
        var (session, _, inbox) = await OpenAsync();
        var context = await session.ConfigureAsync(inbox);
        await session.UploadStateAsync(context, ClientState.Empty);
        var reader = new Mapi.FastTransfer.FxReader(System.Text.Encoding.Latin1, int.MaxValue);
        var taken = new List<Mapi.FastTransfer.FxElement>();
        for (var i = 0; i < 6; i++)
        {
            var (data, isLast) = await session.GetBufferAsync(context, maximum: 5000);
            isLast.ShouldBeFalse();
            reader.Append(data);
            while (reader.TryRead(out var element))
                taken.Add(element);
        }
        // The last message may not be whole.
        var got = SyncClient.Read(taken).Messages.Select(m => m.Mid).ToList();
        var state = await CheckpointAsync(session, context);
        var given = ReplicaIdSet.ParseReplGuids(state.IdsetGiven)!.Replicas.Single().Value.Enumerate().ToList();
        given.ShouldBe(got.Take(given.Count));
        given.Count.ShouldBeInRange(got.Count - 1, got.Count);
        given.Count.ShouldBeGreaterThan(2);
        // Whoever goes on from there misses nothing and gets nothing twice.
        var rest = await session.SynchronizeAsync(inbox, state);
        rest.Messages.Select(m => m.Mid).Concat(given).Order().ShouldBe((await RowsAsync(await Server.OpenMailboxAsync())).Select(r => (ulong)r.Mid).Order());
        session.Http.Dispose();
    }

    [Theory]
    [MemberData(nameof(StoreServers.Names), MemberType = typeof(StoreServers))]
    public async Task Changes_during_a_download_come_with_it_or_with_the_next(string store)
    {
        await StartAsync(store);
        for (var i = 0; i < 40; i++)
            await Server.DeliverAsync($"mail {i}", body: new string('x', 3000));
        var (session, _, inbox) = await OpenAsync();
        using var mailbox = await Server.OpenMailboxAsync();
        var rows = await RowsAsync(mailbox);
        var context = await session.ConfigureAsync(inbox);
        await session.UploadStateAsync(context, ClientState.Empty);
        var reader = new Mapi.FastTransfer.FxReader(System.Text.Encoding.Latin1, int.MaxValue);
        var elements = new List<Mapi.FastTransfer.FxElement>();
        for (var i = 0; ; i++)
        {
            var (data, isLast) = await session.GetBufferAsync(context, maximum: 6000);
            reader.Append(data);
            while (reader.TryRead(out var element))
                elements.Add(element);
            if (i == 3)
            {
                await mailbox.DeleteAsync(MapiServer.Inbox, [rows[0].Id, rows[35].Id], default);
                await mailbox.UpdateAsync(MapiServer.Inbox, rows[1].Id, r => r with { Importance = 2 }, default);
                await mailbox.UpdateAsync(MapiServer.Inbox, rows[36].Id, r => r with { Importance = 2 }, default);
                await FlagAsync(mailbox, MessageState.Read, rows[2].Id, rows[37].Id);
                await Server.DeliverAsync("late");
            }
            if (isLast)
                break;
        }
        var first = SyncClient.Read(elements);
        var second = await session.SynchronizeAsync(inbox, first.State);
        var replica = new Dictionary<ulong, (int Importance, bool Read)>();
        foreach (var result in new[] { first, second })
        {
            foreach (var message in result.Messages)
                replica[message.Mid] = (message.Properties.GetInt32(PropertyTags.Importance), (message.Properties.GetInt32(PropertyTags.MessageFlags) & 1) != 0);
            foreach (var mid in result.Deleted.Enumerate())
                replica.Remove(mid);
            foreach (var mid in result.Read.Enumerate())
                replica[mid] = replica[mid] with { Read = true };
            foreach (var mid in result.Unread.Enumerate())
                replica[mid] = replica[mid] with { Read = false };
        }
        var now = await RowsAsync(mailbox);
        replica.ShouldBe(now.Select(r => KeyValuePair.Create((ulong)r.Mid, ((int)r.Importance, (r.State & MessageState.Read) != 0))), ignoreOrder: true);
        session.Http.Dispose();
    }

    [Theory]
    [MemberData(nameof(StoreServers.Names), MemberType = typeof(StoreServers))]
    public async Task A_state_that_the_log_cannot_explain_leads_to_a_comparison(string store)
    {
        await StartAsync(store);
        for (var i = 0; i < 6; i++)
            await Server.DeliverAsync($"mail {i}");
        var (session, _, inbox) = await OpenAsync();
        var state = (await session.SynchronizeAsync(inbox)).State!;
        using var mailbox = await Server.OpenMailboxAsync();
        var rows = await RowsAsync(mailbox);
        await mailbox.DeleteAsync(MapiServer.Inbox, [rows[5].Id], default);
        var newer = (await session.SynchronizeAsync(inbox, state)).State!;
        // The ids of before with the changes of after: the deletion is among those seen.
        var mixed = newer with { IdsetGiven = state.IdsetGiven };
        (await session.SynchronizeAsync(inbox, mixed)).Deleted.Enumerate().ShouldBe([(ulong)rows[5].Mid]);
        session.Http.Dispose();
    }

    [Theory]
    [MemberData(nameof(StoreServers.Names), MemberType = typeof(StoreServers))]
    public async Task Newest_mail_comes_first_when_it_is_wanted(string store)
    {
        await StartAsync(store);
        var start = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
        int[] days = [5, 1, 9, 3, 3, 7, 2];
        for (var i = 0; i < days.Length; i++)
            await Server.DeliverAsync($"mail {i}", received: start.AddDays(days[i]));
        await AddAssociatedAsync();
        var (session, _, inbox) = await OpenAsync();
        var result = await session.SynchronizeAsync(inbox, extra: 0x9);
        var normal = result.Messages.Where(m => !m.Header.GetBoolean(PropertyTags.Associated)).ToList();
        normal.Select(m => m.Subject).ShouldBe(["mail 2", "mail 5", "mail 0", "mail 4", "mail 3", "mail 6", "mail 1"]);
        result.Messages.Count.ShouldBe(8);
        (await session.SynchronizeAsync(inbox, result.State, extra: 0x9)).Messages.ShouldBeEmpty();
        session.Http.Dispose();
    }

    [Theory]
    [MemberData(nameof(StoreServers.Names), MemberType = typeof(StoreServers))]
    public async Task Restrictions_bound_the_scope_and_moving_them_loses_nothing(string store)
    {
        await StartAsync(store);
        var start = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
        for (var i = 0; i < 10; i++)
            await Server.DeliverAsync($"mail {i}", received: start.AddDays(i));
        var (session, _, inbox) = await OpenAsync();
        var first = await session.SynchronizeAsync(inbox, restriction: Since(start.AddDays(6)));
        first.Messages.Select(m => m.Subject).ShouldBe(["mail 6", "mail 7", "mail 8", "mail 9"], ignoreOrder: true);
        (await session.SynchronizeAsync(inbox, first.State, restriction: Since(start.AddDays(6)))).Messages.ShouldBeEmpty();
        // Narrower: what the client holds is told to be out of scope.
        var narrower = await session.SynchronizeAsync(inbox, first.State, restriction: Since(start.AddDays(8)));
        narrower.Messages.ShouldBeEmpty();
        narrower.Deleted.IsEmpty.ShouldBeTrue();
        narrower.NoLongerInScope.Cardinality.ShouldBe(2ul);
        var ignored = await session.SynchronizeAsync(inbox, first.State, flags: SyncClient.Usual | 0x0004, restriction: Since(start.AddDays(8)));
        ignored.NoLongerInScope.IsEmpty.ShouldBeTrue();
        // Wider: older mail comes.
        var wider = await session.SynchronizeAsync(inbox, first.State, restriction: Since(start.AddDays(3)));
        wider.Messages.Select(m => m.Subject).ShouldBe(["mail 3", "mail 4", "mail 5"], ignoreOrder: true);
        (await session.SynchronizeAsync(inbox, wider.State)).Messages.Select(m => m.Subject).ShouldBe(["mail 0", "mail 1", "mail 2"], ignoreOrder: true);
        // By what only the summary tells.
        var subject = new ContentRestriction(FuzzyLevel.Substring, PropertyTags.Subject, PropertyValue.Of(PropertyTags.Subject, "l 4"));
        (await session.SynchronizeAsync(inbox, restriction: subject)).Messages.Single().Subject.ShouldBe("mail 4");
        session.Http.Dispose();
    }

    [Theory]
    [MemberData(nameof(StoreServers.Names), MemberType = typeof(StoreServers))]
    public async Task Kinds_of_messages_are_asked_for_by_flags(string store)
    {
        await StartAsync(store);
        await Server.DeliverAsync("mail");
        await AddAssociatedAsync();
        var (session, _, inbox) = await OpenAsync();
        const ushort neither = SyncClient.Usual & ~0x0030;
        var normal = await session.SynchronizeAsync(inbox, flags: neither | 0x0020);
        normal.Messages.Single().Subject.ShouldBe("mail");
        normal.State!.CnsetSeenFai.ShouldBeEmpty();
        var associated = await session.SynchronizeAsync(inbox, normal.State, flags: neither | 0x0010);
        associated.Messages.Single().Header.GetBoolean(PropertyTags.Associated).ShouldBeTrue();
        (await session.SynchronizeAsync(inbox, associated.State)).Messages.ShouldBeEmpty();
        (await session.SynchronizeAsync(inbox, flags: neither)).Messages.ShouldBeEmpty();
        session.Http.Dispose();
    }

    /// <summary>3.1.5.3: what happens to messages is no change of their folder; what sums them up tells that there is something to fetch.</summary>
    [Theory]
    [MemberData(nameof(StoreServers.Names), MemberType = typeof(StoreServers))]
    public async Task A_folder_s_own_number_is_not_that_of_its_messages(string store)
    {
        await StartAsync(store);
        await Server.DeliverAsync("mail");
        var (session, logon, inbox) = await OpenAsync();
        using var mailbox = await Server.OpenMailboxAsync();
        var root = await session.OpenFolderAsync(logon, StoreKeys.Id(SpecialFolders.IdOf(SpecialFolder.IpmSubtree).Value).ToWire());
        var folders = (await session.SynchronizeAsync(root, type: SyncClient.Hierarchy, flags: 0x0001)).State!;
        PropertyTag[] tags = [PropertyTags.ChangeNumber, PropertyTags.LocalCommitTimeMax, PropertyTags.DeletedCountTotal];
        var before = await session.PropertiesAsync(inbox, tags);
        var row = (await RowsAsync(mailbox)).Single();
        await FlagAsync(mailbox, MessageState.Flagged, row.Id);
        var changed = await session.PropertiesAsync(inbox, tags);
        changed[0].ShouldBe(before[0]);
        changed[1].AsTime().Ticks.ShouldBeGreaterThanOrEqualTo(before[1].AsTime().Ticks);
        (await mailbox.DeleteAsync(MapiServer.Inbox, [row.Id], default)).Succeeded.ShouldBeTrue();
        var deleted = await session.PropertiesAsync(inbox, tags);
        deleted[0].ShouldBe(before[0]);
        deleted[2].AsInt32().ShouldBe(before[2].AsInt32() + 1);
        (await session.SynchronizeAsync(root, folders, SyncClient.Hierarchy, 0x0001)).Folders.ShouldBeEmpty();
        session.Http.Dispose();
    }

    private static PropertyRestriction Since(DateTimeOffset time) =>
        new(RelationalOperator.GreaterThanOrEqual, PropertyTags.MessageDeliveryTime, PropertyValue.Of(PropertyTags.MessageDeliveryTime, FileTime.From(time)));

    private static async Task<ClientState> CheckpointAsync(RopSession session, uint context)
    {
        var (_, handle) = await session.OpenAsync<Mapi.Rops.PlainResponse>(Mapi.Rops.RopId.SynchronizationGetTransferState, new Mapi.Rops.RopSynchronizationGetTransferState.Request(), context);
        return SyncClient.Read(await session.DownloadAsync(handle)).State!;
    }

    private async Task AddAssociatedAsync()
    {
        using var mailbox = await Server.OpenMailboxAsync();
        var message = new PropertyMessage();
        message.Properties.Set(PropertyValue.Of(PropertyTags.MessageClass, "IPM.Configuration.Test"));
        var prepared = await Server.Store.PreparePropertiesAsync(message, default);
        (await mailbox.AppendAsync(MapiServer.Inbox, prepared, AppendOptions.Default with { State = MessageState.Associated }, default)).Succeeded.ShouldBeTrue();
    }

    private static async Task<List<MessageRow>> RowsAsync(MailboxSession mailbox)
    {
        var listed = await mailbox.ListAsync(MapiServer.Inbox, s => (s & (MessageState.SoftDeleted | MessageState.Associated)) == 0, default);
        var rows = await mailbox.ReadRowsAsync(MapiServer.Inbox, listed.Value.Select(e => e.Id).ToArray(), default);
        return [.. rows.Value.Select(r => r!)];
    }

    private static Task FlagAsync(MailboxSession mailbox, MessageState state, params MessageId[] messages) =>
        mailbox.ChangeFlagsAsync(MapiServer.Inbox, messages, new FlagChange(state, MessageState.None, [], [], false), default).AsTask();
}
