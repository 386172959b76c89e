using System.Buffers;
using System.Globalization;
using System.Text;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;
using Rialto.Store;
using Rialto.Store.Backend;
using Rialto.Store.Conformance;

namespace Rialto.Mapi.Tests.Sync;

/// <summary>Messages that are made ahead of their turn: the stream is the one that is made in order, whatever meets it on the way.</summary>
public class DownloadAheadTests
{
    private const int Messages = 150;

    [Fact]
    public async Task The_stream_is_the_same_as_without()
    {
        await using var server = await FilledAsync();
        var ahead = await StreamAsync(server, 0x7000);
        server.Service.Options.DownloadAhead = 0;
        var inTurn = await StreamAsync(server, 0x7000);
        ahead.Length.ShouldBeGreaterThan(Messages * 1000);
        ahead.ShouldBe(inTurn);
        server.Service.Options.DownloadAhead = 8 * 1024;
        (await StreamAsync(server, 0x1000)).ShouldBe(inTurn);
    }

    [Fact]
    public async Task Storage_that_is_away_now_and_then_loses_and_doubles_nothing()
    {
        await using var server = await FilledAsync();
        var whole = await StreamAsync(server, 0x7000);
        var blobs = (MemoryBlobs)server.Backend.Blobs;
        var opened = 0;
        blobs.BeforeOpen = () =>
        {
            // One in seven, on whatever thread.
            if (Interlocked.Increment(ref opened) % 7 == 0)
                throw new StorageUnavailableException("away");
        };
        (await StreamAsync(server, 0x2000)).ShouldBe(whole);
        opened.ShouldBeGreaterThan(Messages);
    }

    [Fact]
    public async Task Rights_that_are_taken_away_stop_what_was_made_already()
    {
        await using var server = await FilledAsync();
        using var mailbox = await server.OpenMailboxAsync();
        var reader = new FolderPermission(server.User(2).Id, FolderRights.ReadAny | FolderRights.FolderVisible);
        (await mailbox.UpdateFolderAsync(MapiServer.Inbox, f => f with { Permissions = [.. f.Permissions, reader] }, default)).Succeeded.ShouldBeTrue();
        var (session, _, _) = await server.LogonAsync(2);
        var (logon, handle) = await session.LogonAsync(server.User(1).LegacyExchangeDn);
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        var context = await session.ConfigureAsync(inbox);
        (await session.GetBufferAsync(context, maximum: 0x1000)).Data.Length.ShouldBeGreaterThan(0);
        (await mailbox.UpdateFolderAsync(MapiServer.Inbox, f => f with { Permissions = f.Permissions.Remove(reader) }, default)).Succeeded.ShouldBeTrue();
        var error = await Should.ThrowAsync<RopException>(async () =>
        {
            for (var i = 0; i < 200; i++)
                await session.GetBufferAsync(context, maximum: 0x1000);
        });
        error.Code.ShouldBeOneOf(ErrorCode.AccessDenied, ErrorCode.NotFound);
        session.Http.Dispose();
    }

    [Fact]
    public async Task A_download_that_is_left_gives_back_what_was_made()
    {
        await using var server = await FilledAsync();
        var (session, logon, handle) = await server.LogonAsync();
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        for (var i = 0; i < 20; i++)
        {
            var context = await session.ConfigureAsync(inbox);
            await session.GetBufferAsync(context, maximum: 0x1000);
            await session.ReleaseAsync(context);
        }
        (await session.DownloadAsync(await session.ConfigureAsync(inbox))).Count.ShouldBeGreaterThan(Messages);
        session.Http.Dispose();
    }

    private static async Task<MapiServer> FilledAsync()
    {
        var server = await MapiServer.StartAsync(o => o.DownloadAhead = 96 * 1024, MapiServer.MailConverter);
        using var mailbox = await server.OpenMailboxAsync();
        for (var i = 0; i < Messages; i++)
        {
            // Short and long ones, and some that are too long to be made ahead.
            var text = string.Concat(Enumerable.Repeat("Text of a message.\r\n", i % 40 == 39 ? 4000 : i % 7 * 40));
            var mime = string.Create(CultureInfo.InvariantCulture, $"Message-ID: <{i}@example.com>\r\nFrom: Sender <s@example.com>\r\nTo: user1@example.com\r\nSubject: mail {i}\r\nX-Number: {i}\r\n\r\n{text}");
            var prepared = await server.Store.PrepareMimeAsync(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(mime)), default);
            (await mailbox.AppendAsync(MapiServer.Inbox, prepared, AppendOptions.Default, default)).Succeeded.ShouldBeTrue();
        }
        return server;
    }

    private static async Task<byte[]> StreamAsync(MapiServer server, int portion)
    {
        var (session, logon, handle) = await server.LogonAsync();
        var context = await session.ConfigureAsync(await session.OpenFolderAsync(handle, logon.FolderIds[4]));
        using var stream = new MemoryStream();
        while (true)
        {
            try
            {
                var (data, isLast) = await session.GetBufferAsync(context, maximum: portion);
                stream.Write(data);
                if (isLast)
                    break;
            }
            catch (RopException e) when (e.Code == ErrorCode.ServerBusy)
            {
                // The client asks again.
            }
        }
        session.Http.Dispose();
        return stream.ToArray();
    }
}
