using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;

namespace Rialto.Mapi.Tests.Rops;

/// <summary>Attachments and embedded messages. [MS-OXCMSG] 3.2.5.12-3.2.5.18.</summary>
public class AttachmentWriteTests(MapiServerFixture fixture) : IClassFixture<MapiServerFixture>
{
    private const byte ReadWrite = 1;
    private const byte Create = 2;

    private MapiServer Server => fixture.Server;

    [Fact]
    public async Task An_attachment_is_the_messages_when_saved_and_the_mailboxs_when_the_message_is()
    {
        var (session, logon, handle) = await Server.LogonAsync();
        var message = await session.CreateMessageAsync(handle, logon.FolderIds[4]);
        var table = await session.AttachmentTableAsync(message);
        var (number, attachment) = await session.CreateAttachmentAsync(message);
        number.ShouldBe(0u);
        var initial = await session.PropertiesAsync(attachment,
            PropertyTags.AttachNumber, PropertyTags.AttachSize, PropertyTags.AccessLevel, PropertyTags.RenderingPosition, PropertyTags.CreationTime, PropertyTags.LastModificationTime);
        initial[0].AsInt32().ShouldBe(0);
        initial[1].AsInt32().ShouldBe(0);
        initial[2].AsInt32().ShouldBe(0);
        initial[3].AsInt32().ShouldBe(-1);
        initial[5].AsTime().ShouldBe(initial[4].AsTime());
        (await session.SetAsync(attachment,
            PropertyValue.Of(PropertyTags.AttachMethod, 1), PropertyValue.Of(PropertyTags.AttachLongFilename, "a.bin"), PropertyValue.Of(PropertyTags.AttachDataBinary, new byte[] { 1, 2, 3 }),
            PropertyValue.Of(PropertyTags.AttachNumber, 9))).Single().ErrorCode.ShouldBe(ErrorCode.ComputedValue);
        var (_, refused) = await session.CreateAttachmentAsync(message);
        await session.SetAsync(refused, PropertyValue.Of(PropertyTags.AttachSize, 9));
        (await session.TryAsync(RopId.SaveChangesAttachment, new RopSaveChangesAttachment.Request(), refused)).ShouldBe(ErrorCode.GeneralFailure);
        (await session.AttachmentNumbersAsync(message)).ShouldBeEmpty();
        (await session.TryAsync(RopId.OpenAttachment, new RopOpenAttachment.Request(), message)).ShouldBe(ErrorCode.NotFound);
        (await session.PropertiesAsync(message, PropertyTags.HasAttachments))[0].AsBoolean().ShouldBeFalse();
        await session.SaveAttachmentAsync(attachment);
        (await session.AttachmentNumbersAsync(message)).ShouldBe([0u]);
        (await session.PropertiesAsync(message, PropertyTags.HasAttachments))[0].AsBoolean().ShouldBeTrue();
        (await session.RowsAsync(table, [PropertyTags.AttachLongFilename, PropertyTags.AttachNumber])).Single()[0].AsString().ShouldBe("a.bin");

        var mid = await session.SaveAsync(message);
        var (_, other) = await session.OpenMessageAsync(handle, logon.FolderIds[4], mid);
        var values = await session.PropertiesAsync(other, PropertyTags.HasAttachments, PropertyTags.MessageFlags);
        values[0].AsBoolean().ShouldBeTrue();
        (values[1].AsInt32() & 0x10).ShouldBe(0x10);
        var opened = await session.OpenAttachmentAsync(other, 0);
        (await session.StreamAsync(opened, PropertyTags.AttachDataBinary)).ShouldBe([1, 2, 3]);
        session.Http.Dispose();
    }

