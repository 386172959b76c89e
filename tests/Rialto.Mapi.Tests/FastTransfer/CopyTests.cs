using System.Text;
using Rialto.Mapi.FastTransfer;
using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Tests.FastTransfer;

/// <summary>Objects copied by streams: out of one, into another. [MS-OXCFXICS] 3.2.5.8.</summary>
[Collection(StoreServers.Collection)]
public sealed class CopyTests(StoreServers servers) : IAsyncLifetime
{
    private static readonly PropertyName s_name = new(new Guid("00062008-0000-0000-C000-000000000046"), 0x8530u);
    private static readonly PropertyName s_text = new(new Guid("00020329-0000-0000-C000-000000000046"), "X-Colour");

    private MapiServer Server { get; set; } = null!;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await Server.DisposeAsync();

    [Theory]
    [MemberData(nameof(StoreServers.Names), MemberType = typeof(StoreServers))]
    public async Task A_message_goes_into_another_with_all_that_is_in_it(string store)
    {
        Server = await servers.StartAsync(store);
        var (session, logon, handle) = await Server.LogonAsync();
        var source = await NewMessageAsync(session, handle, logon.FolderIds[4]);
        var copy = await session.CreateMessageAsync(handle, logon.FolderIds[4]);
        // Small portions: cuts fall between atoms and within values.
        var stream = await CopyToAsync(session, source, sendOptions: 0x03, size: 100);
        await UploadAsync(session, copy, 1, stream, 77);
        var mid = await session.SaveAsync(copy);
        var (opened, read) = await session.OpenMessageAsync(handle, logon.FolderIds[4], mid);
        var ids = await session.NamesAsync(handle, s_name, s_text);
        PropertyTag[] tags =
        [
            PropertyTags.Subject, PropertyTags.Body, PropertyTags.Importance, new(ids[0], PropertyType.MultipleString), new(ids[1], PropertyType.String), PropertyTags.HasAttachments,
        ];
        var values = await session.PropertiesAsync(read, tags);
        values[0].AsString().ShouldBe("Grüße 日本");
        values[1].AsString().ShouldBe("text of the body");
        values[2].AsInt32().ShouldBe(2);
        values[3].AsArray<string>().ShouldBe(["one", "zwö"]);
        values[4].AsString().ShouldBe("blue");
        values[5].AsBoolean().ShouldBeTrue();
        opened.Message.RecipientRows.Select(r => r.Row!.Value.EmailAddress).ShouldBe(["b@example.com", "c@example.com"]);
        (await session.AttachmentNumbersAsync(read)).Length.ShouldBe(2);
        var first = await session.OpenAttachmentAsync(read, 0);
        (await session.StreamAsync(first, PropertyTags.AttachDataBinary)).ShouldBe(Data());
        var (_, embedded) = await session.OpenEmbeddedAsync(await session.OpenAttachmentAsync(read, 1));
        (await session.TextAsync(embedded, PropertyTags.Subject)).ShouldBe("within");
        session.Http.Dispose();
    }

    [Theory]
    [MemberData(nameof(StoreServers.Names), MemberType = typeof(StoreServers))]
    public async Task Filters_and_levels_leave_out_what_they_name(string store)
    {
        Server = await servers.StartAsync(store);
        var (session, logon, handle) = await Server.LogonAsync();
        var source = await NewMessageAsync(session, handle, logon.FolderIds[4]);
        var all = ElementsOf(await CopyToAsync(session, source));
        Markers(all).ShouldBe(
            [FxMarker.StartRecip, FxMarker.EndToRecip, FxMarker.StartRecip, FxMarker.EndToRecip, FxMarker.NewAttach, FxMarker.EndAttach, FxMarker.NewAttach, FxMarker.StartEmbed, FxMarker.EndEmbed, FxMarker.EndAttach]);
        all.Count(e => e.Tag == FxTags.FXDelProp).ShouldBe(4);
        all.ShouldNotContain(e => e.Value.Tag.Id >= 0x6600 && e.Value.Tag.Id <= 0x67FF);
        var without = ElementsOf(await CopyToAsync(session, source, tags: [PropertyTags.Subject, new PropertyTag(FxTags.MessageAttachments)]));
        without.ShouldNotContain(e => e.Tag == PropertyTags.Subject.Value);
        without.ShouldNotContain(e => e.Tag == 0x40000003);
        without.Count(e => e.Tag == FxTags.FXDelProp).ShouldBe(1);
        Markers(ElementsOf(await CopyToAsync(session, source, level: 1))).ShouldBeEmpty();
        var some = ElementsOf(await CopyPropertiesAsync(session, source, PropertyTags.Importance, new PropertyTag(FxTags.MessageRecipients)));
        some.Where(e => !e.IsMarker).First().Tag.ShouldBe(PropertyTags.Importance.Value);
        Markers(some).ShouldBe([FxMarker.StartRecip, FxMarker.EndToRecip, FxMarker.StartRecip, FxMarker.EndToRecip]);
        session.Http.Dispose();
    }

