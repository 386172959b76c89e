using Rialto.Mapi.FastTransfer;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Mapi.Tests.Sync;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Tests.FastTransfer;

/// <summary>CopyFlags and SendOptions of each operation that configures a download. [MS-OXCFXICS] 2.2.3.1.1.1-2.2.3.1.1.4, 3.2.5.8.1.1-3.2.5.8.1.4.</summary>
public class CopyFlagTests
{
    private const uint BestBodyOfCopyTo = 0x2000;
    private const byte Move = 0x01, BestBodyOfMessages = 0x10, CopySubfolders = 0x10, SendEntryId = 0x20, NoGhostedContent = 0x20, RecoverMode = 0x04;

    private static async Task<List<FxElement>> CopyAsync(RopSession session, uint source, RopId id, RopOpenRequest request) =>
        await session.DownloadAsync((await session.OpenAsync<PlainResponse>(id, request, source)).Handle);

    private static List<ushort> BodiesOf(IEnumerable<FxElement> elements) => Bodies.Of(elements.Where(e => !e.IsMarker).Select(e => e.Value));

    private static List<FxMarker> Markers(IEnumerable<FxElement> elements) => [.. elements.Where(e => e.IsMarker).Select(e => e.Marker)];

    [Fact]
    public async Task The_best_body_alone_goes_where_it_is_wanted()
    {
        await using var server = await MapiServer.StartAsync(converter: MapiServer.MailConverter);
        var message = Bodies.Message();
        message.Attachments.Add(new PropertyAttachment { Embedded = Bodies.Message() });
        message.Attachments[0].Properties.Set(PropertyValue.Of(PropertyTags.AttachMethod, 5));
        await server.PutAsync(message);
        var (session, logon, handle) = await server.LogonAsync();
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        var (table, _) = await session.ContentsTableAsync(inbox);
        var mid = (ulong)(await session.RowsAsync(table, [PropertyTags.Mid]))[0][0].AsInt64();
        var (_, opened) = await session.OpenMessageAsync(handle, logon.FolderIds[4], mid);
        ushort[] both = [PropertyIds.Body, PropertyIds.Body, PropertyIds.Html, PropertyIds.Html], html = [PropertyIds.Html, PropertyIds.Html];
        BodiesOf(await CopyAsync(session, opened, RopId.FastTransferSourceCopyTo, new RopFastTransferSourceCopyTo.Request { SendOptions = 1 })).ShouldBe(both);
        BodiesOf(await CopyAsync(session, opened, RopId.FastTransferSourceCopyTo, new RopFastTransferSourceCopyTo.Request { SendOptions = 1, CopyFlags = BestBodyOfCopyTo })).ShouldBe(html);
        BodiesOf(await CopyAsync(session, inbox, RopId.FastTransferSourceCopyTo, new RopFastTransferSourceCopyTo.Request { SendOptions = 1, CopyFlags = BestBodyOfCopyTo })).ShouldBe(html);
        BodiesOf(await CopyAsync(session, inbox, RopId.FastTransferSourceCopyMessages, new RopFastTransferSourceCopyMessages.Request { SendOptions = 1, MessageIds = [mid] })).ShouldBe(both);
        BodiesOf(await CopyAsync(
            session, inbox, RopId.FastTransferSourceCopyMessages, new RopFastTransferSourceCopyMessages.Request { SendOptions = 1, MessageIds = [mid], CopyFlags = BestBodyOfMessages })).ShouldBe(html);
        // 2.2.3.1.1.4: not when folders are copied. What is asked for by name goes.
        BodiesOf(await CopyAsync(session, inbox, RopId.FastTransferSourceCopyFolder, new RopFastTransferSourceCopyFolder.Request { SendOptions = 1 })).ShouldBe(both);
        BodiesOf(await CopyAsync(
            session, opened, RopId.FastTransferSourceCopyProperties, new RopFastTransferSourceCopyProperties.Request { SendOptions = 1, Level = 1, PropertyTags = [PropertyTags.Body] })).ShouldBe([PropertyIds.Body]);
        session.Dispose();
    }

    [Fact]
    public async Task Identity_goes_where_it_is_wanted()
    {
        await using var server = await MapiServer.StartAsync();
        await server.DeliverAsync("mail");
        var (session, logon, handle) = await server.LogonAsync();
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        var (table, _) = await session.ContentsTableAsync(inbox);
        var mid = (ulong)(await session.RowsAsync(table, [PropertyTags.Mid]))[0][0].AsInt64();
        foreach (var flags in new byte[] { 0, SendEntryId })
        {
            var elements = await CopyAsync(session, inbox, RopId.FastTransferSourceCopyMessages, new RopFastTransferSourceCopyMessages.Request { SendOptions = 1, MessageIds = [mid], CopyFlags = flags });
            foreach (var tag in new[] { PropertyTags.SourceKey, PropertyTags.ChangeKey, PropertyTags.PredecessorChangeList, PropertyTags.OriginalEntryId, PropertyTags.LastModificationTime })
                elements.Count(e => e.Tag == tag.Value).ShouldBe(flags == 0 ? 0 : 1);
        }
        session.Dispose();
    }