    [Fact]
    public async Task Attachments_are_changed_and_deleted_and_keep_their_numbers()
    {
        var (session, logon, handle) = await Server.LogonAsync();
        var mid = await MessageOfThreeAsync(session, logon, handle);
        var message = await session.OpenAsync(handle, logon.FolderIds[4], mid, ReadWrite);
        await session.CallAsync<PlainResponse>(RopId.DeleteAttachment, new RopDeleteAttachment.Request { AttachmentID = 1 }, message);
        (await session.TryAsync(RopId.DeleteAttachment, new RopDeleteAttachment.Request { AttachmentID = 1 }, message)).ShouldBe(ErrorCode.NotFound);
        var last = await session.OpenAttachmentAsync(message, 2, ReadWrite);
        await session.SetAsync(last, PropertyValue.Of(PropertyTags.AttachLongFilename, "changed"));
        var untouched = await session.OpenAttachmentAsync(message, 2, 0);
        (await session.TextAsync(untouched, PropertyTags.AttachLongFilename)).ShouldBe("2.bin");
        (await session.TryAsync(RopId.SaveChangesAttachment, new RopSaveChangesAttachment.Request(), untouched)).ShouldBe(ErrorCode.AccessDenied);
        (await session.TryAsync(RopId.SaveChangesAttachment, new RopSaveChangesAttachment.Request { SaveFlags = 3 }, last)).ShouldBe(ErrorCode.NotSupported);
        await session.SaveAttachmentAsync(last, RopWriting.KeepOpenReadOnly);
        (await session.TryAsync(RopId.SaveChangesAttachment, new RopSaveChangesAttachment.Request(), last)).ShouldBe(ErrorCode.AccessDenied);
        var (beside, _) = await session.OpenMessageAsync(handle, logon.FolderIds[4], mid);
        beside.ReturnValue.ShouldBe(ErrorCode.Success);
        await session.SaveAsync(message);

        var (_, other) = await session.OpenMessageAsync(handle, logon.FolderIds[4], mid);
        (await session.AttachmentNumbersAsync(other)).ShouldBe([0u, 2u]);
        (await session.TextAsync(await session.OpenAttachmentAsync(other, 2), PropertyTags.AttachLongFilename)).ShouldBe("changed");
        (await session.TryAsync(RopId.OpenAttachment, new RopOpenAttachment.Request { AttachmentID = 2, OpenAttachmentFlags = ReadWrite }, other)).ShouldBe(ErrorCode.AccessDenied);
        session.Http.Dispose();
    }

    [Fact]
    public async Task Attachments_of_a_message_are_bounded()
    {
        await using var server = await MapiServer.StartAsync(o => o.MaximumAttachments = 2);
        var (session, logon, handle) = await server.LogonAsync();
        var message = await session.CreateMessageAsync(handle, logon.FolderIds[4]);
        for (var i = 0; i < 2; i++)
            await session.SaveAttachmentAsync((await session.CreateAttachmentAsync(message)).Handle);
        (await session.TryAsync(RopId.CreateAttachment, new RopCreateAttachment.Request(), message)).ShouldBe(ErrorCode.MaxAttachmentExceeded);
        session.Http.Dispose();
    }

