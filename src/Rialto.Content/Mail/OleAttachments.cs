// [MS-OXCMAIL] 2.1.3.3.7 RTF bodies with objects, 2.1.3.4.1.1 their pictures inline, 2.1.3.4.4 OLE attachments.
using Rialto.Content.Ole;
using Rialto.Model;

namespace Rialto.Content.Mail;

/// <summary>A message whose OLE objects have become the pictures of themselves.</summary>
internal sealed class OleAttachments
{
    private readonly Dictionary<int, string> _imageAt = [];

    private OleAttachments(PropertyMessage message) => Message = message;

    /// <summary>The message with pictures for objects; its other attachments are the same ones.</summary>
    public PropertyMessage Message { get; }

    /// <summary>The element that shows what stands at the n-th place of an attachment in the text; null for what is not shown.</summary>
    public string? ImageAt(int place) => _imageAt.GetValueOrDefault(place);

    /// <summary>Null for a message without objects that have a picture.</summary>
    public static OleAttachments? Drawn(PropertyMessage message, MimeWriting writing)
    {
        if (!message.Attachments.Exists(OlePicture.IsOle))
            return null;
        var attachments = new List<PropertyAttachment>(message.Attachments.Count);
        var shown = new Dictionary<PropertyAttachment, string>();
        foreach (var attachment in message.Attachments)
        {
            if (OlePicture.Of(attachment) is not { } picture)
            {
                attachments.Add(attachment);
                continue;
            }
            var drawn = Picture(attachment, picture, attachments.Count, writing);
            if (picture.IsShown)
                shown[attachment] = drawn.Properties.GetString(PropertyTags.AttachContentId)!;
            attachments.Add(drawn);
        }
        var result = new OleAttachments(new PropertyMessage
        {
            Properties = message.Properties, Recipients = message.Recipients, NamedProperties = message.NamedProperties, Attachments = attachments,
        });
        // Places in the text are those of all attachments that have one, in their order.
        var place = 0;
        foreach (var attachment in message.Attachments.Where(a => a.Properties.GetInt32(PropertyTags.RenderingPosition, -1) != -1).OrderBy(a => (uint)a.Properties.GetInt32(PropertyTags.RenderingPosition, -1)))
        {
            if (shown.TryGetValue(attachment, out var id))
                result._imageAt[place] = $"<img src=\"cid:{id}\">";
            place++;
        }
        return result;
    }

    /// <summary>2.1.3.4.4: named by what it is displayed as, with the extension of what it is.</summary>
    private static PropertyAttachment Picture(PropertyAttachment attachment, OlePicture picture, int number, MimeWriting writing)
    {
        var bag = new PropertyBag(attachment.Properties);
        var name = bag.GetString(PropertyTags.DisplayName) is { Length: > 0 } display ? display : "Picture";
        if (!name.EndsWith(picture.Extension, StringComparison.OrdinalIgnoreCase))
            name += picture.Extension;
        bag.Remove(PropertyIds.AttachDataBinary);
        bag.Set(PropertyValue.Of(PropertyTags.DisplayName, name));
        bag.Set(PropertyValue.Of(PropertyTags.AttachLongFilename, name));
        bag.Set(PropertyValue.Of(PropertyTags.AttachMimeTag, picture.MimeTag));
        bag.Set(PropertyValue.Of(PropertyTags.AttachDataBinary, picture.Data));
        if (string.IsNullOrEmpty(bag.GetString(PropertyTags.AttachContentId)))
            bag.Set(PropertyValue.Of(PropertyTags.AttachContentId, $"object{number}.{writing.Depth}@{writing.Seed}"));
        return new PropertyAttachment { Properties = bag };
    }
}
