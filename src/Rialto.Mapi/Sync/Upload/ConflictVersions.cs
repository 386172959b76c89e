// [MS-OXCFXICS] 3.1.5.6.2.1: a conflict resolve message is not synchronised itself; each of the versions attached to it is, as a message.
using Rialto.Mapi.Properties;
using Rialto.Model;
using Rialto.Store;
using Rialto.Store.Backend;

namespace Rialto.Mapi.Sync.Upload;

/// <summary>The versions that a conflict resolve message holds, as messages of their own.</summary>
internal static class ConflictVersions
{
    private const MessageState Marks = MessageState.Flagged | MessageState.Answered | MessageState.Forwarded | MessageState.HasAttachments;

    /// <summary>Marks that a row knows from beside the content.</summary>
    private static readonly ushort[] s_marks =
        [PropertyIds.FlagStatus, PropertyIds.FlagCompleteTime, PropertyIds.FollowupIcon, PropertyIds.IconIndex, PropertyIds.LastVerbExecuted, PropertyIds.LastVerbExecutionTime];

    /// <summary>
    /// Null where the message is no conflict resolve message, or not only that: where somebody changed or moved it since, its content is a version that no attachment has,
    /// and whoever synchronises gets the whole.
    /// </summary>
    public static IReadOnlyList<PropertyMessage>? Of(MailboxHeader mailbox, MessageRow row, PropertyMessage content)
    {
        if ((row.Status & ConflictMessage.InConflict) == 0 || (row.State & MessageState.Associated) != 0)
            return null;
        var versions = content.Attachments.Where(ConflictMessage.IsVersion).Select(a => a.Embedded!).ToList();
        var included = new PredecessorChangeList();
        foreach (var version in versions)
        {
            if (ListOf(version) is not { } list || version.Properties.GetBinary(PropertyTags.ChangeKey) is not { } key || Xid.Parse(key) is null)
                return null;
            included.Merge(list);
        }
        return versions.Count > 1 && included.Includes(ImportedVersion.PredecessorsOf(mailbox, row)) ? versions : null;
    }

    /// <summary>
    /// The versions to download one by one; null where the message goes whole. A version that another includes is in conflict with nobody any more: it stays attached, where somebody
    /// may look for it (a client put back in time makes such lists), and is none that a client could be told of as a version.
    /// </summary>
    public static IReadOnlyList<PropertyMessage>? Apart(MailboxHeader mailbox, MessageRow row, PropertyMessage content)
    {
        if (Of(mailbox, row, content) is not { } versions)
            return null;
        var lists = versions.Select(v => ListOf(v)!).ToArray();
        return lists.Where((list, at) => lists.Where((_, other) => other != at).Any(other => other.Includes(list))).Any() ? null : versions;
    }

    /// <summary>
    /// The row that the version would have. The last one has the number of the message's own change, the others those that they had: a client that noted an earlier one of
    /// them as seen gets all of them again.
    /// </summary>
    public static MessageRow RowOf(MailboxSession mailbox, MessageRow row, PropertyMessage version)
    {
        var bag = version.Properties;
        var marks = new PropertyBag();
        foreach (var id in s_marks)
        {
            if (bag.TryGet(id, out var mark))
                marks.Set(mark);
        }
        var categories = Categories.IdIn(mailbox) is not 0 and var named && bag.TryGet(named, out var marked) && marked.Type == PropertyType.MultipleString ? marked.AsArray<string>() : [];
        var cn = bag.TryGet(PropertyIds.ChangeNumber, out var number) && number.Type == PropertyType.Integer64 ? (long)StoreId.FromWire((ulong)number.AsInt64()).Counter : row.Cn;
        return new MessageRow
        {
            Id = row.Id, Folder = row.Folder, Uid = row.Uid, Mid = row.Mid, Sequence = row.Sequence, Cn = cn, ReadCn = row.ReadCn, SourceKey = row.SourceKey,
            ChangeKey = bag.GetBinary(PropertyTags.ChangeKey), PredecessorChangeList = bag.GetBinary(PropertyTags.PredecessorChangeList),
            State = (row.State & ~Marks) | MessageRules.MarksOf(bag) | (version.Attachments.Count > 0 ? MessageState.HasAttachments : 0),
            Status = row.Status & ~ConflictMessage.InConflict,
            MimeSize = row.MimeSize, Received = row.Received, Created = row.Created, Creator = row.Creator,
            Modified = bag.GetTime(PropertyTags.LastModificationTime) ?? row.Modified,
            MessageClass = bag.GetString(PropertyTags.MessageClass) is { Length: > 0 } messageClass ? messageClass : row.MessageClass,
            Importance = (byte)Math.Clamp(bag.GetInt32(PropertyTags.Importance, 1), 0, 2),
            Sensitivity = (byte)Math.Clamp(bag.GetInt32(PropertyTags.Sensitivity), 0, 3),
            Keywords = categories,
            Kind = ContentKind.Mime,
            Content = row.Content,
            Overlay = PropertyBagCodec.Write(marks),
        };
    }

    private static PredecessorChangeList? ListOf(PropertyMessage version) =>
        version.Properties.GetBinary(PropertyTags.PredecessorChangeList) is { Length: > 0 } bytes ? PredecessorChangeList.Parse(bytes) : null;
}
