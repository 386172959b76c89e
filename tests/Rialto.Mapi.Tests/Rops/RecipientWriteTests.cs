using Rialto.Mapi.Rops;
using Rialto.Mapi.Tests.Client;
using Rialto.Mapi.Tests.Fixtures;
using Rialto.Model;

namespace Rialto.Mapi.Tests.Rops;

/// <summary>Recipients of an open message. [MS-OXCMSG] 3.2.5.4-3.2.5.7.</summary>
public class RecipientWriteTests(MapiServerFixture fixture) : IClassFixture<MapiServerFixture>
{
    private static readonly PropertyTag[] s_columns = [PropertyTags.RecipientOrder, PropertyTags.SmtpAddress];

    private MapiServer Server => fixture.Server;

    [Fact]
    public async Task Recipients_are_added_replaced_and_removed_by_their_row()
    {
        var (session, logon, handle) = await Server.LogonAsync();
        var message = await session.CreateMessageAsync(handle, logon.FolderIds[4]);
        await session.ModifyRecipientsAsync(message, s_columns, One(0, 1, "Ann"), One(1, 2, "Bob"), One(7, 1, "Cid"), One(9, 3, "Dee"));
        // Nothing else than the columns of the last change tells the client how to read the rows.
        (await session.ReadRecipientsAsync(message, s_columns)).Select(r => r.RowId).ShouldBe([0u, 1u, 7u, 9u]);
        var read = await session.ReadRecipientsAsync(message, await ColumnsAsync(session, message));
        read.Select(r => r.RowId).ShouldBe([0u, 1u, 7u, 9u]);
        read.Select(r => r.RecipientType).ShouldBe([(byte)1, (byte)2, (byte)1, (byte)3]);
        (await session.PropertiesAsync(message, PropertyTags.DisplayTo, PropertyTags.DisplayCc, PropertyTags.DisplayBcc)).Select(v => v.AsString()).ShouldBe(["Ann; Cid", "Bob", "Dee"]);

        await session.ModifyRecipientsAsync(message, s_columns, new RecipientEntry { RowId = 1, RecipientType = 1 }, One(7, 2, "Eve"));
        var columns = await ColumnsAsync(session, message);
        read = await session.ReadRecipientsAsync(message, columns, 7);
        read.Select(r => r.Row!.Value.DisplayName).ShouldBe(["Eve", "Dee"]);
        (await session.TryAsync(RopId.ReadRecipients, new RopReadRecipients.Request { RowId = 1 }, message)).ShouldBe(ErrorCode.NotFound);

        var mid = await session.SaveAsync(message);
        var (response, other) = await session.OpenMessageAsync(handle, logon.FolderIds[4], mid);
        response.Message.RecipientCount.ShouldBe((ushort)3);
        response.Message.RecipientColumns.ShouldContain(PropertyTags.RecipientOrder);
        read = await session.ReadRecipientsAsync(other, response.Message.RecipientColumns);
        read.Select(r => r.RowId).ShouldBe([0u, 7u, 9u]);
        var order = Array.IndexOf(response.Message.RecipientColumns, PropertyTags.RecipientOrder);
        read[0].Row!.Value.Properties[order].AsInt32().ShouldBe(5);
        (await session.PropertiesAsync(other, PropertyTags.DisplayTo, PropertyTags.DisplayCc)).Select(v => v.AsString()).ShouldBe(["Ann", "Eve"]);
        session.Http.Dispose();
    }

    [Fact]
    public async Task Removed_recipients_are_gone_for_the_handle_and_there_for_others_until_saved()
    {
        var (session, logon, handle) = await Server.LogonAsync();
        var message = await session.CreateMessageAsync(handle, logon.FolderIds[4]);
        await session.ModifyRecipientsAsync(message, s_columns, One(0, 1, "Ann"));
        var mid = await session.SaveAsync(message);
        await session.CallAsync<PlainResponse>(RopId.RemoveAllRecipients, new RopRemoveAllRecipients.Request(), message);
        await session.CallAsync<PlainResponse>(RopId.RemoveAllRecipients, new RopRemoveAllRecipients.Request(), message);
        (await session.TryAsync(RopId.ReadRecipients, new RopReadRecipients.Request(), message)).ShouldBe(ErrorCode.NotFound);
        var (response, other) = await session.OpenMessageAsync(handle, logon.FolderIds[4], mid);
        response.Message.RecipientCount.ShouldBe((ushort)1);
        await session.SaveAsync(message);
        (await session.ReadRecipientsAsync(other, response.Message.RecipientColumns)).Length.ShouldBe(1);
        (response, _) = await session.OpenMessageAsync(handle, logon.FolderIds[4], mid);
        response.Message.RecipientCount.ShouldBe((ushort)0);
        response.Message.RecipientColumns.ShouldBeEmpty();
        session.Http.Dispose();
    }

    [Fact]
    public async Task Many_recipients_are_read_in_pieces_and_are_bounded()
    {
        await using var server = await MapiServer.StartAsync(o => o.MaximumRecipients = 600);
        var (session, logon, handle) = await server.LogonAsync();
        var message = await session.CreateMessageAsync(handle, logon.FolderIds[4]);
        for (var i = 0; i < 600; i += 100)
            await session.ModifyRecipientsAsync(message, s_columns, [.. Enumerable.Range(i, 100).Select(n => One((uint)n, 1, $"Recipient {n:000}"))]);
        (await session.TryAsync(RopId.ModifyRecipients, new RopModifyRecipients.Request { RecipientColumns = s_columns, RecipientRows = [One(600, 1, "x")] }, message))
            .ShouldBe(ErrorCode.TooManyRecips);
        var columns = await ColumnsAsync(session, message);
        var seen = new List<uint>();
        while (seen.Count < 600)
            seen.AddRange((await session.ReadRecipientsAsync(message, columns, (uint)seen.Count)).Select(r => r.RowId));
        seen.ShouldBe(Enumerable.Range(0, 600).Select(n => (uint)n));
        session.Http.Dispose();
    }

    private static RecipientEntry One(uint rowId, byte type, string name) => RopWriting.Recipient(
        rowId, type, name, $"{name}@example.com", PropertyValue.Of(PropertyTags.RecipientOrder, 5), PropertyValue.Of(PropertyTags.SmtpAddress, $"{name}@example.com"));

    private static async Task<PropertyTag[]> ColumnsAsync(RopSession session, uint message) =>
        (await session.CallAsync<RopReloadCachedInformation.Response>(RopId.ReloadCachedInformation, new RopReloadCachedInformation.Request(), message)).Message.RecipientColumns;
}
