using Rialto.Model;
using Rialto.Store.Engine;

namespace Rialto.Store.Operations;

/// <summary>Properties that come beside a mail from another mailbox: their named ones by name.</summary>
internal static class OverlayNames
{
    private const int FollowupFlagged = 2;

    /// <summary>The overlay under the mailbox's ids; one that brings no names has them already.</summary>
    public static byte[]? Own(Draft draft, byte[]? overlay)
    {
        if (overlay is null || !PropertyBagCodec.TryRead(overlay, out PropertyMessage brought))
            return overlay;
        foreach (var name in CarriedParts.NamesOf(brought.Properties))
            MapNames.IdOf(draft, name);
        return PropertyBagCodec.Write(NamedProperties.Map(brought, name => MapNames.IdOf(draft, name)).Properties);
    }

    /// <summary>The row with what the overlay says of its summary. [MS-OXOFLAG] 3.1.4.1.5: a recipient flag arrives as a basic one.</summary>
    public static MessageRow Apply(MessageRow row)
    {
        if (row.Overlay is null)
            return row;
        if (Number(row.Overlay, PropertyIds.FlagStatus) == FollowupFlagged)
            row = row with { State = row.State | MessageState.Flagged };
        if (Number(row.Overlay, PropertyIds.Importance) is { } importance)
            row = row with { Importance = (byte)Math.Clamp(importance, 0, 2) };
        if (Number(row.Overlay, PropertyIds.Sensitivity) is { } sensitivity)
            row = row with { Sensitivity = (byte)Math.Clamp(sensitivity, 0, 3) };
        return ClassOf(row.Overlay) is { } messageClass ? row with { MessageClass = messageClass } : row;
    }

    private static int? Number(byte[] overlay, ushort id) =>
        PropertyBagCodec.TryFind(overlay, id, out var value) && value.Type == PropertyType.Integer32 ? value.AsInt32() : null;

    public static string? ClassOf(byte[]? overlay) =>
        overlay is not null && PropertyBagCodec.TryFind(overlay, PropertyIds.MessageClass, out var value) && value.Reference is string { Length: > 0 } text ? text : null;
}
