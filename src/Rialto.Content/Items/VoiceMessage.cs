// [MS-OXOUM] 2.2.1 classes, 2.2.5 properties: what a telephone or fax left in a mailbox.
using Rialto.Model;

namespace Rialto.Content.Items;

/// <summary>A voice message, missed call or fax. Strings are empty, numbers null where the message lacks them.</summary>
public sealed record VoiceMessage
{
    private static readonly string[] Classes =
        ["IPM.Note.Microsoft.Voicemail.UM", "IPM.Note.rpmsg.Microsoft.Voicemail.UM", "IPM.Note.Microsoft.Missed.Voice", "IPM.Note.Microsoft.Fax", "IPM.Note.Microsoft.Conversation.Voice"];

    /// <summary>PidTagSenderTelephoneNumber.</summary>
    public string TelephoneNumber { get; init; } = "";

    /// <summary>PidTagVoiceMessageSenderName: what the caller is called, by himself or by the directory.</summary>
    public string SenderName { get; init; } = "";

    /// <summary>PidTagVoiceMessageDuration, in seconds.</summary>
    public int? Seconds { get; init; }

    /// <summary>PidTagFaxNumberOfPages.</summary>
    public int? Pages { get; init; }

    /// <summary>PidTagVoiceMessageAttachmentOrder: names of the audio attachments, the latest last.</summary>
    public IReadOnlyList<string> AttachmentOrder { get; init; } = [];

    /// <summary>PidTagCallId.</summary>
    public string CallId { get; init; } = "";

    /// <summary>PidNameAudioNotes: what the reader has written beside the message.</summary>
    public string Notes { get; init; } = "";

    public static bool IsOne(PropertyMessage message) => Array.Exists(Classes, c => ItemClass.Is(message, c));

    /// <summary>The call; null for a message of another class.</summary>
    public static VoiceMessage? Of(PropertyMessage message)
    {
        if (!IsOne(message))
            return null;
        var bag = message.Properties;
        return new VoiceMessage
        {
            TelephoneNumber = bag.GetString(PropertyTags.SenderTelephoneNumber) ?? message.Text(PropertyNames.PidNameXSenderTelephoneNumber),
            SenderName = bag.GetString(PropertyTags.VoiceMessageSenderName) ?? message.Text(PropertyNames.PidNameXVoiceMessageSenderName),
            Seconds = NumberOf(message, PropertyTags.VoiceMessageDuration, PropertyNames.PidNameXVoiceMessageDuration),
            Pages = NumberOf(message, PropertyTags.FaxNumberOfPages, PropertyNames.PidNameXFaxNumberOfPages),
            AttachmentOrder = (bag.GetString(PropertyTags.VoiceMessageAttachmentOrder) ?? message.Text(PropertyNames.PidNameXVoiceMessageAttachmentOrder))
                .Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
            CallId = bag.GetString(PropertyTags.CallId) ?? message.Text(PropertyNames.PidNameXCallId),
            Notes = message.Text(PropertyNames.PidNameAudioNotes),
        };
    }

    /// <summary>The class is for the caller to set: there are several.</summary>
    public void Write(PropertyMessage message)
    {
        var bag = message.Properties;
        Set(bag, PropertyTags.SenderTelephoneNumber, TelephoneNumber);
        Set(bag, PropertyTags.VoiceMessageSenderName, SenderName);
        Set(bag, PropertyTags.VoiceMessageDuration, Seconds);
        Set(bag, PropertyTags.FaxNumberOfPages, Pages);
        Set(bag, PropertyTags.VoiceMessageAttachmentOrder, string.Join(";", AttachmentOrder));
        Set(bag, PropertyTags.CallId, CallId);
        message.Set(PropertyNames.PidNameAudioNotes, Notes);
    }

    private static int? NumberOf(PropertyMessage message, PropertyTag tag, PropertyName name)
    {
        if (message.Properties.TryGet(tag.Id, out var value) && value.Type == PropertyType.Integer32)
            return value.AsInt32();
        return message.GetNamed(name) is { Type: PropertyType.Integer16 or PropertyType.Integer32 } named ? named.AsInt32() : null;
    }

    private static void Set(PropertyBag bag, PropertyTag tag, string value)
    {
        if (value.Length > 0)
            bag.Set(PropertyValue.Of(tag, value));
    }

    private static void Set(PropertyBag bag, PropertyTag tag, int? value)
    {
        if (value is { } number)
            bag.Set(PropertyValue.Of(tag, number));
    }
}
