using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Client.Sync;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Tests.Sync;

/// <summary>What clients download of a message that holds versions in conflict. [MS-OXCFXICS] 3.1.5.6.2.1.</summary>
public sealed class ConflictVersionTests : IAsyncLifetime
{
    private const int InConflict = 0x800;
    private const uint Eid = 0x1, Cn = 0x4;
    private static readonly FileTime s_late = new(long.MaxValue / 2);

    private MapiServer Server { get; set; } = null!;

    public async Task InitializeAsync() => Server = await MapiServer.StartAsync(converter: MapiServer.MailConverter);

    public async Task DisposeAsync() => await Server.DisposeAsync();

    /// <summary>The client's version wins over one that was made on the server, which is flagged and has a category.</summary>
    private static async Task<MessageRow> ConflictAsync(UploadSession client)
    {
        var id = client.FirstId;
        (await client.BringAsync(client.Version(id, 1), "first")).ShouldBe(ErrorCode.Success);
        await ChangeOnlineAsync(client, "server's", PropertyValue.Of(PropertyTags.FlagStatus, 2));
        var before = (await client.RowAsync(id))!;
        (await client.BringAsync(client.Version(id, 2, s_late), "client's", 0, PropertyValue.Of(PropertyTags.Importance, 2))).ShouldBe(ErrorCode.Success);
        (await client.RowAsync(id))!.Status.ShouldBe(InConflict);
        return before;
    }

    private static async Task ChangeOnlineAsync(UploadSession client, string subject, params PropertyValue[] more)
    {
        var handle = await client.Session.OpenAsync(client.Logon, client.Response.FolderIds[4], new StoreId(1, client.FirstId).ToWire(), 0x01);
        await client.Session.SetAsync(handle, [PropertyValue.Of(PropertyTags.Subject, subject), .. more]);
        await client.Session.SaveAsync(handle);
        await client.Session.ReleaseAsync(handle);
    }

    [Fact]
    public async Task Each_version_comes_as_a_message_and_the_one_that_holds_them_does_not()
    {
        using var client = await UploadSession.OpenAsync(Server);
        var before = await ConflictAsync(client);
        var result = await client.Session.SynchronizeAsync(client.Inbox, extra: Eid | Cn);
        result.Messages.Select(m => m.Subject).ShouldBe(["server's", "client's"]);
        result.Messages.Select(m => m.Mid).ShouldBe([client.FirstId, client.FirstId]);
        result.Messages.ShouldAllBe(m => m.Attachments.Count == 0 && m.Properties.GetInt32(PropertyTags.MessageStatus) == 0 && !m.Properties.GetBoolean(PropertyTags.HasAttachments));
        // Each is what it was: its change, what it includes, its marks, its number.
        result.Messages.Select(m => m.Header.GetBinary(PropertyTags.ChangeKey)).ShouldBe([StoreKeys.ChangeKeyOf(client.Mailbox.Header, before.ChangeKey, before.Cn), client.Change(2)]);
        result.Messages.Select(m => m.Header.GetBinary(PropertyTags.PredecessorChangeList)).ShouldBe([client.ListOf(before), client.List(2)]);
        result.Messages.Select(m => m.Properties.GetInt32(PropertyTags.FlagStatus)).ShouldBe([2, 0]);
        result.Messages.Select(m => m.Properties.GetInt32(PropertyTags.Importance, 1)).ShouldBe([1, 2]);
        result.Messages.Select(m => m.Header.GetTime(PropertyTags.LastModificationTime)).ShouldBe([before.Modified, s_late]);
        var now = (await client.RowAsync(client.FirstId))!;
        result.Messages.Select(m => (long)StoreId.FromWire((ulong)m.Header.Get(PropertyTags.ChangeNumber).AsInt64()).Counter).ShouldBe([before.Cn, now.Cn]);
        // 3.1.5.6.2: the merge of the two, and no more: a client that makes the same of them has what the server has.
        var merged = PredecessorChangeList.Parse(client.ListOf(before))!;
        merged.Merge(PredecessorChangeList.Parse(client.List(2))!);
        client.ListOf(now).ShouldBe(merged.ToArray());
        (await client.Session.SynchronizeAsync(client.Inbox, result.State)).Messages.ShouldBeEmpty();
    }

    [Fact]
    public async Task Headers_alone_come_for_each_version_too()
    {
        using var client = await UploadSession.OpenAsync(Server);
        await ConflictAsync(client);
        var result = await client.Session.SynchronizeAsync(client.Inbox, flags: SyncClient.Usual | 0x0080, tags: [PropertyTags.Subject, PropertyTags.Importance]);
        result.Messages.Select(m => m.Subject).ShouldBe(["server's", "client's"]);
        result.Messages.Select(m => m.Properties.GetInt32(PropertyTags.Importance, 1)).ShouldBe([1, 2]);
        result.Messages.ShouldAllBe(m => m.Properties.GetString(PropertyTags.Body) == null);
    }

