// [MS-OXORMMS] 2.2.1 to 2.2.3: the wrapper of a rights-managed message: a placeholder text and message.rpmsg, which holds the rest.
using Rialto.Model;

namespace Rialto.Content.Mail;

/// <summary>Recognises rights-managed mail, which is kept as it is: what is inside is for those to read who have a licence.</summary>
public static class RightsManagedMessage
{
    public const string ContentClass = "rpmsg.message";

    public const string MimeTag = "application/x-microsoft-rpmsg-message";

    public const string FileName = "message.rpmsg";

    /// <summary>The attachment that holds the protected message; null where the message is none of these.</summary>
    public static PropertyAttachment? WrappedIn(PropertyMessage message) =>
        message.Attachments.Find(a => a.Embedded is null && (MimeTag.Equals(a.Properties.GetString(PropertyTags.AttachMimeTag), StringComparison.OrdinalIgnoreCase)
            || FileName.Equals(a.Properties.GetString(PropertyTags.AttachLongFilename), StringComparison.OrdinalIgnoreCase) && a.Properties.GetString(PropertyTags.AttachMimeTag) is null or "application/octet-stream"));

    /// <summary>2.2.2.1: PidNameContentClass says what the message is, whether or not its header did; the attachment bears the type that clients look for.</summary>
    internal static void Mark(PropertyMessage message, ConversionScope scope)
    {
        if (message.Attachments.Count == 0 || WrappedIn(message) is not { } wrapper)
            return;
        wrapper.Properties.Set(PropertyValue.Of(PropertyTags.AttachMimeTag, MimeTag));
        var tag = scope.TagOf(message, new PropertyName(PropertySets.InternetHeaders, "content-class"), PropertyType.String);
        if (!message.Properties.TryGet(tag.Id, out _))
            message.Properties.Set(PropertyValue.Of(tag, ContentClass));
    }
}