    [Theory]
    [MemberData(nameof(StoreServers.Names), MemberType = typeof(StoreServers))]
    public async Task Strings_come_in_the_form_that_was_asked_for(string store)
    {
        Server = await servers.StartAsync(store);
        var (session, logon, handle) = await Server.LogonAsync();
        var source = await NewMessageAsync(session, handle, logon.FolderIds[4]);
        foreach (var (options, type) in new[] { (0x00, 0x001E), (0x01, 0x001F), (0x08, 0x001F), (0x09, 0x001F), (0x02, 0x84B0), (0x03, 0x84B0), (0x0B, 0x84B0) })
        {
            var subject = ElementsOf(await CopyToAsync(session, source, sendOptions: (byte)options)).Single(e => e.Tag >> 16 == 0x0037 && e.Value.AsString().Length > 6);
            (subject.Tag & 0xFFFF).ShouldBe((uint)type);
            if (options != 0)
                subject.Value.AsString().ShouldBe("Grüße 日本");
        }
        (await session.TryAsync(RopId.FastTransferSourceCopyTo, new RopFastTransferSourceCopyTo.Request { SendOptions = 0x80 }, source)).ShouldBe(ErrorCode.InvalidParameter);
        (await session.TryAsync(RopId.FastTransferSourceCopyTo, new RopFastTransferSourceCopyTo.Request { CopyFlags = 0x100 }, source)).ShouldBe(ErrorCode.InvalidParameter);
        session.Http.Dispose();
    }

    [Theory]
    [MemberData(nameof(StoreServers.Names), MemberType = typeof(StoreServers))]
    public async Task Messages_of_a_folder_go_into_another_folder(string store)
    {
        Server = await servers.StartAsync(store);
        for (var i = 0; i < 70; i++)
            await Server.DeliverAsync($"mail {i}", body: new string('x', 100 * i));
        var (session, logon, handle) = await Server.LogonAsync();
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        var (table, _) = await session.ContentsTableAsync(inbox);
        var mids = (await session.RowsAsync(table, [PropertyTags.Mid])).Select(r => (ulong)r[0].AsInt64()).ToList();
        var (_, context) = await session.OpenAsync<PlainResponse>(
            RopId.FastTransferSourceCopyMessages, new RopFastTransferSourceCopyMessages.Request { MessageIds = [.. mids.Take(3), StoreKeys.Id(0x123456).ToWire(), .. mids.Skip(3)], SendOptions = 1, CopyFlags = 0x20 }, inbox);
        var stream = await BytesAsync(session, context);
        var elements = ElementsOf(stream);
        Markers(elements).Count(m => m == FxMarker.StartMessage).ShouldBe(70);
        elements.Count(e => e.Tag == FxTags.EcWarning && e.Value.AsInt32() == (int)ErrorCode.PartiallyComplete).ShouldBe(1);
        // Identity goes with SendEntryId, the MID always and first.
        elements[1].Tag.ShouldBe(PropertyTags.Mid.Value);
        foreach (var tag in new[] { PropertyTags.SourceKey, PropertyTags.ChangeKey, PropertyTags.PredecessorChangeList, PropertyTags.OriginalEntryId, PropertyTags.LastModificationTime })
            elements.Count(e => e.Tag == tag.Value).ShouldBe(70);

        var drafts = await session.OpenFolderAsync(handle, logon.FolderIds[7]);
        await UploadAsync(session, drafts, 3, stream, 5000);
        var (copies, count) = await session.ContentsTableAsync(drafts);
        count.ShouldBe(70);
        (await session.RowsAsync(copies, [PropertyTags.Subject])).Select(r => r[0].AsString()).Order().ShouldBe(Enumerable.Range(0, 70).Select(i => $"mail {i}").Order());
        session.Http.Dispose();
    }

