// [MS-OXCFXICS] 2.2.4.3.13 messageChangeFull, 2.2.4.3.14 messageChangeHeader, 2.2.4.3.18 progressPerMessage, 2.2.4.3.19 progressTotal, 2.2.4.3.4 errorInfo.
using System.Buffers.Binary;
using Rialto.Mapi.FastTransfer;
using Rialto.Mapi.Objects;
using Rialto.Mapi.Sync.Upload;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Sync.Download;

/// <summary>Writes changed messages.</summary>
internal sealed class MessageChangeWriter(LogonObject logon, SyncOptions options)
{
    private readonly FxMessageWriter _messages = new(logon, options.Has(SynchronizationFlags.BestBody));

    /// <summary>Which of a message's properties and subobjects go. 3.2.5.9.1.1: associated messages may go whole.</summary>
    public FxFilter FilterOf(MessageRow row) =>
        options.Filter.IsOnly && options.Has(SynchronizationFlags.IgnoreSpecifiedOnFai) && (row.State & MessageState.Associated) != 0 ? FxFilter.None : options.Filter;

    /// <summary>Whether the message must be opened.</summary>
    public bool NeedsContent(MessageRow row) => (row.Status & ConflictMessage.InConflict) != 0 || _messages.NeedsContent(FilterOf(row));

    public void Full(FxWriter writer, MessageRow row, PropertyMessage? content)
    {
        Progress(writer, row);
        writer.Marker(FxMarker.IncrSyncChg);
        Header(writer, row);
        writer.Marker(FxMarker.IncrSyncMessage);
        var filter = FilterOf(row);
        _messages.Properties(writer, row, content, filter, withModification: false);
        if (content is not null)
            _messages.Children(writer, content.Recipients, content.Attachments, filter);
    }

    /// <summary>3.1.5.6.2.1: the versions that a message holds, one behind the other, instead of the message.</summary>
    public void Versions(FxWriter writer, MessageRow row, IReadOnlyList<PropertyMessage> versions)
    {
        foreach (var version in versions)
            Full(writer, ConflictVersions.RowOf(logon.Session, row, version), version);
    }

    /// <summary>2.2.4.3.15: the groups of the parts that changed, each whole; then recipients and attachments, where these did.</summary>
    public void Partial(FxWriter writer, MessageRow row, PropertyMessage content, MessageParts parts)
    {
        var groups = new PropertyGroups(logon.Session);
        var filter = FilterOf(row);
        Progress(writer, row);
        writer.Marker(FxMarker.IncrSyncGroupInfo);
        writer.Binary(FxTags.Binary, groups.ToInfo());
        writer.Integer32(FxTags.IncrSyncGroupId, PropertyGroups.MappingId);
        writer.Marker(FxMarker.IncrSyncChgPartial);
        Header(writer, row);
        for (var group = 0; group < PropertyGroups.Count; group++)
        {
            if ((parts & PropertyGroups.PartOf(group)) != 0 && !Group(writer, row, content, filter, groups, group))
                // An empty group says so.
                writer.Integer32(FxTags.Integer32, 0);
        }
        if ((parts & MessageParts.Others) != 0)
        {
            var mark = writer.Buffer.Here;
            if (!Group(writer, row, content, filter, groups, PropertyGroups.NoGroup))
                writer.Buffer.Return(mark);
        }
        var children = filter.Where(id => (parts & (id == PropertyIds.MessageRecipients ? MessageParts.Recipients : MessageParts.Attachments)) != 0);
        _messages.Children(writer, content.Recipients, content.Attachments, children);
    }

    private bool Group(FxWriter writer, MessageRow row, PropertyMessage content, FxFilter filter, PropertyGroups groups, int group)
    {
        writer.Integer32(FxTags.IncrementalSyncMessagePartial, group);
        var before = writer.Buffer.Length;
        _messages.Properties(writer, row, content, filter.Where(id => groups.GroupOf(id) == group), withModification: false);
        return writer.Buffer.Length > before;
    }

    private void Progress(FxWriter writer, MessageRow row)
    {
        if (!options.Has(SynchronizationFlags.Progress))
            return;
        writer.Marker(FxMarker.IncrSyncProgressPerMsg);
        writer.Integer32(FxTags.Integer32, (int)Math.Min(row.MimeSize, int.MaxValue));
        writer.Boolean(FxTags.Boolean, (row.State & MessageState.Associated) != 0);
    }

    private void Header(FxWriter writer, MessageRow row)
    {
        var mailbox = logon.Session.Header;
        var sourceKey = options.Has(SynchronizationFlags.NoForeignIdentifiers) ? StoreKeys.Global(mailbox, row.Mid).ToArray() : StoreKeys.SourceKeyOf(mailbox, row);
        writer.Binary(PropertyTags.SourceKey.Value, sourceKey);
        writer.Property(PropertyValue.Of(PropertyTags.LastModificationTime, row.Modified));
        writer.Binary(PropertyTags.ChangeKey.Value, StoreKeys.ChangeKeyOf(mailbox, row.ChangeKey, row.Cn));
        writer.Binary(PropertyTags.PredecessorChangeList.Value, StoreKeys.PredecessorsOf(mailbox, row.PredecessorChangeList, row.ChangeKey, row.Cn));
        writer.Boolean(PropertyTags.Associated.Value, (row.State & MessageState.Associated) != 0);
        if (options.Has(SynchronizationExtraFlags.Eid))
            writer.Property(StoreKeys.Id(row.Mid).ToProperty(PropertyTags.Mid));
        if (options.Has(SynchronizationExtraFlags.MessageSize))
            writer.Integer32(PropertyTags.MessageSize.Value, (int)Math.Min(row.MimeSize, int.MaxValue));
        if (options.Has(SynchronizationExtraFlags.Cn))
            writer.Property(StoreKeys.Id(row.Cn).ToProperty(PropertyTags.ChangeNumber));
    }

    /// <summary>2.2.2.7 ProgressInformation.</summary>
    public static void Total(FxWriter writer, (long Count, long Size) associated, (long Count, long Size) normal)
    {
        var information = new byte[32];
        BinaryPrimitives.WriteUInt32LittleEndian(information.AsSpan(4), (uint)associated.Count);
        BinaryPrimitives.WriteInt64LittleEndian(information.AsSpan(8), associated.Size);
        BinaryPrimitives.WriteUInt32LittleEndian(information.AsSpan(16), (uint)normal.Count);
        BinaryPrimitives.WriteInt64LittleEndian(information.AsSpan(24), normal.Size);
        writer.Marker(FxMarker.IncrSyncProgressMode);
        writer.Binary(FxTags.Binary, information);
    }

    /// <summary>2.2.2.10 ExtendedErrorInfo, without diagnostics.</summary>
    public void Error(FxWriter writer, ErrorCode error, FolderId folder, long mid) => Error(writer, logon, error, folder, mid);

    public static void Error(FxWriter writer, LogonObject logon, ErrorCode error, FolderId folder, long mid)
    {
        const int version = 0, code = 4, folderAt = 8, messageAt = 32, size = 88;
        var information = new byte[size];
        BinaryPrimitives.WriteUInt16LittleEndian(information.AsSpan(version), 0);
        BinaryPrimitives.WriteUInt32LittleEndian(information.AsSpan(code), (uint)error);
        StoreKeys.Global(logon.Session.Header, folder.Value).ToArray().CopyTo(information, folderAt);
        if (mid != 0)
            StoreKeys.Global(logon.Session.Header, mid).ToArray().CopyTo(information, messageAt);
        writer.Marker(FxMarker.FXErrorInfo);
        writer.Binary(FxTags.Binary, information);
    }
}
