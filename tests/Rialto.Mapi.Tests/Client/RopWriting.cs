using Rialto.Mapi.Rops;
using Rialto.Model;

namespace Rialto.Mapi.Tests.Client;

/// <summary>What clients do to write messages.</summary>
public static class RopWriting
{
    public const byte KeepOpenReadOnly = 0x01;
    public const byte KeepOpenReadWrite = 0x02;
    public const byte ForceSave = 0x04;

    public static async Task<uint> CreateMessageAsync(this RopSession session, uint logon, ulong folderId, bool associated = false, ushort codePage = 0x0FFF) =>
        (await session.OpenAsync<RopCreateMessage.Response>(
            RopId.CreateMessage, new RopCreateMessage.Request { CodePageId = codePage, FolderId = folderId, AssociatedFlag = associated }, logon)).Handle;

    public static async Task<PropertyProblem[]> SetAsync(this RopSession session, uint handle, params PropertyValue[] values) =>
        (await session.CallAsync<ProblemsResponse>(RopId.SetProperties, new RopSetProperties.Request { PropertyValues = values }, handle)).PropertyProblems;

    public static async Task<PropertyProblem[]> DeleteAsync(this RopSession session, uint handle, params PropertyTag[] tags) =>
        (await session.CallAsync<ProblemsResponse>(RopId.DeleteProperties, new RopDeleteProperties.Request { PropertyTags = tags }, handle)).PropertyProblems;

    public static async Task<ulong> SaveAsync(this RopSession session, uint message, byte flags = KeepOpenReadWrite) =>
        (await session.CallAsync<RopSaveChangesMessage.Response>(RopId.SaveChangesMessage, new RopSaveChangesMessage.Request { SaveFlags = flags }, message)).MessageId;

    public static async Task<ErrorCode> TryAsync(this RopSession session, RopId id, RopRequest request, uint handle)
    {
        if (request is RopOpenRequest open)
            open.OutputHandleIndex = 1;
        return (await session.ExecuteAsync([(id, request)], [handle, RopSession.NoHandle])).Responses[0].ReturnValue;
    }

    public static Task<ErrorCode> TrySaveAsync(this RopSession session, uint message, byte flags = KeepOpenReadWrite) =>
        session.TryAsync(RopId.SaveChangesMessage, new RopSaveChangesMessage.Request { SaveFlags = flags }, message);

    public static async Task<uint> OpenAsync(this RopSession session, uint logon, ulong folderId, ulong messageId, byte mode, ushort codePage = 0x0FFF) =>
        (await session.OpenAsync<RopOpenMessage.Response>(
            RopId.OpenMessage, new RopOpenMessage.Request { CodePageId = codePage, FolderId = folderId, MessageId = messageId, OpenModeFlags = mode }, logon)).Handle;

    public static Task ModifyRecipientsAsync(this RopSession session, uint message, PropertyTag[] columns, params RecipientEntry[] rows) =>
        session.CallAsync<PlainResponse>(RopId.ModifyRecipients, new RopModifyRecipients.Request { RecipientColumns = columns, RecipientRows = rows }, message);

    public static RecipientEntry Recipient(uint rowId, byte type, string name, string address, params PropertyValue[] columns) => new()
    {
        RowId = rowId,
        RecipientType = type,
        Row = new RecipientRow
        {
            Flags = RecipientFlags.Unicode | (RecipientFlags)RecipientAddressKind.Smtp | RecipientFlags.HasEmailAddress | RecipientFlags.HasDisplayName,
            DisplayName = name,
            EmailAddress = address,
            Properties = columns,
        },
    };

    public static async Task<RecipientEntry[]> ReadRecipientsAsync(this RopSession session, uint message, PropertyTag[] columns, uint rowId = 0) =>
        (await session.CallAsync<RopReadRecipients.Response>(RopId.ReadRecipients, new RopReadRecipients.Request { RowId = rowId }, message, columns)).RecipientRows;

    public static async Task<(uint Number, uint Handle)> CreateAttachmentAsync(this RopSession session, uint message)
    {
        var (response, handle) = await session.OpenAsync<RopCreateAttachment.Response>(RopId.CreateAttachment, new RopCreateAttachment.Request(), message);
        return (response.AttachmentID, handle);
    }

