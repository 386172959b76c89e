// [MS-OXCFXICS] 2.2.2.8 PropertyGroupInfo, 2.2.2.8.1 PropertyGroup, 2.2.2.8.1.1 GroupPropertyName; 3.2.5.7 property groups and partial changes.
using System.Text;
using Rialto.Mapi.FastTransfer;
using Rialto.Mapi.Objects;
using Rialto.Model;
using Rialto.Store;
using Rialto.Wire;

namespace Rialto.Mapi.Sync;

/// <summary>
/// The property groups of this server: one mapping for all messages. The change log keeps of each change which parts of a message it touched; a group is a part's properties.
/// What a group has stays in it, since log entries of earlier versions speak of it.
/// </summary>
internal sealed class PropertyGroups
{
    /// <summary>The GroupId of the mapping. Another mapping of a later version gets another.</summary>
    public const int MappingId = 1;

    /// <summary>2.2.4.3.15: the index of what belongs to no group.</summary>
    public const int NoGroup = -1;

    private static readonly (MessageParts Part, PropertyTag[] Tags, PropertyName[] Names)[] s_groups =
    [
        (MessageParts.State,
            [
                PropertyTags.MessageFlags, PropertyTags.MessageStatus, PropertyTags.MessageSize, PropertyTags.Read, PropertyTags.FlagStatus, PropertyTags.FlagCompleteTime,
                PropertyTags.FollowupIcon, PropertyTags.IconIndex, PropertyTags.LastVerbExecuted, PropertyTags.LastVerbExecutionTime, PropertyTags.Importance, PropertyTags.Priority,
                PropertyTags.Sensitivity, PropertyTags.ReplyTime, PropertyTags.ToDoItemFlags, PropertyTags.SwappedToDoStore, PropertyTags.SwappedToDoData, PropertyTags.BlockStatus,
                PropertyTags.LastModifierName, PropertyTags.LastModifierEntryId,
            ],
            [
                PropertyNames.PidNameKeywords, PropertyNames.PidLidFlagRequest, PropertyNames.PidLidFlagString, PropertyNames.PidLidToDoTitle,
                PropertyNames.PidLidToDoOrdinalDate, PropertyNames.PidLidToDoSubOrdinal, PropertyNames.PidLidValidFlagStringProof, PropertyNames.PidLidReminderSet,
                PropertyNames.PidLidReminderTime, PropertyNames.PidLidReminderSignalTime, PropertyNames.PidLidTaskStatus, PropertyNames.PidLidTaskStartDate,
                PropertyNames.PidLidTaskDueDate, PropertyNames.PidLidTaskComplete, PropertyNames.PidLidTaskDateCompleted, PropertyNames.PidLidPercentComplete,
            ]),
        (MessageParts.Subject,
            [
                PropertyTags.Subject, PropertyTags.SubjectPrefix, PropertyTags.NormalizedSubject, PropertyTags.ConversationTopic, PropertyTags.ConversationIndex,
                PropertyTags.ConversationId, PropertyTags.ConversationIndexTracking,
            ],
            []),
        (MessageParts.Body,
            [
                PropertyTags.Body, PropertyTags.RtfCompressed, PropertyTags.Html, PropertyTags.NativeBody, PropertyTags.RtfInSync, PropertyTags.InternetCodepage,
                PropertyTags.BodyContentId, PropertyTags.BodyContentLocation,
            ],
            []),
        (MessageParts.Recipients, [new PropertyTag(FxTags.MessageRecipients), PropertyTags.DisplayTo, PropertyTags.DisplayCc, PropertyTags.DisplayBcc], []),
        (MessageParts.Attachments, [new PropertyTag(FxTags.MessageAttachments), PropertyTags.HasAttachments], [PropertyNames.PidLidSmartNoAttach]),
    ];

    private readonly Dictionary<ushort, int> _groupOf = [];
    private readonly List<(PropertyTag Tag, PropertyName? Name)>[] _members = new List<(PropertyTag, PropertyName?)>[s_groups.Length];

    /// <param name="mailbox">Whose ids named properties have.</param>
    public PropertyGroups(MailboxSession mailbox)
    {
        for (var group = 0; group < s_groups.Length; group++)
        {
            var (_, tags, names) = s_groups[group];
            var members = _members[group] = [];
            foreach (var tag in tags)
                members.Add((tag, null));
            foreach (var name in names)
            {
                // A name that the mailbox does not know is on none of its messages.
                if (mailbox.FindPropertyId(name) is var id and not 0)
                    members.Add((new PropertyTag(id, PropertyRegistry.CanonicalType(name)), name));
            }
            foreach (var (tag, _) in members)
                _groupOf[tag.Id] = group;
        }
    }

    public static int Count => s_groups.Length;

    public static MessageParts PartOf(int group) => s_groups[group].Part;

    /// <summary>The group of a property; <see cref="NoGroup"/> where it is in none.</summary>
    public int GroupOf(ushort id) => _groupOf.GetValueOrDefault(id, NoGroup);

    /// <summary>What a handle changed of a message that the store has.</summary>
    public static MessageParts PartsOf(MessageObject message)
    {
        var groups = new PropertyGroups(message.Mailbox);
        // The server notes who made the change, and the size.
        var parts = MessageParts.State;
        if (message.RecipientsChanged)
            parts |= MessageParts.Recipients;
        if (message.AttachmentsChanged)
            parts |= MessageParts.Attachments;
        foreach (var id in message.Changed)
        {
            if (groups.GroupOf(id) is var group and not NoGroup)
                parts |= PartOf(group);
            else if (message.Content.Properties.TryGet(id, out _))
                parts |= MessageParts.Others;
            else
                // A property that no group has can be told only by its value.
                return MessageParts.Unknown;
        }
        return parts;
    }

    /// <summary>2.2.2.8: the mapping as groupInfo has it.</summary>
    public byte[] ToInfo()
    {
        const uint byLid = 0, byName = 1;
        var writer = new WireWriter(512);
        writer.WriteUInt32(MappingId);
        writer.WriteUInt32(0);
        writer.WriteUInt32((uint)_members.Length);
        foreach (var members in _members)
        {
            writer.WriteUInt32((uint)members.Count);
            foreach (var (tag, name) in members)
            {
                writer.WriteUInt32(tag.Value);
                if (name is not { } known)
                    continue;
                writer.WriteGuid(known.PropertySet);
                writer.WriteUInt32(known.IsString ? byName : byLid);
                if (known.Name is { } text)
                {
                    writer.WriteUInt32((uint)text.Length * 2);
                    writer.Write(Encoding.Unicode.GetBytes(text));
                }
                else
                {
                    writer.WriteUInt32(known.Lid);
                }
            }
        }
        var bytes = writer.ToArray();
        writer.Dispose();
        return bytes;
    }
}
