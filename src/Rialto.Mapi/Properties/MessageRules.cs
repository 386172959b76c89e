// [MS-OXCMSG] 2.2.1.1, 2.2.1.2, 2.2.1.6 what clients may set of a message; [MS-OXCFXICS] 2.2.1.2 identity.
using Rialto.Mapi.Objects;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Properties;

/// <summary>Properties of messages that are the server's, and flags that are the client's only until the first saving.</summary>
internal static class MessageRules
{
    public const int Read = 0x001;
    public const int Unsent = 0x008;
    private const int HasAttachments = 0x010;
    private const int Associated = 0x040;
    public const int Resend = 0x080;
    private const int EverRead = 0x400;

    /// <summary>The flags of a message that was just created: unsent, and read by who writes it. 3.2.5.2.</summary>
    private const int Initial = Read | Unsent;

    /// <summary>The flags that the client decides on before the first saving. 2.2.1.6.</summary>
    public const int Settable = Read | Unsent | Resend;

    public static bool IsReadOnly(ushort id) => id is PropertyIds.Mid or PropertyIds.InstID or PropertyIds.InstanceNum or PropertyIds.FolderId or PropertyIds.ParentFolderId
        or PropertyIds.EntryId or PropertyIds.ParentEntryId or PropertyIds.InstanceKey or PropertyIds.StoreRecordKey or PropertyIds.StoreEntryId
        or PropertyIds.MappingSignature or PropertyIds.SourceKey or PropertyIds.ParentSourceKey or PropertyIds.PredecessorChangeList
        or PropertyIds.ChangeNumber or PropertyIds.Associated
        or PropertyIds.LocalCommitTime or PropertyIds.LastModifierEntryId or PropertyIds.CreatorName or PropertyIds.CreatorEntryId
        or PropertyIds.HasNamedProperties or PropertyIds.DisplayTo or PropertyIds.DisplayCc or PropertyIds.DisplayBcc
        or PropertyIds.InternetArticleNumber or PropertyIds.MessageRecipients or PropertyIds.MessageAttachments or PropertyIds.RowType or PropertyIds.Depth;

    /// <summary>Those that a client which brings its own version of a message sets all the same.</summary>
    public static bool IsImported(ushort id) => id is PropertyIds.CreationTime or PropertyIds.SearchKey;

    /// <summary>Those that make saving fail instead: 2.2.1.1, 2.2.3.3.</summary>
    public static bool FailsSaving(ushort id) => id is PropertyIds.Access or PropertyIds.AccessLevel or PropertyIds.ObjectType or PropertyIds.RecordKey
        or PropertyIds.MessageStatus or PropertyIds.MessageSize or PropertyIds.HasAttachments or PropertyIds.CreationTime or PropertyIds.LastModificationTime
        or PropertyIds.LastModifierName or PropertyIds.ChangeKey or PropertyIds.SearchKey;

    /// <summary>PidTagMessageFlags of the handle: the store's, or before the first saving the client's or the initial ones.</summary>
    public static int FlagsOf(MessageObject message)
    {
        var own = message.Content.Properties.GetInt32(PropertyTags.MessageFlags, Initial);
        int flags;
        if (message.Row is { } row)
        {
            flags = SummaryProperties.FlagsOf(row) | (own & Resend);
            if (!message.AttachmentsChanged)
                return flags;
        }
        else
        {
            flags = (own & Settable) | (message.IsAssociated ? Associated : 0) | ((own & Read) != 0 ? EverRead : 0);
        }
        return message.Attachments.Count > 0 ? flags | HasAttachments : flags & ~HasAttachments;
    }

    /// <summary>The state that a new message goes into the store with.</summary>
    public static MessageState StateOf(MessageObject message)
    {
        var flags = FlagsOf(message);
        return ((flags & Read) != 0 ? MessageState.Read : 0)
            | ((flags & Unsent) != 0 ? MessageState.Draft : 0)
            | (message.IsAssociated ? MessageState.Associated : 0)
            | MarksOf(message.Content.Properties);
    }

    /// <summary>Follow-up and the last reply as state, which IMAP shows too.</summary>
    public static MessageState MarksOf(PropertyBag properties) =>
        (properties.GetInt32(PropertyTags.FlagStatus) == Flagged ? MessageState.Flagged : 0)
        | (properties.GetInt32(PropertyTags.LastVerbExecuted) switch
        {
            ReplyToSender or ReplyToAll => MessageState.Answered,
            Forward => MessageState.Forwarded,
            _ => 0,
        });

    /// <summary>followupComplete. [MS-OXOFLAG] 2.2.1.1.</summary>
    public const int FlagComplete = 1;

    /// <summary>followupFlagged. [MS-OXOFLAG] 2.2.1.1.</summary>
    public const int Flagged = 2;

    // [MS-OXOMSG] 2.2.1.4 PidTagLastVerbExecuted.
    private const int ReplyToSender = 102;
    private const int ReplyToAll = 103;
    private const int Forward = 104;
}
