// [MS-OXCMSG] 2.2.1.22 PidNameKeywords: categories, which are IMAP's keywords too.
using Rialto.Mapi.Objects;
using Rialto.Model;
using Rialto.Store;

namespace Rialto.Mapi.Properties;

/// <summary>A message's categories and the keywords of its row are one list; keywords that begin with "$" are IMAP clients' own and no categories.</summary>
internal static class Categories
{
    private static readonly PropertyName s_name = new(PropertySets.PublicStrings, "Keywords");

    /// <summary>The id of the property in the mailbox; 0 where nobody used it yet.</summary>
    public static ushort IdIn(MailboxSession mailbox) => mailbox.FindPropertyId(s_name);

    /// <summary>The row's keywords as the property, where it says something else than the content.</summary>
    public static bool TryFind(MessageObject message, MessageRow row, ushort id, out PropertyValue value)
    {
        value = default;
        return id == IdIn(message.Mailbox) && TryFind(row, id, out value);
    }

    /// <summary>The same for the id that the mailbox has for them.</summary>
    public static bool TryFind(MessageRow row, ushort id, out PropertyValue value)
    {
        value = default;
        var shown = row.Keywords.Where(IsCategory).ToArray();
        // Mail that names keywords in its header has them as properties before any client marked it.
        if (shown.Length == 0 && row.Kind == ContentKind.Mime && row.Overlay is null)
            return false;
        if (shown.Length > 0)
            value = PropertyValue.OfArray(new PropertyTag(id, PropertyType.MultipleString), shown);
        return true;
    }

    /// <summary>The row's keywords after the categories were set; null where they were not.</summary>
    public static IReadOnlyList<string>? After(MessageObject message, IReadOnlyList<string> before)
    {
        var id = IdIn(message.Mailbox);
        if (id == 0 || !message.IsChanged(id))
            return null;
        var set = message.Content.Properties.TryGet(id, out var value) ? value.AsArray<string>() : [];
        return [.. before.Where(k => !IsCategory(k)), .. set.Where(k => !string.IsNullOrEmpty(k) && !k.Contains('\n', StringComparison.Ordinal)).Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>The row's keywords when the content is the whole message: categories that it does not have are gone.</summary>
    public static IReadOnlyList<string> Whole(MessageObject message, IReadOnlyList<string> before) => After(message, before) ?? [.. before.Where(k => !IsCategory(k))];

    private static bool IsCategory(string keyword) => !keyword.StartsWith('$');
}
