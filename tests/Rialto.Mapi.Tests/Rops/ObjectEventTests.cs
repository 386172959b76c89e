using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;
using Rialto.Store;
using Flags = Rialto.Mapi.Rops.RopNotify.NotificationFlags;

namespace Rialto.Mapi.Tests.Rops;

/// <summary>[MS-OXCNOTIF] 2.2.1.1: what a subscription to the store, a folder or a message tells of each event.</summary>
public class ObjectEventTests : IAsyncLifetime
{
    private const ushort All = 0x00FE;
    private static readonly FolderId s_sent = SpecialFolders.IdOf(SpecialFolder.SentItems);

    private MapiServer _server = null!;
    private RopSession _session = null!;
    private RopLogon.Response _logon = null!;
    private MailboxSession _mailbox = null!;
    private uint _handle;

    public async Task InitializeAsync()
    {
        _server = await MapiServer.StartAsync();
        (_session, _logon, _handle) = await _server.LogonAsync();
        _mailbox = await _server.OpenMailboxAsync();
    }

    public async Task DisposeAsync()
    {
        _mailbox.Dispose();
        _session.Http.Dispose();
        await _server.DisposeAsync();
    }

    private async Task<uint> SubscribeAsync(ushort types, ulong folder = 0, ulong message = 0) => (await _session.OpenAsync<PlainResponse>(
        RopId.RegisterNotification, new RopRegisterNotification.Request { NotificationTypes = types, WantWholeStore = folder == 0, FolderId = folder, MessageId = message }, _handle)).Handle;

    private async Task<List<RopNotify.Response>> ToldAsync() => [.. (await _session.ExecuteAsync([], [])).Notifications];

    [Fact]
    public async Task Messages_tell_where_they_came_from_and_folders_their_counts()
    {
        var subscription = await SubscribeAsync(All);
        var message = await _server.DeliverAsync("a");
        var told = await ToldAsync();
        told.Select(n => n.Flags).ShouldBe([Flags.Message | Flags.ObjectCreated, Flags.Message | Flags.NewMail, Flags.ObjectModified | Flags.TotalCount | Flags.UnreadCount], ignoreOrder: true);
        told.ShouldAllBe(n => n.NotificationHandle == subscription && n.FolderId == _logon.FolderIds[4]);
        var counts = told.Single(n => (n.Flags & Flags.TotalCount) != 0);
        (counts.TotalMessageCount, counts.UnreadMessageCount).ShouldBe((1u, 1u));
        counts.Tags.ShouldBeEmpty();
        var mail = told.Single(n => (n.Flags & Flags.NewMail) != 0);
        (mail.MessageClass, mail.UnicodeFlag).ShouldBe(("IPM.Note", true));
        var mid = mail.MessageId;

        await _mailbox.CopyAsync(MapiServer.Inbox, [message.Id], s_sent, CancellationToken.None);
        var copied = (await ToldAsync()).Single(n => (n.Flags & Flags.TypeMask) == Flags.ObjectCopied);
        (copied.FolderId, copied.OldFolderId, copied.OldMessageId).ShouldBe((Ids.Of(s_sent), Ids.Of(MapiServer.Inbox), mid));
        await _mailbox.MoveAsync(MapiServer.Inbox, [message.Id], s_sent, CancellationToken.None);
        var moved = (await ToldAsync()).Single(n => (n.Flags & Flags.TypeMask) == Flags.ObjectMoved);
        (moved.FolderId, moved.OldFolderId, moved.OldMessageId).ShouldBe((Ids.Of(s_sent), Ids.Of(MapiServer.Inbox), mid));
        await _mailbox.ChangeFlagsAsync(s_sent, [message.Id], new FlagChange(MessageState.Read, 0, [], [], false), CancellationToken.None);
        (await ToldAsync()).ShouldContain(n => n.Flags == (Flags.Message | Flags.ObjectModified) && n.MessageId == moved.MessageId);
        await _mailbox.DeleteAsync(s_sent, [message.Id], CancellationToken.None);
        (await ToldAsync()).ShouldContain(n => n.Flags == (Flags.Message | Flags.ObjectDeleted) && n.MessageId == moved.MessageId);
    }

