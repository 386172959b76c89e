using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;

namespace Rialto.Mapi.Tests.Rops;

/// <summary>[MS-OXCROPS] 2.2.15.2, 3.2.4.2: a mailbox that has too much to do asks its clients to wait.</summary>
public class BackoffTests
{
    private static readonly PropertyTag[] s_tags = [PropertyTags.DisplayName];

    [Fact]
    public async Task A_crowded_mailbox_asks_to_wait_and_does_nothing_of_what_follows()
    {
        var most = 256;
        await using var server = await MapiServer.StartAsync(o => o.RequestBackoff = TimeSpan.FromMilliseconds(700));
        var (session, logon, handle) = await server.LogonAsync();
        server.Service.Options.MaximumRequestsPerMailbox = 0;
        var properties = new RopGetPropertiesSpecific.Request { WantUnicode = 1, PropertyTags = s_tags };
        var create = new RopCreateFolder.Request { OutputHandleIndex = 1, FolderType = 1, UseUnicodeStrings = true, DisplayName = "Never" };
        var reply = await session.ExecuteAsync([(RopId.GetPropertiesSpecific, properties), (RopId.CreateFolder, create)], [handle, RopSession.NoHandle], s_tags);
        reply.Responses.ShouldBeEmpty();
        var backoff = reply.Backoff.ShouldNotBeNull();
        (backoff.LogonId, backoff.Duration, backoff.BackoffRopData.Length, backoff.AdditionalData.Length).ShouldBe(((byte)0, 700u, 0, 0));
        reply.Handles[0].ShouldBe(handle, "the session is as it was");

        // Giving back and logging on are never delayed; another mailbox is none of this one's business.
        await session.ReleaseAsync(handle);
        (await session.LogonAsync(server.User(1).LegacyExchangeDn)).Response.ReturnValue.ShouldBe(ErrorCode.Success);

        server.Service.Options.MaximumRequestsPerMailbox = most;
        (_, handle) = await session.LogonAsync(server.User(1).LegacyExchangeDn);
        (await session.PropertiesAsync(await session.OpenFolderAsync(handle, logon.FolderIds[4]), s_tags))[0].AsString().ShouldBe("Inbox");
        (await session.HierarchyTableAsync(await session.OpenFolderAsync(handle, logon.FolderIds[3]))).RowCount.ShouldBeGreaterThan(0);
        using var mailbox = await server.OpenMailboxAsync();
        mailbox.Folders.All.ShouldNotContain(f => f.Name == "Never");
        session.Http.Dispose();
    }

    [Fact]
    public async Task What_came_before_the_delay_is_answered()
    {
        await using var server = await MapiServer.StartAsync(o => o.MaximumRequestsPerMailbox = 1);
        var (session, logon, handle) = await server.LogonAsync();
        // One request works on the first mailbox; the other one's logon, in the same request, finds room of its own.
        var other = new RopLogon.Request { LogonId = 1, LogonFlags = RopLogon.LogonFlag.Private, OpenFlags = RopLogon.OpenFlag.UsePerMdbReplidMapping, Essdn = server.User(1).LegacyExchangeDn };
        var open = new RopOpenFolder.Request { OutputHandleIndex = 2, FolderId = logon.FolderIds[4] };
        var reply = await session.ExecuteAsync([(RopId.Logon, Into(other, 1)), (RopId.OpenFolder, open)], [handle, RopSession.NoHandle, RopSession.NoHandle]);
        reply.Backoff.ShouldBeNull();
        reply.Responses.Count.ShouldBe(2);
        server.Service.Work.TryEnter(server.User(1).MailboxGuid).ShouldBeTrue("the request is over");
        server.Service.Work.TryEnter(server.User(1).MailboxGuid).ShouldBeFalse();
        (await session.ExecuteAsync([(RopId.OpenFolder, open)], [handle, RopSession.NoHandle, RopSession.NoHandle])).Backoff.ShouldNotBeNull();
        server.Service.Work.Leave(server.User(1).MailboxGuid);
        (await session.ExecuteAsync([(RopId.OpenFolder, open)], [handle, RopSession.NoHandle, RopSession.NoHandle])).Backoff.ShouldBeNull();
        session.Http.Dispose();
    }

    private static RopLogon.Request Into(RopLogon.Request request, byte index)
    {
        request.InputHandleIndex = index;
        return request;
    }
}