    [Fact]
    public async Task Three_versions_come_with_the_numbers_they_had()
    {
        using var client = await UploadSession.OpenAsync(Server);
        var first = await ConflictAsync(client);
        var second = (await client.RowAsync(client.FirstId))!;
        client.BecomeAnother();
        (await client.BringAsync(client.Version(client.FirstId, 3), "too late")).ShouldBe(ErrorCode.Success);
        var third = (await client.RowAsync(client.FirstId))!;
        var result = await client.Session.SynchronizeAsync(client.Inbox);
        result.Messages.Select(m => m.Subject).ShouldBe(["server's", "client's", "too late"]);
        result.Messages.Select(m => (long)StoreId.FromWire((ulong)m.Header.Get(PropertyTags.ChangeNumber).AsInt64()).Counter).ShouldBe([first.Cn, second.Cn, third.Cn]);
    }

    [Fact]
    public async Task Who_resolves_the_conflict_ends_it()
    {
        using var client = await UploadSession.OpenAsync(Server);
        await ConflictAsync(client);
        var holding = (await client.RowAsync(client.FirstId))!;
        (await client.BringAsync(client.Version(client.FirstId, 3, s_late, client.ListOf(holding)), "both")).ShouldBe(ErrorCode.Success);
        var row = (await client.RowAsync(client.FirstId))!;
        row.Status.ShouldBe(0);
        row.ChangeKey.ShouldBe(client.Change(3));
        var message = (await client.Session.SynchronizeAsync(client.Inbox)).Messages.ShouldHaveSingleItem();
        message.Subject.ShouldBe("both");
        message.Attachments.ShouldBeEmpty();
    }

    /// <summary>What somebody made of it since is a version that no attachment has.</summary>
    [Fact]
    public async Task A_message_that_was_changed_since_comes_whole()
    {
        using var client = await UploadSession.OpenAsync(Server);
        await ConflictAsync(client);
        await ChangeOnlineAsync(client, "changed since");
        var message = (await client.Session.SynchronizeAsync(client.Inbox)).Messages.ShouldHaveSingleItem();
        message.Subject.ShouldBe("changed since");
        message.Attachments.Count.ShouldBe(2);
        message.Properties.GetInt32(PropertyTags.MessageStatus).ShouldBe(InConflict);
        // It takes part in the next conflict with what it is now.
        (await client.BringAsync(client.Version(client.FirstId, 4), "fourth")).ShouldBe(ErrorCode.Success);
        // What was changed since includes both that were there: they are kept, and no versions in conflict any more.
        message = (await client.Session.SynchronizeAsync(client.Inbox)).Messages.ShouldHaveSingleItem();
        message.Attachments.Count.ShouldBe(4);
        message.Properties.GetInt32(PropertyTags.MessageStatus).ShouldBe(InConflict);
    }

    [Fact]
    public async Task Marks_set_afterwards_are_not_lost()
    {
        using var client = await UploadSession.OpenAsync(Server);
        await ConflictAsync(client);
        var row = (await client.RowAsync(client.FirstId))!;
        (await client.Mailbox.ChangeFlagsAsync(row.Folder, [row.Id], new FlagChange(MessageState.Flagged, 0, [], [], false), default)).Succeeded.ShouldBeTrue();
        var message = (await client.Session.SynchronizeAsync(client.Inbox)).Messages.ShouldHaveSingleItem();
        message.Subject.ShouldBe("client's");
        message.Properties.GetInt32(PropertyTags.FlagStatus).ShouldBe(2);
    }

    /// <summary>The content still says what the row does not any more: whoever gets the versions one by one had the mark again.</summary>
    [Fact]
    public async Task A_mark_that_was_taken_away_is_not_in_the_server_s_version()
    {
        using var client = await UploadSession.OpenAsync(Server);
        PropertyValue[] marks = [PropertyValue.Of(PropertyTags.FlagStatus, 2), PropertyValue.Of(PropertyTags.LastVerbExecuted, 102)];
        (await client.BringAsync(client.Version(client.FirstId, 1), "marked", 0, marks)).ShouldBe(ErrorCode.Success);
        var row = (await client.RowAsync(client.FirstId))!;
        const MessageState both = MessageState.Flagged | MessageState.Answered;
        (row.State & both).ShouldBe(both);
        (await client.Mailbox.ChangeFlagsAsync(row.Folder, [row.Id], new FlagChange(0, both, [], [], false), default)).Succeeded.ShouldBeTrue();
        (await client.BringAsync(client.Version(client.FirstId, 2), "client's", 0, marks)).ShouldBe(ErrorCode.Success);
        var versions = (await client.Session.SynchronizeAsync(client.Inbox)).Messages;
        versions.Select(v => (v.Subject, v.Properties.GetInt32(PropertyTags.FlagStatus), v.Properties.GetInt32(PropertyTags.LastVerbExecuted)))
            .ShouldBe([("marked", 0, 0), ("client's", 2, 102)], ignoreOrder: true);
        // What the message itself shows is the server's version, which was made later.
        ((await client.RowAsync(client.FirstId))!.State & both).ShouldBe(MessageState.None);
    }
}