    [Fact]
    public async Task Mail_is_new_wherever_it_is_delivered_and_only_then()
    {
        await SubscribeAsync(0x0002);
        await _server.DeliverAsync("to a folder", folder: s_sent);
        (await ToldAsync()).Select(n => (n.Flags, n.FolderId)).ShouldBe([(Flags.Message | Flags.NewMail, Ids.Of(s_sent))]);
        await _server.DeliverAsync("out of sight", folder: SpecialFolders.IdOf(SpecialFolder.RecoverableItemsDeletions));
        var mime = await _server.Store.PrepareMimeAsync(new System.Buffers.ReadOnlySequence<byte>("Subject: kept\r\n\r\n"u8.ToArray()), CancellationToken.None);
        await _mailbox.AppendAsync(MapiServer.Inbox, mime, AppendOptions.Default, CancellationToken.None);
        (await ToldAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Messages_of_a_search_folder_tell_it_as_their_parent()
    {
        await _server.DeliverAsync("urgent: before");
        var (folder, search, _) = await _session.CreateFolderAsync(await _session.OpenFolderAsync(_handle, _logon.FolderIds[10]), "Urgent", type: 2);
        var criteria = new RopSetSearchCriteria.Request
        {
            RestrictionData = new ContentRestriction(FuzzyLevel.Prefix | FuzzyLevel.IgnoreCase, PropertyTags.Subject, PropertyValue.Of(PropertyTags.Subject, "urgent")),
            FolderIds = [_logon.FolderIds[4]], SearchFlags = 0x12,
        };
        await _session.CallAsync<PlainResponse>(RopId.SetSearchCriteria, criteria, search);
        (await _session.ContentsTableAsync(search)).RowCount.ShouldBe(1);
        const Flags link = Flags.Message | Flags.SearchFolder;
        await ToldAsync();
        var ofFolder = await SubscribeAsync(All, folder);
        var elsewhere = await SubscribeAsync(0x0004, Ids.Of(s_sent));
        var message = await _server.DeliverAsync("urgent: one");
        await _server.DeliverAsync("other");
        var added = await UntilAsync(n => (n.Flags & link) == link);
        (added.Flags, added.NotificationHandle, added.FolderId, added.ParentFolderId).ShouldBe((link | Flags.ObjectCreated, ofFolder, _logon.FolderIds[4], folder));
        added.NotificationHandle.ShouldNotBe(elsewhere);
        await _mailbox.ChangeFlagsAsync(MapiServer.Inbox, [message.Id], new FlagChange(MessageState.Read, 0, [], [], false), CancellationToken.None);
        (await UntilAsync(n => n.Flags == (link | Flags.ObjectModified))).ShouldSatisfyAllConditions(n => n.MessageId.ShouldBe(added.MessageId), n => n.FolderId.ShouldBe(_logon.FolderIds[4]));
        await _mailbox.MoveAsync(MapiServer.Inbox, [message.Id], s_sent, CancellationToken.None);
        (await UntilAsync(n => n.Flags == (link | Flags.ObjectDeleted))).ParentFolderId.ShouldBe(folder);
    }

    /// <summary>Search folders follow behind the commit.</summary>
    private async Task<RopNotify.Response> UntilAsync(Func<RopNotify.Response, bool> wanted)
    {
        for (var i = 0; i < 500; i++)
        {
            foreach (var told in await ToldAsync())
            {
                if (wanted(told))
                    return told;
            }
            await Task.Delay(10);
        }
        throw new TimeoutException("Nothing of the kind was told.");
    }

    [Fact]
    public async Task Folders_tell_their_parents()
    {
        await SubscribeAsync(All);
        var parent = SpecialFolders.IdOf(SpecialFolder.IpmSubtree);
        var made = (await _mailbox.CreateFolderAsync(parent, new NewFolder("one"), CancellationToken.None)).Value;
        var created = (await ToldAsync()).Single();
        (created.Flags, created.FolderId, created.ParentFolderId).ShouldBe((Flags.ObjectCreated, Ids.Of(made.Id), Ids.Of(parent)));
        await _mailbox.MoveFolderAsync(made.Id, MapiServer.Inbox, "one", CancellationToken.None);
        var moved = (await ToldAsync()).Single(n => n.Flags == Flags.ObjectMoved);
        (moved.FolderId, moved.ParentFolderId, moved.OldFolderId, moved.OldParentFolderId).ShouldBe((Ids.Of(made.Id), Ids.Of(MapiServer.Inbox), Ids.Of(made.Id), Ids.Of(parent)));
        await _mailbox.DeleteFolderAsync(made.Id, false, CancellationToken.None);
        var deleted = (await ToldAsync()).Single(n => n.Flags == Flags.ObjectDeleted);
        (deleted.FolderId, deleted.ParentFolderId).ShouldBe((Ids.Of(made.Id), Ids.Of(MapiServer.Inbox)));
    }

    [Fact]
    public async Task A_subscription_tells_of_its_folder_or_message_alone()
    {
        var watched = await _server.DeliverAsync("watched");
        var other = await _server.DeliverAsync("other");
        var ofMessage = await SubscribeAsync(All, Ids.Of(MapiServer.Inbox), Ids.OfCounter(watched.Sequence));
        var ofSent = await SubscribeAsync(0x0004, Ids.Of(s_sent));
        await _mailbox.ChangeFlagsAsync(MapiServer.Inbox, [other.Id], new FlagChange(MessageState.Read, 0, [], [], false), CancellationToken.None);
        (await ToldAsync()).ShouldBeEmpty();
        await _mailbox.ChangeFlagsAsync(MapiServer.Inbox, [watched.Id], new FlagChange(MessageState.Read, 0, [], [], false), CancellationToken.None);
        (await ToldAsync()).Single().NotificationHandle.ShouldBe(ofMessage);
        await _mailbox.CopyAsync(MapiServer.Inbox, [other.Id], s_sent, CancellationToken.None);
        (await ToldAsync()).ShouldBeEmpty();
        var mime = await _server.Store.PrepareMimeAsync(new System.Buffers.ReadOnlySequence<byte>("Subject: x\r\n\r\n"u8.ToArray()), CancellationToken.None);
        await _mailbox.AppendAsync(s_sent, mime, AppendOptions.Default, CancellationToken.None);
        (await ToldAsync()).Single().NotificationHandle.ShouldBe(ofSent);
        (await Should.ThrowAsync<RopException>(() => SubscribeAsync(0))).Code.ShouldBe(ErrorCode.InvalidParameter);
    }

    [Fact]
    public async Task New_mail_is_what_was_delivered_wherever_a_rule_puts_it()
    {
        await SubscribeAsync(0x0002);
        // Neither an associated message nor one that a client writes is mail that came.
        var beside = await _session.CreateMessageAsync(_handle, _logon.FolderIds[4], associated: true);
        await _session.SaveAsync(beside);
        var own = await _session.CreateMessageAsync(_handle, _logon.FolderIds[4]);
        await _session.SaveAsync(own);
        (await ToldAsync()).ShouldBeEmpty();
        await _server.DeliverAsync("came");
        var told = (await ToldAsync()).Single();
        told.Flags.ShouldBe(Flags.Message | Flags.NewMail);
        (told.MessageFlags & 0x09u).ShouldBe(0u, "neither read nor unsent");

        using var system = (await _server.Store.OpenAsync(_server.User(1).MailboxGuid, Principal.System, CancellationToken.None)).Value;
        var sorted = (await system.CreateFolderAsync(MapiServer.Inbox, new NewFolder("sorted"), CancellationToken.None)).Value.Id;
        var mime = await _server.Store.PrepareMimeAsync(new System.Buffers.ReadOnlySequence<byte>("Subject: sorted\r\n\r\n"u8.ToArray()), CancellationToken.None);
        await system.AppendAsync(sorted, mime, AppendOptions.Default, CancellationToken.None);
        (await ToldAsync()).Single().FolderId.ShouldBe(Ids.Of(sorted));
    }

    [Theory]
    [InlineData(0x0002)]
    [InlineData(0x0004)]
    [InlineData(0x0008)]
    [InlineData(0x0010)]
    [InlineData(0x0020)]
    [InlineData(0x0040)]
    public async Task Only_the_types_asked_for_are_told(ushort type)
    {
        await SubscribeAsync(type);
        var message = await _server.DeliverAsync("a");
        var told = await ToldAsync();
        var copied = (await _mailbox.CopyAsync(MapiServer.Inbox, [message.Id], s_sent, CancellationToken.None)).Value[0];
        await _mailbox.MoveAsync(MapiServer.Inbox, [message.Id], s_sent, CancellationToken.None);
        await _mailbox.ChangeFlagsAsync(s_sent, [copied.Id], new FlagChange(MessageState.Read, 0, [], [], false), CancellationToken.None);
        await _mailbox.DeleteAsync(s_sent, [copied.Id], CancellationToken.None);
        told.AddRange(await ToldAsync());
        told.ShouldNotBeEmpty();
        told.ShouldAllBe(n => (n.Flags & Flags.TypeMask) == (Flags)type);
    }

    [Fact]
    public async Task A_search_tells_when_it_has_found_everything()
    {
        await _server.DeliverAsync("to be found");
        await _server.DeliverAsync("other");
        await SubscribeAsync(0x0080);
        var root = await _session.OpenFolderAsync(_handle, _logon.FolderIds[10]);
        var (id, folder, _) = await _session.CreateFolderAsync(root, "Search", type: 2);
        await _session.CallAsync<PlainResponse>(RopId.SetSearchCriteria, new RopSetSearchCriteria.Request
        {
            RestrictionData = new ContentRestriction(FuzzyLevel.Substring, PropertyTags.Subject, PropertyValue.Of(PropertyTags.Subject, "found")),
            FolderIds = [_logon.FolderIds[4]],
            SearchFlags = (uint)(RopSetSearchCriteria.SearchFlag.Restart | RopSetSearchCriteria.SearchFlag.Shallow),
        }, folder);
        var (table, _) = await _session.ContentsTableAsync(folder);
        await _session.RowsAsync(table, [PropertyTags.Subject]);
        // It may have come with any response.
        List<RopNotify.Response> told = [];
        for (var i = 0; i < 200 && told.Count == 0; i++)
        {
            await ToldAsync();
            told = [.. _session.Notifications.Where(n => (n.Flags & Flags.TypeMask) == Flags.SearchCompleted)];
            if (told.Count == 0)
                await Task.Delay(25);
        }
        told.ShouldHaveSingleItem().FolderId.ShouldBe(id);
    }

    [Fact]
    public async Task What_does_not_fit_waits_behind_a_pending()
    {
        await SubscribeAsync(0x0004);
        for (var i = 0; i < 100; i++)
            await _server.DeliverAsync($"m{i}");
        _session.MaxRopOut = 600;
        var all = new List<RopNotify.Response>();
        for (var i = 0; i < 50 && all.Count < 100; i++)
        {
            var some = await ToldAsync();
            some.Count.ShouldBeInRange(1, 40);
            all.AddRange(some);
        }
        all.Select(n => n.MessageId).Distinct().Count().ShouldBe(100);
    }
}