    /// <summary>Attaches a file whose bytes are its name.</summary>
    public static async Task AttachAsync(this RopSession session, uint message, string name)
    {
        var (_, attachment) = await session.CreateAttachmentAsync(message);
        await session.SetAsync(attachment,
            PropertyValue.Of(PropertyTags.AttachMethod, 1), PropertyValue.Of(PropertyTags.AttachLongFilename, name), PropertyValue.Of(PropertyTags.AttachDataBinary, System.Text.Encoding.UTF8.GetBytes(name)));
        await session.SaveAttachmentAsync(attachment);
        await session.ReleaseAsync(attachment);
    }

    public static Task SaveAttachmentAsync(this RopSession session, uint attachment, byte flags = KeepOpenReadWrite) =>
        session.CallAsync<PlainResponse>(RopId.SaveChangesAttachment, new RopSaveChangesAttachment.Request { SaveFlags = flags }, attachment);

    public static async Task<uint> OpenAttachmentAsync(this RopSession session, uint message, uint number, byte mode) =>
        (await session.OpenAsync<PlainResponse>(RopId.OpenAttachment, new RopOpenAttachment.Request { AttachmentID = number, OpenAttachmentFlags = mode }, message)).Handle;

    public static async Task<uint> OpenEmbeddedAsync(this RopSession session, uint attachment, byte mode) =>
        (await session.OpenAsync<RopOpenEmbeddedMessage.Response>(
            RopId.OpenEmbeddedMessage, new RopOpenEmbeddedMessage.Request { CodePageId = 0x0FFF, OpenModeFlags = mode }, attachment)).Handle;

    public static async Task<uint[]> AttachmentNumbersAsync(this RopSession session, uint message) =>
        (await session.CallAsync<RopGetValidAttachments.Response>(RopId.GetValidAttachments, new RopGetValidAttachments.Request(), message)).AttachmentIds;

    public static async Task<uint> OpenStreamAsync(this RopSession session, uint handle, PropertyTag tag, byte mode) =>
        (await session.OpenAsync<RopOpenStream.Response>(RopId.OpenStream, new RopOpenStream.Request { PropertyTag = tag, OpenModeFlags = mode }, handle)).Handle;

    public static async Task<int> WriteAsync(this RopSession session, uint stream, byte[] data) =>
        (await session.CallAsync<RopWriteStream.Response>(RopId.WriteStream, new RopWriteStream.Request { Data = data }, stream)).WrittenSize;

    public static async Task WriteAllAsync(this RopSession session, uint stream, byte[] data)
    {
        for (var at = 0; at < data.Length; at += 0x7000)
            (await session.WriteAsync(stream, data[at..Math.Min(data.Length, at + 0x7000)])).ShouldBe(Math.Min(0x7000, data.Length - at));
    }

    public static async Task<byte[]> ReadAsync(this RopSession session, uint stream, int count = 0x7000) =>
        (await session.CallAsync<RopReadStream.Response>(RopId.ReadStream, new RopReadStream.Request { ByteCount = (ushort)count }, stream)).Data;

    public static async Task<ulong> SeekAsync(this RopSession session, uint stream, byte origin, long offset) =>
        (await session.CallAsync<RopSeekStream.Response>(RopId.SeekStream, new RopSeekStream.Request { Origin = origin, Offset = offset }, stream)).NewPosition;

    public static async Task<ushort[]> NamesAsync(this RopSession session, uint handle, params PropertyName[] names) =>
        (await session.CallAsync<RopGetPropertyIdsFromNames.Response>(
            RopId.GetPropertyIdsFromNames, new RopGetPropertyIdsFromNames.Request { Flags = 2, PropertyNames = [.. names.Select(n => (PropertyName?)n)] }, handle)).PropertyIds;

    public static async Task<DestinationProblemsResponse> CopyToAsync(
        this RopSession session, uint source, uint destination, bool subObjects = true, byte flags = 0, params PropertyTag[] excluded)
    {
        var request = new RopCopyTo.Request { DestHandleIndex = 1, WantSubObjects = subObjects, CopyFlags = flags, ExcludedTags = excluded };
        return (await session.ExecuteAsync([(RopId.CopyTo, request)], [source, destination])).Get<DestinationProblemsResponse>();
    }

    public static async Task<DestinationProblemsResponse> CopyPropertiesAsync(this RopSession session, uint source, uint destination, byte flags, params PropertyTag[] tags)
    {
        var request = new RopCopyProperties.Request { DestHandleIndex = 1, CopyFlags = flags, PropertyTags = tags };
        return (await session.ExecuteAsync([(RopId.CopyProperties, request)], [source, destination])).Get<DestinationProblemsResponse>();
    }
}
