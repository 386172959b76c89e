using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;

namespace Rialto.Mapi.Tests.Rops;

/// <summary>What a saving costs the store: one change, which may be asked about once.</summary>
public class SaveCostTests
{
    [Fact]
    public async Task A_saving_is_one_change_and_reads_no_content()
    {
        await using var server = await MapiServer.StartAsync();
        var (session, logon, handle) = await server.LogonAsync();
        using var mailbox = await server.OpenMailboxAsync();
        var message = await session.CreateMessageAsync(handle, logon.FolderIds[4]);
        for (var i = 0; i < 5; i++)
        {
            var (_, attachment) = await session.CreateAttachmentAsync(message);
            await session.SetAsync(attachment, PropertyValue.Of(PropertyTags.AttachDataBinary, new byte[10_000]));
            await session.SaveAttachmentAsync(attachment);
        }
        await session.SetAsync(message, PropertyValue.Of(PropertyTags.Subject, "cost"), PropertyValue.Of(PropertyTags.Body, "body"));
        await CostsAsync(1, () => session.SaveAsync(message));
        await session.SetAsync(message, PropertyValue.Of(PropertyTags.FlagStatus, 2), PropertyValue.Of(new PropertyTag(0x6A50, PropertyType.Integer32), 1));
        await CostsAsync(1, () => session.SaveAsync(message));
        await CostsAsync(0, () => session.SaveAsync(message));
        await session.SetAsync(message, PropertyValue.Of(PropertyTags.Body, "other"));
        await CostsAsync(1, () => session.SaveAsync(message));
        session.Http.Dispose();

        async Task CostsAsync(int changes, Func<Task> save)
        {
            var before = mailbox.Sequence;
            var reads = new List<string>();
            server.Backend.OnRead = name =>
            {
                lock (reads)
                    reads.Add(name);
            };
            await save();
            server.Backend.OnRead = null;
            mailbox.Sequence.ShouldBe(before + changes);
            reads.Count(r => r == "ReadRowsAsync").ShouldBeLessThanOrEqualTo(1);
        }
    }
}