    [Theory]
    [MemberData(nameof(StoreServers.Names), MemberType = typeof(StoreServers))]
    public async Task A_folder_goes_with_the_folders_in_it(string store)
    {
        Server = await servers.StartAsync(store);
        using var mailbox = await Server.OpenMailboxAsync();
        var top = (await mailbox.CreateFolderAsync(MapiServer.Inbox, new NewFolder("Top") { Comment = "what it is" }, default)).Value;
        var one = (await mailbox.CreateFolderAsync(top.Id, new NewFolder("One"), default)).Value;
        await mailbox.CreateFolderAsync(one.Id, new NewFolder("Below"), default);
        await mailbox.CreateFolderAsync(top.Id, new NewFolder("Two"), default);
        var mail = await Server.DeliverAsync("mail");
        await mailbox.CopyAsync(MapiServer.Inbox, [mail.Id], one.Id, default);
        var (session, logon, handle) = await Server.LogonAsync();
        var folder = await session.OpenFolderAsync(handle, StoreKeys.Id(top.Id.Value).ToWire());
        var alone = ElementsOf(await CopyFolderAsync(session, folder, 0));
        Markers(alone).ShouldBe([FxMarker.StartTopFld, FxMarker.EndFolder]);
        alone.ShouldNotContain(e => e.Tag == FxTags.FXDelProp);
        var stream = await CopyFolderAsync(session, folder, 0x10);
        Markers(ElementsOf(stream)).ShouldBe(
        [
            FxMarker.StartTopFld, FxMarker.StartSubFld, FxMarker.StartMessage, FxMarker.EndMessage, FxMarker.StartSubFld, FxMarker.EndFolder,
            FxMarker.EndFolder, FxMarker.StartSubFld, FxMarker.EndFolder, FxMarker.EndFolder,
        ], customMessage: "the one with the mail first", ignoreOrder: true);

        var drafts = await session.OpenFolderAsync(handle, logon.FolderIds[7]);
        await UploadAsync(session, drafts, 4, stream, 1000);
        var copy = mailbox.Folders.Child(Ids(logon.FolderIds[7]), "Top").ShouldNotBeNull();
        copy.Comment.ShouldBe("what it is");
        mailbox.Folders.Children(copy.Id).Select(f => f.Name).Order().ShouldBe(["One", "Two"]);
        mailbox.Folders.Child(copy.Id, "One")!.Counters.Count.ShouldBe(1);
        mailbox.Folders.Child(mailbox.Folders.Child(copy.Id, "One")!.Id, "Below").ShouldNotBeNull();
        session.Http.Dispose();

        static FolderId Ids(ulong wire) => new((long)StoreId.FromWire(wire).Counter);
    }

    /// <summary>Streams that lie get an error, which stays, and leave nothing half made.</summary>
    [Fact]
    public async Task Malformed_streams_fail_and_the_failure_stays()
    {
        Server = await servers.StartAsync("sqlite");
        await Server.DeliverAsync("mail");
        var (session, logon, handle) = await Server.LogonAsync();
        var inbox = await session.OpenFolderAsync(handle, logon.FolderIds[4]);
        byte[][] bad =
        [
            Hex("01000C40"), // a type that streams do not have
            Hex("03000D40"), // EndMessage without a beginning
            Hex("03000C40 03000E40"), // EndAttach within a message
            Hex("03000C40 1F003700 03000000 410000"), // a string of an odd length
            Hex("03000C40 1F003700 04000000 41004200"), // without its NUL
            Hex("03000C40 1F003700 FFFFFFFF"), // longer than there can be
            Hex("03000C40 02000080 00000000000000000000000000000000 07"), // a kind of name that there is not
        ];
        foreach (var stream in bad)
        {
            var (_, context) = await session.OpenAsync<PlainResponse>(
                RopId.FastTransferDestinationConfigure, new RopFastTransferDestinationConfigure.Request { SourceOperation = 3 }, inbox);
            var put = new RopFastTransferDestinationPutBuffer.Request { TransferData = stream };
            var failed = await session.TryAsync(RopId.FastTransferDestinationPutBuffer, put, context);
            failed.ShouldBe(ErrorCode.FormatError, Convert.ToHexString(stream));
            (await session.TryAsync(RopId.FastTransferDestinationPutBuffer, new RopFastTransferDestinationPutBuffer.Request { TransferData = Hex("03000C40 03000D40") }, context)).ShouldBe(ErrorCode.FormatError);
        }
        (await session.ContentsTableAsync(inbox)).RowCount.ShouldBe(1);
        session.Http.Dispose();

        static byte[] Hex(string text) => Convert.FromHexString(text.Replace(" ", "", StringComparison.Ordinal));
    }

    private static byte[] Data() => [.. Enumerable.Range(0, 70_000).Select(i => (byte)(i * 7))];

