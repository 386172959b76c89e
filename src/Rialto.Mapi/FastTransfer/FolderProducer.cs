// [MS-OXCFXICS] 2.2.4.3.6 folderContent, 2.2.4.3.7 folderMessages, topFolder and subFolder of 2.2.4.2; 3.2.5.8.1.1, 3.2.5.8.1.3, 3.2.5.8.1.4.
using Rialto.Mapi.Objects;
using Rialto.Mapi.Properties;
using Rialto.Mapi.Rops;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.FastTransfer;

/// <summary>Writes a list of messages.</summary>
internal sealed class MessageListProducer : FxProducer
{
    private readonly MessageList _messages;

    public MessageListProducer(MessageList messages, long count) => (_messages, Total) = (messages, Math.Max(1, count));

    public override async ValueTask<ErrorCode> ProduceAsync(FxWriter writer, CancellationToken cancel)
    {
        var (error, isMore) = await _messages.WriteNextAsync(writer, cancel);
        IsDone = !isMore;
        Done++;
        return error;
    }
}

/// <summary>Writes folders with what is in them. What is still to be written stands on a stack, as deep as folders are.</summary>
internal sealed class FolderProducer : FxProducer
{
    /// <summary>Where its folder is, what follows from its messages, and what is this logon's own.</summary>
    private static readonly HashSet<ushort> s_left =
    [
        PropertyIds.ContentCount, PropertyIds.ContentUnreadCount, PropertyIds.AssociatedContentCount, PropertyIds.MessageSize, PropertyIds.Subfolders,
        PropertyIds.FolderChildCount, PropertyIds.DisplayName, PropertyIds.Comment, PropertyIds.FolderType, PropertyIds.Rights,
    ];

    private readonly LogonObject _logon;
    private readonly FxFilter _filter;
    private readonly MessageListOptions _options;
    private readonly bool _marksDeletions;
    private readonly Stack<Work> _work = new();

    private FolderProducer(LogonObject logon, FxFilter filter, MessageListOptions options, bool marksDeletions) =>
        (_logon, _filter, _options, _marksDeletions) = (logon, filter, options, marksDeletions);

    /// <summary>folderContent: what is in a folder, subobjects as the filter lets through.</summary>
    public static FolderProducer Content(FolderObject folder, FxFilter filter, FxFilter children, MessageListOptions options)
    {
        var producer = new FolderProducer(folder.Logon, filter, options, marksDeletions: true);
        producer.Push(folder.Id, isTop: true, children.Takes(PropertyIds.FolderAssociatedContents), children.Takes(PropertyIds.ContainerContents), children.Takes(PropertyIds.ContainerHierarchy));
        return producer;
    }

    /// <summary>topFolder: the folder itself.</summary>
    public static FolderProducer Top(FolderObject folder, bool withSubfolders, MessageListOptions options)
    {
        var producer = new FolderProducer(folder.Logon, FxFilter.None, options, marksDeletions: false);
        producer._work.Push(new Work(Kind.Marker, folder.Id) { Marker = FxMarker.EndFolder });
        producer.Push(folder.Id, isTop: true, true, true, withSubfolders);
        producer._work.Push(new Work(Kind.Marker, folder.Id) { Marker = FxMarker.StartTopFld });
        return producer;
    }

    private enum Kind
    {
        Marker,
        Properties,
        Messages,
        Subfolders,
    }

