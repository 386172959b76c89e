using System.Globalization;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Client.Sync;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;
using Rialto.Store;
using Xunit.Abstractions;

namespace Rialto.Mapi.Tests.Sync;

/// <summary>What taking in a client's new message costs: nothing is looked for that cannot be there, nothing is read back that was just written.</summary>
public class ImportCostTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_new_message_asks_storage_nothing()
    {
        await using var server = await MapiServer.StartAsync(converter: MapiServer.MailConverter);
        using var client = await UploadSession.OpenAsync(server);
        (await client.BringAsync(client.Version(client.FirstId, 1), "first")).ShouldBe(ErrorCode.Success);
        (await ReadsAsync(client.FirstId + 1, 2)).ShouldBeEmpty();
        // A message that is there is found, and its row read: once by the operation that begins the import, once by the one that ends it.
        (await ReadsAsync(client.FirstId + 1, 3)).Count(r => r.StartsWith("Find", StringComparison.Ordinal)).ShouldBeLessThanOrEqualTo(2);

        async Task<List<string>> ReadsAsync(ulong id, byte number)
        {
            var reads = new List<string>();
            server.Backend.OnRead = name =>
            {
                lock (reads)
                    reads.Add(name);
            };
            (await client.BringAsync(client.Version(id, number, null, client.List((byte)(number - 1))), "mail")).ShouldBe(ErrorCode.Success);
            server.Backend.OnRead = null;
            return reads;
        }
    }

    /// <summary>The properties and the MIME form of a message of 4.5 KB of text, and what lists need of it.</summary>
    [Fact]
    public async Task A_plain_message_is_made_ready_within_its_share_of_the_heap()
    {
        await using var server = await MapiServer.StartAsync(converter: MapiServer.MailConverter);
        var text = string.Concat(Enumerable.Repeat("A line of a message that says nothing in particular, at some length.\r\n", 64));
        var least = long.MaxValue;
        for (var round = 0; round < 4; round++)
        {
            var messages = Enumerable.Range(0, 200).Select(i => Message(text + i.ToString(CultureInfo.InvariantCulture) + round.ToString(CultureInfo.InvariantCulture))).ToList();
            var before = GC.GetAllocatedBytesForCurrentThread();
            foreach (var message in messages)
            {
                var made = server.Store.PreparePropertiesAsync(message, default);
                made.IsCompletedSuccessfully.ShouldBeTrue();
                (await made).MimeSize.ShouldBeInRange(4_600, 6_000);
            }
            least = Math.Min(least, (GC.GetAllocatedBytesForCurrentThread() - before) / messages.Count);
        }
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{least} bytes a message"));
        least.ShouldBeLessThan(60_000);
    }

    private static PropertyMessage Message(string text)
    {
        var message = new PropertyMessage();
        message.Properties.Set(PropertyValue.Of(PropertyTags.MessageClass, "IPM.Note"));
        message.Properties.Set(PropertyValue.Of(PropertyTags.Subject, "changed"));
        message.Properties.Set(PropertyValue.Of(PropertyTags.Body, text));
        message.Properties.Set(PropertyValue.Of(PropertyTags.SentRepresentingName, "User 1"));
        return message;
    }
}
