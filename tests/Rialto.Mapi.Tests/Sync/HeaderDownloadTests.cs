using System.Text;
using Rialto.Mapi.FastTransfer;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Tests.Sync;

/// <summary>A client that synchronises headers and completes each message when its user opens it. [MS-OXCSYNC] 3.1.5.3, [MS-OXCFXICS] 2.2.3.2.1.1.1 OnlySpecifiedProperties.</summary>
public class HeaderDownloadTests
{
    private const ushort HeadersOnly = SyncClient.Usual | 0x0080;
    private static readonly PropertyTag[] s_headers = [PropertyTags.Subject, PropertyTags.MessageFlags, PropertyTags.MessageDeliveryTime, PropertyTags.MessageSize];

    [Fact]
    public async Task Headers_first_and_each_message_when_it_is_wanted()
    {
        await using var server = await MapiServer.StartAsync(converter: MapiServer.MailConverter);
        for (var i = 0; i < 5; i++)
            await server.DeliverAsync($"mail {i}", body: $"text {i}");
        var (session, logon, handle) = await server.DirectLogonAsync();
        using var connection = session;
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        var headers = await session.SynchronizeAsync(inbox, flags: HeadersOnly, tags: s_headers);
        headers.Messages.Count.ShouldBe(5);
        headers.Messages.ShouldAllBe(m => m.Properties.Count <= s_headers.Length && m.Subject != null);

        // Each is completed by itself; what comes is what a whole download would have brought.
        var whole = (await session.SynchronizeAsync(inbox)).Messages.ToDictionary(m => m.Mid);
        foreach (var header in headers.Messages)
        {
            var completed = await CompleteAsync(session, inbox, header.Mid);
            completed.Single(e => e.Tag == PropertyTags.Body.Value).Value.AsString().ShouldBe(whole[header.Mid].Properties.GetString(PropertyTags.Body));
            completed.Single(e => e.Tag == PropertyTags.Subject.Value).Value.AsString().ShouldBe(header.Subject);
        }

        // What the client knows by its header it knows: only what changes comes again, as a header.
        (await session.SynchronizeAsync(inbox, headers.State, flags: HeadersOnly, tags: s_headers)).Messages.ShouldBeEmpty();
        using var mailbox = await server.OpenMailboxAsync();
        var rows = (await mailbox.ReadRowsAsync(MapiServer.Inbox, (await mailbox.ListAsync(MapiServer.Inbox, _ => true, default)).Value.Select(e => e.Id).ToArray(), default)).Value;
        (await mailbox.UpdateAsync(MapiServer.Inbox, rows[1]!.Id, r => r with { Importance = 2 }, default)).Succeeded.ShouldBeTrue();
        (await mailbox.SoftDeleteAsync(MapiServer.Inbox, [rows[2]!.Id], default)).Succeeded.ShouldBeTrue();
        var next = await session.SynchronizeAsync(inbox, headers.State, flags: HeadersOnly, tags: s_headers);
        next.Messages.Single().Mid.ShouldBe((ulong)rows[1]!.Mid);
        next.Messages.Single().Properties.TryGet(PropertyIds.Body, out _).ShouldBeFalse();
        next.Deleted.Enumerate().ShouldBe([(ulong)rows[2]!.Mid]);

        // From headers to whole messages with the same state nothing is lost: what changes from then on is whole.
        (await mailbox.UpdateAsync(MapiServer.Inbox, rows[3]!.Id, r => r with { Importance = 2 }, default)).Succeeded.ShouldBeTrue();
        var full = await session.SynchronizeAsync(inbox, next.State);
        full.Messages.Single().Properties.GetString(PropertyTags.Body).ShouldBe(whole[(ulong)rows[3]!.Mid].Properties.GetString(PropertyTags.Body));
        full.Deleted.IsEmpty.ShouldBeTrue();

        // One that is gone when it is wanted is no message; the next synchronisation tells of its deletion, or has.
        (await CompleteAsync(session, inbox, (ulong)rows[2]!.Mid)).ShouldNotContain(e => e.Tag == PropertyTags.Subject.Value);
    }

    private static async Task<List<FxElement>> CompleteAsync(RopSession session, uint folder, ulong mid)
    {
        var (_, context) = await session.OpenAsync<PlainResponse>(
            RopId.FastTransferSourceCopyMessages, new RopFastTransferSourceCopyMessages.Request { MessageIds = [new StoreId(1, mid).ToWire()], SendOptions = 0x01 }, folder);
        var reader = new FxReader(Encoding.Latin1, int.MaxValue);
        var elements = new List<FxElement>();
        for (var isLast = false; !isLast;)
        {
            (var data, isLast) = await session.GetBufferAsync(context);
            reader.Append(data);
            while (reader.TryRead(out var element))
                elements.Add(element);
        }
        await session.ReleaseAsync(context);
        return elements;
    }
}
