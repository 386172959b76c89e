using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Client.Sync;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;

namespace Rialto.Mapi.Tests.Sync;

/// <summary>
/// A synchronisation that does and meets a bit of everything, broken off before each of its requests and after each, and gone on with: whatever was lost, the server has each change
/// of the client once, and the client all of the server's. [MS-OXCSYNC] 3.1.4.
/// </summary>
public class CancellationTests
{
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task A_synchronisation_goes_on_after_a_cut_at_any_point(bool checkpoints, bool losesAnswer)
    {
        var clock = new WorldClock();
        await using var server = await MapiServer.StartAsync(converter: MapiServer.MailConverter, storeTime: clock);
        var (session, logon, handle) = await server.DirectLogonAsync();
        using var connection = session;
        var inbox = logon.FolderIds[4];
        var user = new OnlineUser(session, handle, logon.FolderIds[3], inbox);
        var strategy = new SyncStrategy
        {
            Checkpoints = checkpoints, FailsOnConflict = !checkpoints, Partial = checkpoints, Buffer = 0x400, Contents = f => !f.IsFixed || f.Id == StoreId.FromWire(inbox).Counter,
        };
        for (var cut = 1; ; cut++)
        {
            await PrepareAsync(server, user, session, handle, logon);
            var replica = new LocalReplica($"r{cut}", new Guid(cut, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10), clock, TimeSpan.Zero);
            await new ReplicaClient(replica, strategy, () => server.DirectLogonAsync()).SynchronizeAsync();
            clock.Advance(TimeSpan.FromSeconds(1));
            await WorkAsync(replica, user, session, handle, logon);

            var (left, requests) = (cut, 0);
            var wasCut = false;
            try
            {
                await new ReplicaClient(replica, strategy, async () =>
                {
                    var connected = await server.DirectLogonAsync();
                    connected.Session.Interrupt = answered =>
                    {
                        requests += answered ? 0 : 1;
                        return answered == losesAnswer && --left <= 0 ? throw new CutException() : Task.CompletedTask;
                    };
                    return connected;
                }).SynchronizeAsync();
            }
            catch (CutException)
            {
                wasCut = true;
            }
            for (var round = 0; round < 4; round++)
                await new ReplicaClient(replica, strategy, () => server.DirectLogonAsync()).SynchronizeAsync();
            replica.IsDirty.ShouldBeFalse($"cut {cut}");
            var truth = await user.DescribeAsync();
            ReplicaWorld.Describe(replica).ShouldBe(truth, $"cut {cut}");
            // Each thing that the client made is there, and once.
            foreach (var made in (string[])["created here", "moved here", "deeper"])
                truth.Count(l => l.Contains(made, StringComparison.Ordinal)).ShouldBe(1, $"cut {cut}: {made}");
            truth.ShouldNotContain(l => l.Contains("deleted here", StringComparison.Ordinal) || l.Contains("folder gone", StringComparison.Ordinal), $"cut {cut}");
            truth.ShouldContain(l => l.Contains("changed here", StringComparison.Ordinal), $"cut {cut}");
            truth.ShouldContain(l => l.Contains("created there", StringComparison.Ordinal), $"cut {cut}");
            if (wasCut)
                continue;
            requests.ShouldBeGreaterThan(40);
            break;
        }
    }

    /// <summary>The mailbox as it was before the first round.</summary>
    private static async Task PrepareAsync(MapiServer server, OnlineUser user, RopSession session, uint mailbox, RopLogon.Response logon)
    {
        var root = await session.OpenFolderAsync(mailbox, logon.FolderIds[3]);
        var (table, _) = await session.HierarchyTableAsync(root);
        foreach (var row in await session.RowsAsync(table, [PropertyTags.FolderId]))
        {
            if (StoreId.FromWire((ulong)row[0].AsInt64()).Counter >= 0x400)
                await session.TryAsync(RopId.DeleteFolder, new RopDeleteFolder.Request { DeleteFolderFlags = 0x15, FolderId = (ulong)row[0].AsInt64() }, root);
        }
        var inbox = await session.OpenFolderAsync(mailbox, logon.FolderIds[4]);
        await session.CallAsync<PartialResponse>(RopId.HardDeleteMessagesAndSubfolders, new RopHardDeleteMessagesAndSubfolders.Request { WantDeleteAssociated = 1 }, inbox);
        await user.CreateFolderAsync(logon.FolderIds[3], "work", _ => { });
        await user.CreateFolderAsync(logon.FolderIds[3], "folder gone", _ => { });
        foreach (var name in (string[])["change", "delete", "move", "read", "theirs", "both"])
            await server.DeliverAsync(name);
        await session.ReleaseAsync(table, root, inbox);
    }

    private static async Task WorkAsync(LocalReplica replica, OnlineUser user, RopSession session, uint mailbox, RopLogon.Response logon)
    {
        var inbox = replica.Folders.Values.Single(f => f.Name == "Inbox");
        var work = replica.Folders.Values.Single(f => f.Name == "work");
        replica.Create(inbox, "created here", "body", isAssociated: false);
        replica.Create(work, "beside", "body", isAssociated: true);
        replica.Change(Of("change"), c => c with { Subject = "changed here", Body = new string('x', 3000) });
        replica.Change(Of("delete"), c => c with { Subject = "deleted here" });
        replica.Delete(inbox, Of("deleted here"), isHard: true);
        replica.Change(Of("move"), c => c with { Subject = "moved here" });
        replica.Move(inbox, Of("moved here"), work);
        var read = Of("read");
        (read.IsRead, read.IsReadDirty) = (!read.IsRead, true);
        replica.Change(Of("both"), c => c with { Body = "of the client" });
        var made = replica.CreateFolder(work.Id, "deeper");
        replica.Move(inbox, replica.Create(inbox, "deleted here", "body", isAssociated: false), made);
        replica.Delete(made, made.Messages.Values.Single(), isHard: false);
        replica.DeleteFolder(replica.Folders.Values.Single(f => f.Name == "folder gone"));

        var created = await session.CreateMessageAsync(mailbox, logon.FolderIds[4]);
        await session.SetAsync(created, PropertyValue.Of(PropertyTags.Subject, "created there"), PropertyValue.Of(PropertyTags.Body, "body"));
        await session.SaveAsync(created);
        var both = await session.OpenAsync(mailbox, logon.FolderIds[4], new StoreId(1, Of("both").Id).ToWire(), 0x01);
        await session.SetAsync(both, PropertyValue.Of(PropertyTags.Importance, 2));
        await session.SaveAsync(both);
        var folder = await session.OpenFolderAsync(mailbox, logon.FolderIds[4]);
        await session.CallAsync<PartialResponse>(RopId.HardDeleteMessages, new RopHardDeleteMessages.Request { MessageIds = [new StoreId(1, Of("theirs").Id).ToWire()] }, folder);
        await user.CreateFolderAsync(logon.FolderIds[3], "theirs", _ => { });
        await session.ReleaseAsync(created, both, folder);

        ReplicaMessage Of(string subject) => inbox.Messages.Values.Single(m => m.Content.Subject == subject);
    }
}
