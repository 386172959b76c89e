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
}
