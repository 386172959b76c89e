using Rialto.Mapi.Properties;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Objects;

/// <summary>A message opened for reading: its row and its content as they were when it was opened. An embedded one has no row.</summary>
internal sealed class MessageObject(LogonObject logon, MessageRow? row, PropertyMessage content, ValueForm form) : PropertyObject(logon)
{
    public MessageRow? Row { get; } = row;

    public PropertyMessage Content { get; } = content;

    /// <summary>The form of the message's values: the code page that it was opened with. [MS-OXCROPS] 3.1.5.4.</summary>
    public ValueForm Form { get; } = form;

    public override IEnumerable<PropertyTag> Tags
    {
        get
        {
            var seen = new HashSet<ushort>();
            if (Row is not null)
            {
                foreach (var tag in RowValues.Tags)
                {
                    if (Find(tag) is { IsAbsent: false } value && seen.Add(tag.Id))
                        yield return value.Tag;
                }
            }
            foreach (var value in Content.Properties)
            {
                if (seen.Add(value.Tag.Id))
                    yield return value.Tag;
            }
        }
    }

    /// <summary>State and identity from the row, which is newer than the content; the content itself; what follows from it.</summary>
    public override PropertyValue Find(PropertyTag tag)
    {
        if (Row is not null && RowValues.TryGet(Mailbox, Row, tag, out var value))
            return value;
        return Content.Properties.TryGet(tag.Id, out value) ? BodyValues.As(Content, value, tag) : BodyValues.Compute(Content, tag);
    }
}
