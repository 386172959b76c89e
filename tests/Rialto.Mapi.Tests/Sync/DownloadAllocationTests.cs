using System.Buffers;
using System.Globalization;
using System.Text;
using Rialto.Mapi.FastTransfer;
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sessions;
using Rialto.Mapi.Sync.Download;
using Rialto.Mapi.Sync.State;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;
using Rialto.Store;
using Xunit.Abstractions;

namespace Rialto.Mapi.Tests.Sync;

/// <summary>What a download takes from the heap for a message: a budget, so that nobody spends more without seeing it.</summary>
public class DownloadAllocationTests(ITestOutputHelper output)
{
    private const int Messages = 400;

    [Theory]
    [InlineData(false, 20_000)]
    [InlineData(true, 1_800)]
    public async Task A_message_of_a_download_allocates_no_more_than_its_share(bool headersOnly, int budget)
    {
        await using var server = await MapiServer.StartAsync(converter: MapiServer.MailConverter);
        var text = string.Concat(Enumerable.Repeat("A line of a message that says nothing in particular, at some length.\r\n", 64));
        using var mailbox = await server.OpenMailboxAsync();
        for (var i = 0; i < Messages; i++)
        {
            var mime = string.Create(CultureInfo.InvariantCulture, $"Message-ID: <{i}@example.com>\r\nFrom: Sender <s@example.com>\r\nTo: user1@example.com\r\nSubject: mail {i}\r\n\r\n{text}");
            var prepared = await server.Store.PrepareMimeAsync(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(mime)), default);
            (await mailbox.AppendAsync(MapiServer.Inbox, prepared, AppendOptions.Default, default)).Succeeded.ShouldBeTrue();
        }
        var logon = new LogonObject(server.Service, mailbox, server.User(1), 0, new ClientLocale(1252, 1033, 1033));
        await logon.LoadAsync(default);
        PropertyTag[] tags = [PropertyTags.Subject, PropertyTags.SenderName, PropertyTags.MessageDeliveryTime, PropertyTags.MessageFlags];
        var options = new SyncOptions(
            SynchronizationFlags.Unicode | SynchronizationFlags.Normal | SynchronizationFlags.Fai | SynchronizationFlags.ReadState | (headersOnly ? SynchronizationFlags.OnlySpecifiedProperties : 0),
            SynchronizationExtraFlags.Eid | SynchronizationExtraFlags.Cn, SendOptions.Unicode, null, headersOnly ? FxFilter.Only(tags) : FxFilter.None);
        var least = long.MaxValue;
        for (var round = 0; round < 4; round++)
        {
            using var download = new FxDownload(new ContentsProducer(logon, MapiServer.Inbox, new SyncState(), options), FxStrings.Unicode, Encoding.Latin1, mailbox.GetPropertyName);
            long bytes = 0;
            var before = GC.GetAllocatedBytesForCurrentThread();
            while (!download.IsDone)
            {
                var read = download.ReadAsync(0x7000, default);
                // Everything is in memory, and made in its turn: nothing goes to another thread, whose allocations would not be seen.
                read.IsCompletedSuccessfully.ShouldBeTrue();
                var (error, portion) = await read;
                error.ShouldBe(ErrorCode.Success);
                bytes += portion.Length;
            }
            least = Math.Min(least, (GC.GetAllocatedBytesForCurrentThread() - before) / Messages);
            bytes.ShouldBeGreaterThan(Messages * (headersOnly ? 200 : 9_000));
        }
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{least} bytes a message"));
        least.ShouldBeLessThan(budget);
    }
}
