// [MS-OXORULE] 2.2.5.1 ActionBlock and its action data.
namespace Rialto.Model;

/// <summary>[MS-OXORULE] 2.2.5.1 ActionType.</summary>
public enum RuleActionType : byte
{
    Move = 0x01,
    Copy = 0x02,
    Reply = 0x03,
    OutOfOfficeReply = 0x04,
    Defer = 0x05,
    Bounce = 0x06,
    Forward = 0x07,
    Delegate = 0x08,
    Tag = 0x09,
    Delete = 0x0A,
    MarkAsRead = 0x0B,
}

/// <summary>[MS-OXORULE] 2.2.5.1.1: the flavor of OP_FORWARD.</summary>
[Flags]
public enum ForwardFlavor : uint
{
    None = 0,
    PreserveSender = 0x00000001,
    DoNotChange = 0x00000002,
    AsAttachment = 0x00000004,
    AsTextMessage = 0x00000008,
}

/// <summary>[MS-OXORULE] 2.2.5.1.1: the flavor of OP_REPLY and OP_OOF_REPLY.</summary>
[Flags]
public enum ReplyFlavor : uint
{
    None = 0,

    /// <summary>The reply goes to the template's recipients alone.</summary>
    NotToSender = 0x00000001,

    /// <summary>The server's own text instead of the template's.</summary>
    ServerText = 0x00000002,
}

/// <summary>[MS-OXORULE] 2.2.5.1.2.5.</summary>
public enum BounceCode : uint
{
    TooLarge = 0x0000000D,
    CannotBeDisplayed = 0x0000001F,
    Denied = 0x00000026,
}

/// <summary>What a rule does with a message.</summary>
/// <param name="Flavor">Meaningful for replies and forwards alone.</param>
/// <param name="Flags">The client's own; kept, never looked at.</param>
public abstract record RuleAction(RuleActionType Type, uint Flavor, uint Flags);

/// <summary>OP_MOVE and OP_COPY. 2.2.5.1.2.1.</summary>
/// <param name="InThisStore">Whether the folder is in the mailbox of the rule; extended rules know no other.</param>
/// <param name="Store">The store's EntryID; without meaning where the folder is in this store.</param>
/// <param name="Folder">A ServerEid (standard rules), a folder's EntryID (extended rules), or whatever the client needs to find a folder elsewhere.</param>
public sealed record FolderRuleAction(RuleActionType Type, uint Flavor, uint Flags, bool InThisStore, byte[] Store, byte[] Folder) : RuleAction(Type, Flavor, Flags)
{
    public bool Equals(FolderRuleAction? other) =>
        other is not null && base.Equals(other) && InThisStore == other.InThisStore && Store.AsSpan().SequenceEqual(other.Store) && Folder.AsSpan().SequenceEqual(other.Folder);

    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), InThisStore, Folder.Length);
}

/// <summary>OP_REPLY and OP_OOF_REPLY. 2.2.5.1.2.2.</summary>
/// <param name="Folder">The template's folder; none in extended rules.</param>
/// <param name="Message">The template; none in extended rules.</param>
/// <param name="MessageEntryId">The template's EntryID in extended rules; empty in standard ones.</param>
/// <param name="Template">PidTagReplyTemplateId of the template.</param>
public sealed record ReplyRuleAction(RuleActionType Type, uint Flavor, uint Flags, StoreId Folder, StoreId Message, byte[] MessageEntryId, Guid Template) : RuleAction(Type, Flavor, Flags)
{
    public bool Equals(ReplyRuleAction? other) =>
        other is not null && base.Equals(other) && Folder == other.Folder && Message == other.Message && Template == other.Template
        && MessageEntryId.AsSpan().SequenceEqual(other.MessageEntryId);

    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), Message, Template);
}

/// <summary>OP_DEFER_ACTION: the client's own bytes. 2.2.5.1.2.3.</summary>
public sealed record DeferRuleAction(uint Flavor, uint Flags, byte[] Data) : RuleAction(RuleActionType.Defer, Flavor, Flags)
{
    public bool Equals(DeferRuleAction? other) => other is not null && base.Equals(other) && Data.AsSpan().SequenceEqual(other.Data);

    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), Data.Length);
}

/// <summary>OP_BOUNCE. 2.2.5.1.2.5.</summary>
public sealed record BounceRuleAction(uint Flavor, uint Flags, BounceCode Code) : RuleAction(RuleActionType.Bounce, Flavor, Flags);

/// <summary>OP_FORWARD and OP_DELEGATE: each recipient's properties. 2.2.5.1.2.4.</summary>
public sealed record ForwardRuleAction(RuleActionType Type, uint Flavor, uint Flags, IReadOnlyList<RuleRecipient> Recipients) : RuleAction(Type, Flavor, Flags)
{
    public bool Equals(ForwardRuleAction? other) => other is not null && base.Equals(other) && Recipients.SequenceEqual(other.Recipients);

    public override int GetHashCode() => HashCode.Combine(base.GetHashCode(), Recipients.Count);
}

/// <summary>RecipientBlockData. 2.2.5.1.2.4.1.</summary>
/// <param name="Reserved">Without meaning; kept.</param>
public sealed record RuleRecipient(byte Reserved, IReadOnlyList<PropertyValue> Properties)
{
    public bool Equals(RuleRecipient? other) => other is not null && Reserved == other.Reserved && Properties.SequenceEqual(other.Properties);

    public override int GetHashCode() => Properties.Count;
}

/// <summary>OP_TAG. 2.2.5.1.2.6.</summary>
public sealed record TagRuleAction(uint Flavor, uint Flags, PropertyValue Value) : RuleAction(RuleActionType.Tag, Flavor, Flags);

/// <summary>OP_DELETE and OP_MARK_AS_READ: no data. 2.2.5.1.2.7.</summary>
public sealed record PlainRuleAction(RuleActionType Type, uint Flavor, uint Flags) : RuleAction(Type, Flavor, Flags);
