using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;

namespace Rialto.Mapi.Tests.Rops;

/// <summary>[MS-OXCNOTIF]: what one session does, another hears of.</summary>
public class NotificationTests(MapiServerFixture fixture) : IClassFixture<MapiServerFixture>
{
    private MapiServer Server => fixture.Server;

    [Fact]
    public async Task New_mail_ends_the_wait_and_is_told()
    {
        var (session, logon, handle) = await Server.LogonAsync();
        var (_, subscription) = await session.OpenAsync<PlainResponse>(
            RopId.RegisterNotification, new RopRegisterNotification.Request { NotificationTypes = 0x0002 | 0x0004, WantWholeStore = true }, handle);
        using var waiter = Server.Client();
        foreach (var (name, value) in session.Http.Cookies)
            waiter.Cookies[name] = value;
        var wait = waiter.NotificationWaitAsync();
        await Server.DeliverAsync("for the watcher");
        (await wait.WaitAsync(TimeSpan.FromSeconds(20))).EventPending.ShouldBe(1u);

        var reply = await session.ExecuteAsync([], []);
        var created = reply.Notifications.Single(n => n.Flags == (RopNotify.NotificationFlags.ObjectCreated | RopNotify.NotificationFlags.Message));
        created.NotificationHandle.ShouldBe(subscription);
        created.FolderId.ShouldBe(logon.FolderIds[4]);
        var mail = reply.Notifications.Single(n => n.Flags == (RopNotify.NotificationFlags.NewMail | RopNotify.NotificationFlags.Message));
        mail.MessageClass.ShouldBe("IPM.Note");
        mail.MessageId.ShouldBe(created.MessageId);
        (await session.OpenMessageAsync(handle, mail.FolderId, mail.MessageId)).Response.Message.NormalizedSubject.ShouldBe("for the watcher");

        await session.ReleaseAsync(subscription);
        await Server.DeliverAsync("not for the watcher");
        (await session.ExecuteAsync([], [])).Notifications.ShouldBeEmpty();
        session.Http.Dispose();
    }

    [Fact]
    public async Task A_table_that_was_read_tells_that_it_changed()
    {
        var (session, logon, handle) = await Server.LogonAsync(2);
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        var (table, _) = await session.ContentsTableAsync(inbox);
        await session.RowsAsync(table, [PropertyTags.Subject]);
        await Server.DeliverAsync("one more", user: 2);
        var seen = new List<RopNotify.Response>();
        for (var i = 0; i < 50 && seen.Count == 0; i++)
        {
            seen.AddRange((await session.ExecuteAsync([], [])).Notifications);
            await Task.Delay(20);
        }
        var changed = seen.First();
        changed.NotificationHandle.ShouldBe(table);
        changed.TableEventType.ShouldBe(RopNotify.TableEvent.TableChanged);
        session.Http.Dispose();
    }
}