    private static async Task<uint> NewMessageAsync(RopSession session, uint logon, ulong folder)
    {
        var message = await session.CreateMessageAsync(logon, folder);
        var ids = await session.NamesAsync(logon, s_name, s_text);
        await session.SetAsync(message,
            PropertyValue.Of(PropertyTags.Subject, "Grüße 日本"), PropertyValue.Of(PropertyTags.Body, "text of the body"), PropertyValue.Of(PropertyTags.Importance, 2),
            PropertyValue.OfArray(new PropertyTag(ids[0], PropertyType.MultipleString), new[] { "one", "zwö" }), PropertyValue.Of(new PropertyTag(ids[1], PropertyType.String), "blue"));
        await session.ModifyRecipientsAsync(message, [], RopWriting.Recipient(0, 1, "B", "b@example.com"), RopWriting.Recipient(1, 2, "C", "c@example.com"));
        var (_, file) = await session.CreateAttachmentAsync(message);
        await session.SetAsync(file, PropertyValue.Of(PropertyTags.AttachMethod, 1), PropertyValue.Of(PropertyTags.AttachLongFilename, "a.bin"));
        await session.WriteAllAsync(await session.OpenStreamAsync(file, PropertyTags.AttachDataBinary, 2), Data());
        await session.SaveAttachmentAsync(file);
        var (_, item) = await session.CreateAttachmentAsync(message);
        await session.SetAsync(item, PropertyValue.Of(PropertyTags.AttachMethod, 5));
        var embedded = await session.OpenEmbeddedAsync(item, 2);
        await session.SetAsync(embedded, PropertyValue.Of(PropertyTags.Subject, "within"));
        await session.SaveAsync(embedded);
        await session.SaveAttachmentAsync(item);
        await session.SaveAsync(message);
        return message;
    }

    private static async Task<byte[]> CopyToAsync(RopSession session, uint source, byte level = 0, byte sendOptions = 1, int size = 0xBABE, PropertyTag[]? tags = null)
    {
        var (_, context) = await session.OpenAsync<PlainResponse>(
            RopId.FastTransferSourceCopyTo, new RopFastTransferSourceCopyTo.Request { Level = level, SendOptions = sendOptions, PropertyTags = tags ?? [] }, source);
        return await BytesAsync(session, context, size);
    }

    private static async Task<byte[]> CopyPropertiesAsync(RopSession session, uint source, params PropertyTag[] tags)
    {
        var (_, context) = await session.OpenAsync<PlainResponse>(
            RopId.FastTransferSourceCopyProperties, new RopFastTransferSourceCopyProperties.Request { SendOptions = 1, PropertyTags = tags }, source);
        return await BytesAsync(session, context);
    }

    private static async Task<byte[]> CopyFolderAsync(RopSession session, uint folder, byte flags)
    {
        var (_, context) = await session.OpenAsync<PlainResponse>(
            RopId.FastTransferSourceCopyFolder, new RopFastTransferSourceCopyFolder.Request { SendOptions = 1, CopyFlags = flags }, folder);
        return await BytesAsync(session, context);
    }

    private static async Task<byte[]> BytesAsync(RopSession session, uint context, int size = 0xBABE)
    {
        using var all = new MemoryStream();
        while (true)
        {
            var (data, isLast) = await session.GetBufferAsync(context, size);
            data.Length.ShouldBeLessThanOrEqualTo(size);
            all.Write(data);
            if (isLast)
                return all.ToArray();
        }
    }

    private static async Task UploadAsync(RopSession session, uint target, byte operation, byte[] stream, int portion)
    {
        var (_, context) = await session.OpenAsync<PlainResponse>(
            RopId.FastTransferDestinationConfigure, new RopFastTransferDestinationConfigure.Request { SourceOperation = operation }, target);
        var isExtended = false;
        foreach (var part in stream.Chunk(portion))
        {
            isExtended = !isExtended;
            if (isExtended)
            {
                var response = await session.CallAsync<RopFastTransferDestinationPutBufferExtended.Response>(
                    RopId.FastTransferDestinationPutBufferExtended, new RopFastTransferDestinationPutBufferExtended.Request { TransferData = part }, context);
                response.BufferUsedSize.ShouldBe((ushort)part.Length);
            }
            else
            {
                await session.CallAsync<RopFastTransferDestinationPutBuffer.Response>(
                    RopId.FastTransferDestinationPutBuffer, new RopFastTransferDestinationPutBuffer.Request { TransferData = part }, context);
            }
        }
        await session.ReleaseAsync(context);
    }

    private static List<FxElement> ElementsOf(byte[] stream)
    {
        var reader = new FxReader(Encoding.Latin1, int.MaxValue);
        reader.Append(stream);
        var elements = new List<FxElement>();
        while (reader.TryRead(out var element))
            elements.Add(element);
        reader.Failed.ShouldBeFalse();
        reader.Held.ShouldBe(0);
        return elements;
    }

    private static List<FxMarker> Markers(List<FxElement> elements) => [.. elements.Where(e => e.IsMarker).Select(e => e.Marker)];
}