    [Fact]
    public async Task An_embedded_message_is_saved_into_its_attachment_that_into_the_message()
    {
        var (session, logon, handle) = await Server.LogonAsync();
        var message = await session.CreateMessageAsync(handle, logon.FolderIds[4]);
        var (_, attachment) = await session.CreateAttachmentAsync(message);
        (await session.TryAsync(RopId.OpenEmbeddedMessage, new RopOpenEmbeddedMessage.Request { CodePageId = 0x0FFF }, attachment)).ShouldBe(ErrorCode.NotFound);
        var embedded = await session.OpenEmbeddedAsync(attachment, Create);
        var id = (await session.NamesAsync(handle, new PropertyName(PropertySets.PublicStrings, "x-embedded")))[0];
        var named = new PropertyTag(id, PropertyType.String);
        await session.SetAsync(embedded, PropertyValue.Of(PropertyTags.Subject, "inner"), PropertyValue.Of(named, "kept"));
        await session.ModifyRecipientsAsync(embedded, [], RopWriting.Recipient(0, 1, "Ann", "ann@example.com"));
        await session.SaveAsync(embedded);
        await session.SaveAttachmentAsync(attachment);
        var mid = await session.SaveAsync(message);

        var again = await session.OpenAsync(handle, logon.FolderIds[4], mid, ReadWrite);
        var opened = await session.OpenAttachmentAsync(again, 0, ReadWrite);
        (await session.PropertiesAsync(opened, PropertyTags.AttachMethod))[0].AsInt32().ShouldBe(5);
        (await session.TryAsync(RopId.OpenStream, new RopOpenStream.Request { PropertyTag = PropertyTags.AttachDataObject, OpenModeFlags = 0 }, opened)).ShouldBe(ErrorCode.Success);
        var (response, inner) = await session.OpenEmbeddedAsync(opened);
        response.Message.NormalizedSubject.ShouldBe("inner");
        response.Message.RecipientCount.ShouldBe((ushort)1);
        (await session.PropertiesAsync(inner, named))[0].AsString().ShouldBe("kept");
        (await session.TrySaveAsync(inner)).ShouldBe(ErrorCode.GeneralFailure);

        var writable = await session.OpenEmbeddedAsync(opened, ReadWrite);
        await session.SetAsync(writable, PropertyValue.Of(PropertyTags.Subject, "inner two"));
        await session.SaveAsync(writable);
        (await session.OpenEmbeddedAsync(opened)).Response.Message.NormalizedSubject.ShouldBe("inner two");
        var (unsaved, _) = await session.OpenMessageAsync(handle, logon.FolderIds[4], mid);
        unsaved.ReturnValue.ShouldBe(ErrorCode.Success);
        await session.SaveAttachmentAsync(opened);
        await session.SaveAsync(again);
        var (_, other) = await session.OpenMessageAsync(handle, logon.FolderIds[4], mid);
        (await session.OpenEmbeddedAsync(await session.OpenAttachmentAsync(other, 0))).Response.Message.NormalizedSubject.ShouldBe("inner two");
        session.Http.Dispose();
    }

    [Fact]
    public async Task Messages_within_messages_are_bounded()
    {
        await using var server = await MapiServer.StartAsync(o => o.MaximumEmbeddedDepth = 3);
        var (session, logon, handle) = await server.LogonAsync();
        var message = await session.CreateMessageAsync(handle, logon.FolderIds[4]);
        var chain = new Stack<(uint Attachment, uint Message)>();
        var at = message;
        for (var i = 0; i < 3; i++)
        {
            var (_, attachment) = await session.CreateAttachmentAsync(at);
            at = await session.OpenEmbeddedAsync(attachment, Create);
            await session.SetAsync(at, PropertyValue.Of(PropertyTags.Subject, $"level {i}"));
            chain.Push((attachment, at));
        }
        var (_, tooDeep) = await session.CreateAttachmentAsync(at);
        (await session.TryAsync(RopId.OpenEmbeddedMessage, new RopOpenEmbeddedMessage.Request { CodePageId = 0x0FFF, OpenModeFlags = Create }, tooDeep)).ShouldBe(ErrorCode.TooComplex);
        foreach (var (attachment, embedded) in chain)
        {
            await session.SaveAsync(embedded);
            await session.SaveAttachmentAsync(attachment);
        }
        var mid = await session.SaveAsync(message);
        var (_, opened) = await session.OpenMessageAsync(handle, logon.FolderIds[4], mid);
        for (var i = 0; i < 3; i++)
        {
            var (response, inner) = await session.OpenEmbeddedAsync(await session.OpenAttachmentAsync(opened, 0));
            response.Message.NormalizedSubject.ShouldBe($"level {i}");
            opened = inner;
        }
        session.Http.Dispose();
    }

    private static async Task<ulong> MessageOfThreeAsync(RopSession session, RopLogon.Response logon, uint handle)
    {
        var message = await session.CreateMessageAsync(handle, logon.FolderIds[4]);
        for (var i = 0; i < 3; i++)
        {
            var (_, attachment) = await session.CreateAttachmentAsync(message);
            await session.SetAsync(attachment, PropertyValue.Of(PropertyTags.AttachLongFilename, $"{i}.bin"), PropertyValue.Of(PropertyTags.AttachDataBinary, new[] { (byte)i }));
            await session.SaveAttachmentAsync(attachment);
        }
        return await session.SaveAsync(message);
    }
}
