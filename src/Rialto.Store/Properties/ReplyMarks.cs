// [MS-OXOMSG] 2.2.1.10 PidTagIconIndex, 2.2.1.14 PidTagLastVerbExecuted; [MS-OXOFLAG] 2.2.1.2 PidTagFollowupIcon; RFC 9051 2.3.2 \Answered, \Flagged; $Forwarded.
using Rialto.Model;

namespace Rialto.Store;

/// <summary>
/// What clients of MAPI say by properties and those of IMAP by flags: that a message was answered, forwarded or flagged. The flags are kept in the row and decide; a property
/// that says more (answered to all, the flag's colour) is kept as long as it agrees with them.
/// </summary>
public static class ReplyMarks
{
    private const int ReplyToSender = 102;
    private const int ReplyToAll = 103;
    private const int Forward = 104;

    private const int RepliedIcon = 0x105;
    private const int ForwardedIcon = 0x106;
    private const int NewIcon = -1;
    private const int ReadIcon = 0x100;
    private const int UnreadIcon = 0x101;

    private const int RedFlag = 6;

    /// <summary>[MS-OXOFLAG] 2.2.1.1.</summary>
    private const int FollowupComplete = 1;

    public static bool Knows(ushort id) => id is PropertyIds.LastVerbExecuted or PropertyIds.IconIndex or PropertyIds.FollowupIcon;

    /// <summary>The property by the message's state, given the value kept with the message (absent where there is none).</summary>
    public static PropertyValue Of(ushort id, MessageState state, bool isComplete, PropertyValue kept) => id switch
    {
        PropertyIds.LastVerbExecuted => VerbOf(state, kept),
        PropertyIds.IconIndex => IconOf(state, kept),
        PropertyIds.FollowupIcon => FlagOf(state, isComplete, kept),
        _ => kept,
    };

    /// <summary>
    /// The overlay with what the content of a property message says of these marks, and that its follow-up is complete: lists show them in every row, and read rows alone.
    /// </summary>
    internal static byte[]? Into(byte[]? overlay, PreparedMessage message)
    {
        if (message is not { Kind: ContentKind.Properties, Properties.Properties: var content })
            return overlay;
        PropertyBag? bag = null;
        foreach (var tag in (ReadOnlySpan<PropertyTag>)[PropertyTags.LastVerbExecuted, PropertyTags.IconIndex, PropertyTags.FollowupIcon, PropertyTags.FlagStatus])
        {
            if (!content.TryGet(tag.Id, out var value) || value.Type != PropertyType.Integer32 || (tag == PropertyTags.FlagStatus && value.AsInt32() != FollowupComplete))
                continue;
            bag ??= overlay is not null && PropertyBagCodec.TryRead(overlay, out PropertyBag kept) ? kept : new PropertyBag();
            if (!bag.TryGet(tag.Id, out _))
                bag.Set(value);
        }
        return bag is null ? overlay : PropertyBagCodec.Write(bag);
    }

    private static PropertyValue VerbOf(MessageState state, PropertyValue kept)
    {
        var agrees = NumberOf(kept) switch
        {
            null => false,
            ReplyToSender or ReplyToAll => (state & MessageState.Answered) != 0,
            Forward => (state & MessageState.Forwarded) != 0,
            _ => (state & (MessageState.Answered | MessageState.Forwarded)) == 0,
        };
        return agrees ? kept : Marked(PropertyTags.LastVerbExecuted, state, ReplyToSender, Forward);
    }

    private static PropertyValue IconOf(MessageState state, PropertyValue kept)
    {
        var agrees = NumberOf(kept) switch
        {
            null => false,
            RepliedIcon => (state & MessageState.Answered) != 0,
            ForwardedIcon => (state & MessageState.Forwarded) != 0,
            NewIcon or ReadIcon or UnreadIcon => (state & (MessageState.Answered | MessageState.Forwarded)) == 0,
            _ => true,
        };
        return agrees ? kept : Marked(PropertyTags.IconIndex, state, RepliedIcon, ForwardedIcon);
    }

    private static PropertyValue FlagOf(MessageState state, bool isComplete, PropertyValue kept)
    {
        if ((state & MessageState.Flagged) == 0)
            return isComplete ? kept : default;
        return NumberOf(kept) is > 0 ? kept : PropertyValue.Of(PropertyTags.FollowupIcon, RedFlag);
    }

    private static PropertyValue Marked(PropertyTag tag, MessageState state, int answered, int forwarded) =>
        (state & MessageState.Answered) != 0 ? PropertyValue.Of(tag, answered)
        : (state & MessageState.Forwarded) != 0 ? PropertyValue.Of(tag, forwarded)
        : default;

    private static int? NumberOf(PropertyValue kept) => kept.Type == PropertyType.Integer32 ? kept.AsInt32() : null;
}
