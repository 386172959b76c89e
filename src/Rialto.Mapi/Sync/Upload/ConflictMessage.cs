// [MS-OXCFXICS] 3.1.5.6.2.1 conflict resolve message, 2.2.1.4.3 PidTagInConflict; [MS-OXCMSG] 2.2.1.8 msInConflict.
using Rialto.Mapi.Properties;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Sync.Upload;

/// <summary>The message that holds all versions that were in conflict: the winning one as its content, each as an attachment.</summary>
internal static class ConflictMessage
{
    /// <summary>msInConflict of PidTagMessageStatus.</summary>
    public const int InConflict = 0x00000800;

    // [MS-OXCMSG] 2.2.2.9 afEmbeddedMessage; 2.2.2.16: not shown in the text.
    private const int EmbeddedMessage = 5;
    private const int NotRendered = -1;

    /// <summary>What of a version the row keeps and the content need not say.</summary>
    private static readonly PropertyTag[] s_marks = [PropertyTags.MessageClass, PropertyTags.FlagStatus, PropertyTags.LastVerbExecuted, PropertyTags.IconIndex, PropertyTags.FollowupIcon];

    /// <summary>Null where the versions do not fit into one message: the last writer wins then, as it does for everything else.</summary>
    /// <param name="mailbox">Where it is.</param>
    /// <param name="current">The server's version, which may hold several already.</param>
    /// <param name="row">Its row.</param>
    /// <param name="imported">The client's content.</param>
    /// <param name="version">The client's version.</param>
    /// <param name="importedWins">Whose content the message has.</param>
    /// <param name="options">How many versions, and how deep.</param>
    public static PropertyMessage? Make(
        MailboxSession mailbox, PropertyMessage current, MessageRow row, PropertyMessage imported, ImportedVersion version, bool importedWins, MapiOptions options)
    {
        var versions = current.Attachments.Where(IsVersion).Select(a => MessageCopies.Of(a)).ToList();
        // The number of the message's own change is that of the version that came last.
        foreach (var embedded in versions.Select(a => a.Embedded!))
        {
            if (!embedded.Properties.TryGet(PropertyIds.ChangeNumber, out _))
                embedded.Properties.Set(StoreKeys.Id(row.Cn).ToProperty(PropertyTags.ChangeNumber));
        }
        // Nothing attached is the content of a message that somebody changed since.
        if (ConflictVersions.Of(mailbox.Header, row, current) is null)
            versions.Add(Wrap(WithMarks(mailbox, Bare(current), row), StoreKeys.ChangeKeyOf(mailbox.Header, row.ChangeKey, row.Cn), ImportedVersion.PredecessorsOf(mailbox.Header, row), row.Modified, row.Cn));
        versions.Add(Wrap(Bare(imported), version.ChangeKey, version.Predecessors, version.Modified, cn: 0));
        if (versions.Count > options.MaximumConflictVersions)
            return null;
        var message = Bare(importedWins ? imported : current);
        var number = message.Attachments.Count == 0 ? 0 : message.Attachments.Max(a => a.Properties.GetInt32(PropertyTags.AttachNumber)) + 1;
        foreach (var attachment in versions)
        {
            attachment.Properties.Set(PropertyValue.Of(PropertyTags.AttachNumber, number++));
            message.Attachments.Add(attachment);
        }
        foreach (var names in (ReadOnlySpan<Dictionary<ushort, PropertyName>>)[current.NamedProperties, imported.NamedProperties])
        {
            foreach (var (id, name) in names)
                message.NamedProperties[id] = name;
        }
        message.Properties.Set(PropertyValue.Of(PropertyTags.HasAttachments, true));
        return MessageCopies.DepthOf(message) > options.MaximumEmbeddedDepth ? null : message;
    }

    public static bool IsVersion(PropertyAttachment attachment) =>
        attachment.Embedded is not null && attachment.Properties.TryGet(PropertyIds.InConflict, out var value) && value.Type == PropertyType.Boolean && value.AsBoolean();

    /// <summary>The message without the versions attached to it.</summary>
    private static PropertyMessage Bare(PropertyMessage message)
    {
        var bare = MessageCopies.Of(message);
        bare.Attachments.RemoveAll(IsVersion);
        return bare;
    }

    private static PropertyMessage WithMarks(MailboxSession mailbox, PropertyMessage version, MessageRow row)
    {
        foreach (var tag in s_marks)
        {
            if (RowValues.TryGet(mailbox, row, tag, out var value) && !value.IsAbsent)
                version.Properties.Set(value);
            // Taken away since the content was written, as IMAP does: the row decides.
            else if (tag != PropertyTags.MessageClass)
                version.Properties.Remove(tag.Id);
        }
        if (Categories.IdIn(mailbox) is not 0 and var categories && Categories.TryFind(row, categories, out var marked) && !marked.IsAbsent)
            version.Properties.Set(marked);
        return version;
    }

    /// <summary>What tells the version from the others goes with it: its change, all that it includes, and when it was made.</summary>
    private static PropertyAttachment Wrap(PropertyMessage version, byte[] changeKey, PredecessorChangeList predecessors, FileTime modified, long cn)
    {
        version.Properties.Set(PropertyValue.Of(PropertyTags.ChangeKey, changeKey));
        version.Properties.Set(PropertyValue.Of(PropertyTags.PredecessorChangeList, predecessors.ToArray()));
        version.Properties.Set(PropertyValue.Of(PropertyTags.LastModificationTime, modified));
        if (cn != 0)
            version.Properties.Set(StoreKeys.Id(cn).ToProperty(PropertyTags.ChangeNumber));
        var attachment = new PropertyAttachment { Embedded = version };
        attachment.Properties.Set(PropertyValue.Of(PropertyTags.AttachMethod, EmbeddedMessage));
        attachment.Properties.Set(PropertyValue.Of(PropertyTags.RenderingPosition, NotRendered));
        attachment.Properties.Set(PropertyValue.Of(PropertyTags.DisplayName, version.Properties.GetString(PropertyTags.Subject) ?? ""));
        attachment.Properties.Set(PropertyValue.Of(PropertyTags.LastModificationTime, modified));
        attachment.Properties.Set(PropertyValue.Of(PropertyTags.InConflict, true));
        return attachment;
    }
}