    /// <summary>What a user may read and not delete is copied, and does not take part in a move.</summary>
    [Fact]
    public async Task A_move_leaves_out_what_its_user_may_not_delete()
    {
        await using var server = await MapiServer.StartAsync();
        await server.DeliverAsync("shared", user: 3);
        using var mailbox = await server.OpenMailboxAsync(3);
        var below = (await mailbox.CreateFolderAsync(MapiServer.Inbox, new NewFolder("below"), default)).Value;
        foreach (var id in new[] { MapiServer.Inbox, below.Id })
        {
            (await mailbox.UpdateFolderAsync(
                id, f => f with { Permissions = f.Permissions.Add(new FolderPermission(server.User(2).Id, FolderRights.ReadAny | FolderRights.FolderVisible)) }, default)).Succeeded.ShouldBeTrue();
        }
        var (session, _, _) = await server.LogonAsync(2);
        var (logon, handle) = await session.LogonAsync(server.User(3).LegacyExchangeDn);
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        var (table, _) = await session.ContentsTableAsync(inbox);
        var mid = (ulong)(await session.RowsAsync(table, [PropertyTags.Mid]))[0][0].AsInt64();
        foreach (var flags in new byte[] { 0, Move })
        {
            var messages = await CopyAsync(session, inbox, RopId.FastTransferSourceCopyMessages, new RopFastTransferSourceCopyMessages.Request { SendOptions = 1, MessageIds = [mid], CopyFlags = flags });
            Markers(messages).ShouldBe(flags == 0 ? [FxMarker.StartMessage, FxMarker.EndMessage] : []);
            messages.Any(e => e.Tag == FxTags.EcWarning).ShouldBe(flags == Move);
            var folder = Markers(await CopyAsync(session, inbox, RopId.FastTransferSourceCopyFolder, new RopFastTransferSourceCopyFolder.Request { SendOptions = 1, CopyFlags = (byte)(flags | CopySubfolders) }));
            folder.Contains(FxMarker.StartSubFld).ShouldBe(flags == 0);
            folder.Contains(FxMarker.StartMessage).ShouldBe(flags == 0);
        }
        session.Dispose();
    }

    [Fact]
    public async Task Folders_below_go_with_a_copy_that_says_so_and_with_a_move()
    {
        await using var server = await MapiServer.StartAsync();
        using var mailbox = await server.OpenMailboxAsync();
        await mailbox.CreateFolderAsync(MapiServer.Inbox, new NewFolder("below"), default);
        var (session, logon, handle) = await server.LogonAsync();
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        // Nothing here is a ghost of what is elsewhere: NoGhostedContent has nothing to leave out.
        foreach (var (flags, goes) in new (byte, bool)[] { (0, false), (CopySubfolders, true), (Move, true), (NoGhostedContent, false), (CopySubfolders | NoGhostedContent, true), (0x0E, false) })
            Markers(await CopyAsync(session, inbox, RopId.FastTransferSourceCopyFolder, new RopFastTransferSourceCopyFolder.Request { SendOptions = 1, CopyFlags = flags })).Contains(FxMarker.StartSubFld).ShouldBe(goes);
        session.Dispose();
    }

    [Fact]
    public async Task Unknown_flags_fail_and_unused_ones_do_not()
    {
        await using var server = await MapiServer.StartAsync();
        var (session, logon, handle) = await server.LogonAsync();
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        foreach (var unknown in new byte[] { 0x40, 0x80 })
        {
            (await TryAsync(RopId.FastTransferSourceCopyMessages, new RopFastTransferSourceCopyMessages.Request { CopyFlags = unknown })).ShouldBe(ErrorCode.InvalidParameter);
            (await TryAsync(RopId.FastTransferSourceCopyFolder, new RopFastTransferSourceCopyFolder.Request { CopyFlags = unknown })).ShouldBe(ErrorCode.InvalidParameter);
            (await TryAsync(RopId.FastTransferSourceCopyProperties, new RopFastTransferSourceCopyProperties.Request { CopyFlags = unknown })).ShouldBe(ErrorCode.InvalidParameter);
            (await TryAsync(RopId.FastTransferSourceCopyTo, new RopFastTransferSourceCopyTo.Request { CopyFlags = unknown })).ShouldBe(ErrorCode.InvalidParameter);
        }
        foreach (var unused in new byte[] { 0x02, 0x04, 0x08 })
        {
            (await TryAsync(RopId.FastTransferSourceCopyMessages, new RopFastTransferSourceCopyMessages.Request { CopyFlags = unused })).ShouldBe(ErrorCode.Success);
            (await TryAsync(RopId.FastTransferSourceCopyFolder, new RopFastTransferSourceCopyFolder.Request { CopyFlags = unused })).ShouldBe(ErrorCode.Success);
            (await TryAsync(RopId.FastTransferSourceCopyProperties, new RopFastTransferSourceCopyProperties.Request { CopyFlags = unused })).ShouldBe(ErrorCode.Success);
            (await TryAsync(RopId.FastTransferSourceCopyTo, new RopFastTransferSourceCopyTo.Request { CopyFlags = unused })).ShouldBe(ErrorCode.Success);
        }
        // Of SendOptions bit 7 alone is unknown; the two reserved ones are passed over.
        foreach (var (options, expected) in new (byte, ErrorCode)[] { (0x80, ErrorCode.InvalidParameter), (0x61, ErrorCode.Success) })
        {
            (await TryAsync(RopId.FastTransferSourceCopyMessages, new RopFastTransferSourceCopyMessages.Request { SendOptions = options })).ShouldBe(expected);
            (await TryAsync(RopId.FastTransferSourceCopyFolder, new RopFastTransferSourceCopyFolder.Request { SendOptions = options })).ShouldBe(expected);
            (await TryAsync(RopId.FastTransferSourceCopyProperties, new RopFastTransferSourceCopyProperties.Request { SendOptions = options })).ShouldBe(expected);
            (await TryAsync(RopId.FastTransferSourceCopyTo, new RopFastTransferSourceCopyTo.Request { SendOptions = options })).ShouldBe(expected);
        }
        session.Dispose();

        Task<ErrorCode> TryAsync(RopId id, RopRequest request) => session.TryAsync(id, request, inbox);
    }