    public override async ValueTask<ErrorCode> ProduceAsync(FxWriter writer, CancellationToken cancel)
    {
        if (!_work.TryPeek(out var work))
        {
            Done = Total;
            IsDone = true;
            return ErrorCode.Success;
        }
        var isDone = true;
        switch (work.Kind)
        {
            case Kind.Marker:
                writer.Marker(work.Marker);
                break;
            case Kind.Properties:
                WriteProperties(writer, work);
                break;
            case Kind.Messages:
                if (work.Messages is null)
                {
                    if (_marksDeletions)
                        writer.Integer32(FxTags.FXDelProp, unchecked((int)(work.Associated ? FxTags.FolderAssociatedContents : FxTags.ContainerContents)));
                    work.Messages = new FolderMessages(_logon, work.Folder, work.Associated, _options);
                    isDone = false;
                    break;
                }
                var (error, isMore) = await work.Messages.WriteNextAsync(writer, cancel);
                if (error != ErrorCode.Success)
                    return error;
                Done++;
                isDone = !isMore;
                break;
            default:
                _work.Pop();
                WriteSubfolders(writer, work.Folder);
                return ErrorCode.Success;
        }
        if (isDone)
            _work.Pop();
        return ErrorCode.Success;
    }

    private void Push(FolderId folder, bool isTop, bool associated, bool messages, bool subfolders)
    {
        var counters = _logon.Session.Folders.TryGet(folder, out var now) ? now.Counters : new FolderCounters();
        if (subfolders)
            _work.Push(new Work(Kind.Subfolders, folder));
        // A search folder's messages are where they are.
        if (now is not { Type: FolderType.Search })
        {
            if (messages)
                _work.Push(new Work(Kind.Messages, folder));
            if (associated)
                _work.Push(new Work(Kind.Messages, folder) { Associated = true });
            Total += (messages ? counters.Count : 0) + (associated ? counters.AssociatedCount : 0);
        }
        _work.Push(new Work(Kind.Properties, folder) { IsTop = isTop });
    }

    private void WriteProperties(FxWriter writer, Work work)
    {
        if (!_logon.Session.Folders.TryGet(work.Folder, out var folder))
            return;
        var filter = work.IsTop ? _filter : FxFilter.None;
        var values = new FolderObject(_logon, folder.Id);
        // 2.2.4.3.6: the first places of a subfolder are fixed; the name is what a copy of the top folder needs too.
        if (!work.IsTop)
            writer.Property(StoreKeys.Id(folder.Id.Value).ToProperty(PropertyTags.FolderId));
        if (filter.IsOnly)
        {
            ObjectProperties.Write(writer, values, filter);
            return;
        }
        if (filter.Takes(PropertyIds.DisplayName))
            writer.Property(PropertyValue.Of(PropertyTags.DisplayName, folder.Name));
        if (filter.Takes(PropertyIds.Comment))
            writer.Property(PropertyValue.Of(PropertyTags.Comment, folder.Comment));
        foreach (var tag in values.Tags)
        {
            if (!s_left.Contains(tag.Id) && FxMessageWriter.IsTransmitted(tag.Id) && filter.Takes(tag.Id))
                writer.Property(FolderValues.Find(_logon.Session, folder, tag));
        }
    }

    private void WriteSubfolders(FxWriter writer, FolderId above)
    {
        if (_marksDeletions)
            writer.Integer32(FxTags.FXDelProp, unchecked((int)FxTags.ContainerHierarchy));
        var tree = _logon.Session.Folders;
        foreach (var folder in tree.Children(above).Where(f => f.Id != above).Reverse())
        {
            var rights = _logon.Session.RightsOn(folder.Id);
            // 3.2.5.8.1: what may not be read, or with a move not be deleted, is skipped.
            if (!FolderAccess.IsVisible(rights) || (rights & FolderRights.ReadAny) == 0 || (_options.ForMove && (rights & FolderRights.FolderOwner) == 0))
                continue;
            _work.Push(new Work(Kind.Marker, folder.Id) { Marker = FxMarker.EndFolder });
            Push(folder.Id, isTop: false, true, true, true);
            _work.Push(new Work(Kind.Marker, folder.Id) { Marker = FxMarker.StartSubFld });
        }
    }

    private sealed class Work(Kind kind, FolderId folder)
    {
        public Kind Kind { get; } = kind;

        public FolderId Folder { get; } = folder;

        public FxMarker Marker { get; init; }

        public bool IsTop { get; init; }

        public bool Associated { get; init; }

        public FolderMessages? Messages { get; set; }
    }
}
