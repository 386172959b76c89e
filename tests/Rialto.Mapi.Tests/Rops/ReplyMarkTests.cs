using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Tests.Rops;

/// <summary>[MS-OXOMSG] 2.2.1.10, 2.2.1.14, [MS-OXOFLAG] 2.2.1: what MAPI says by properties and IMAP by flags is one thing, seen from both sides.</summary>
public sealed class ReplyMarkTests
{
    private static readonly PropertyTag[] s_marks = [PropertyTags.LastVerbExecuted, PropertyTags.IconIndex, PropertyTags.FlagStatus, PropertyTags.FollowupIcon];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Flags_set_over_imap_are_properties_over_mapi(bool asProperties)
    {
        await using var server = await MapiServer.StartAsync();
        var (session, logon, handle) = await server.LogonAsync();
        var id = await PutAsync(server, asProperties);
        using var mailbox = await server.OpenMailboxAsync();
        (await MarksAsync(session, logon, handle)).ShouldBe([null, null, null, null]);
        await FlagAsync(mailbox, id, MessageState.Answered | MessageState.Flagged, 0);
        (await MarksAsync(session, logon, handle)).ShouldBe([102, 0x105, 2, 6]);
        await FlagAsync(mailbox, id, MessageState.Forwarded, MessageState.Answered | MessageState.Flagged);
        (await MarksAsync(session, logon, handle)).ShouldBe([104, 0x106, null, null]);
        await FlagAsync(mailbox, id, 0, MessageState.Forwarded);
        (await MarksAsync(session, logon, handle)).ShouldBe([null, null, null, null]);
        session.Http.Dispose();
    }

    [Theory]
    [InlineData(103, 0x105, MessageState.Answered)]
    [InlineData(104, 0x106, MessageState.Forwarded)]
    public async Task Properties_set_over_mapi_are_flags_over_imap_until_they_are_cleared_there(int verb, int icon, MessageState state)
    {
        await using var server = await MapiServer.StartAsync();
        var (session, logon, handle) = await server.LogonAsync();
        var id = await PutAsync(server, asProperties: false);
        using var mailbox = await server.OpenMailboxAsync();
        var mid = (ulong)(await TransportTests.RowsAsync(session, handle, logon.FolderIds[4], PropertyTags.Mid))[0][0].AsInt64();
        var message = await session.OpenAsync(handle, logon.FolderIds[4], mid, mode: 1);
        await session.SetAsync(message, PropertyValue.Of(PropertyTags.LastVerbExecuted, verb), PropertyValue.Of(PropertyTags.IconIndex, icon),
            PropertyValue.Of(PropertyTags.FlagStatus, 2), PropertyValue.Of(PropertyTags.FollowupIcon, 5));
        await session.SaveAsync(message);
        (await StateAsync(mailbox, id) & MessageState.Settable).ShouldBe(state | MessageState.Flagged);
        (await MarksAsync(session, logon, handle)).ShouldBe([verb, icon, 2, 5]);

        await FlagAsync(mailbox, id, 0, state | MessageState.Flagged);
        (await MarksAsync(session, logon, handle)).ShouldBe([null, null, null, null]);
        session.Http.Dispose();
    }

    [Fact]
    public async Task A_completed_follow_up_is_kept()
    {
        await using var server = await MapiServer.StartAsync();
        var (session, logon, handle) = await server.LogonAsync();
        var id = await PutAsync(server, asProperties: false);
        using var mailbox = await server.OpenMailboxAsync();
        var mid = (ulong)(await TransportTests.RowsAsync(session, handle, logon.FolderIds[4], PropertyTags.Mid))[0][0].AsInt64();
        var message = await session.OpenAsync(handle, logon.FolderIds[4], mid, mode: 1);
        await session.SetAsync(message, PropertyValue.Of(PropertyTags.FlagStatus, 1), PropertyValue.Of(PropertyTags.FollowupIcon, 6),
            PropertyValue.Of(PropertyTags.FlagCompleteTime, new FileTime(130_000_000_000_000_000)));
        await session.SaveAsync(message);
        (await StateAsync(mailbox, id) & MessageState.Flagged).ShouldBe(MessageState.None);
        (await MarksAsync(session, logon, handle))[2..].ShouldBe([1, 6]);
        session.Http.Dispose();
    }

    private static async Task<MessageId> PutAsync(MapiServer server, bool asProperties)
    {
        if (!asProperties)
            return (await server.DeliverAsync("mail")).Id;
        var message = new PropertyMessage();
        message.Properties.Set(PropertyValue.Of(PropertyTags.Subject, "mail"));
        return (await server.PutAsync(message)).Id;
    }

    /// <summary>The marks as a table shows them, and as an open message does: the same.</summary>
    private static async Task<int?[]> MarksAsync(RopSession session, RopLogon.Response logon, uint handle)
    {
        var row = (await TransportTests.RowsAsync(session, handle, logon.FolderIds[4], [PropertyTags.Mid, .. s_marks])).ShouldHaveSingleItem();
        var (_, message) = await session.OpenMessageAsync(handle, logon.FolderIds[4], (ulong)row[0].AsInt64());
        var opened = Numbers(await session.PropertiesAsync(message, s_marks));
        await session.ReleaseAsync(message);
        Numbers(row[1..]).ShouldBe(opened);
        return opened;
    }

    private static int?[] Numbers(PropertyValue[] values) => [.. values.Select(v => v.IsError ? (int?)null : v.AsInt32())];

    private static async Task FlagAsync(MailboxSession mailbox, MessageId id, MessageState set, MessageState clear) =>
        (await mailbox.ChangeFlagsAsync(MapiServer.Inbox, [id], new FlagChange(set, clear, [], [], false), default)).Succeeded.ShouldBeTrue();

    private static async Task<MessageState> StateAsync(MailboxSession mailbox, MessageId id) =>
        (await mailbox.ReadRowsAsync(MapiServer.Inbox, new[] { id }, default)).Value[0]!.State;
}