    /// <summary>3.2.5.8.1.1 RecoverMode: a message that cannot be read is told of, and the others go.</summary>
    [Fact]
    public async Task A_copy_that_recovers_passes_over_what_cannot_be_read()
    {
        await using var server = await MapiServer.StartAsync(converter: new FailingConverter { Fails = "broken" });
        foreach (var subject in new[] { "first", "broken", "last" })
            await server.DeliverAsync(subject);
        var (session, logon, handle) = await server.LogonAsync();
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        foreach (var id in new[] { RopId.FastTransferSourceCopyTo, RopId.FastTransferSourceCopyFolder })
        {
            var elements = await CopyAsync(session, inbox, id, Request(id, RecoverMode | 1));
            Markers(elements).Where(m => m is FxMarker.StartMessage or FxMarker.FXErrorInfo).Order().ShouldBe(new[] { FxMarker.StartMessage, FxMarker.StartMessage, FxMarker.FXErrorInfo }.Order());
            (await Should.ThrowAsync<RopException>(() => CopyAsync(session, inbox, id, Request(id, 1)))).Code.ShouldBe(ErrorCode.GeneralFailure);
        }
        session.Dispose();

        static RopOpenRequest Request(RopId id, byte options) => id == RopId.FastTransferSourceCopyTo
            ? new RopFastTransferSourceCopyTo.Request { SendOptions = options }
            : new RopFastTransferSourceCopyFolder.Request { SendOptions = options };
    }

    /// <summary>2.2.3.1.1.1.1: deleted messages are in no scope; nothing opens a folder so that it shows them.</summary>
    [Fact]
    public async Task Deleted_messages_are_not_copied()
    {
        await using var server = await MapiServer.StartAsync();
        var gone = await server.DeliverAsync("gone");
        await server.DeliverAsync("there");
        using var mailbox = await server.OpenMailboxAsync();
        (await mailbox.SoftDeleteAsync(MapiServer.Inbox, [gone.Id], default)).Succeeded.ShouldBeTrue();
        var (session, logon, handle) = await server.LogonAsync();
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        var elements = await CopyAsync(session, inbox, RopId.FastTransferSourceCopyTo, new RopFastTransferSourceCopyTo.Request { SendOptions = 1 });
        elements.Where(e => e.Tag == PropertyTags.Subject.Value).Select(e => e.Value.AsString()).ShouldBe(["there"]);
        session.Dispose();
    }

    /// <summary>2.2.4.3.20: what a message has not, and what could not be said of it, is left out.</summary>
    [Fact]
    public async Task Properties_that_are_not_there_are_not_in_the_stream()
    {
        await using var server = await MapiServer.StartAsync();
        var (session, logon, handle) = await server.LogonAsync();
        var message = await session.CreateMessageAsync(handle, logon.FolderIds[4]);
        await session.SetAsync(message, PropertyValue.Of(PropertyTags.Subject, "x"));
        await session.SaveAsync(message);
        var elements = await CopyAsync(session, message, RopId.FastTransferSourceCopyProperties, new RopFastTransferSourceCopyProperties.Request
        {
            SendOptions = 1, Level = 1, PropertyTags = [PropertyTags.Subject, PropertyTags.InternetReferences, PropertyTags.AttachDataBinary],
        });
        elements.ShouldHaveSingleItem().Tag.ShouldBe(PropertyTags.Subject.Value);
        session.Dispose();
    }
}
