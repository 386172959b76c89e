using Rialto.Model;

namespace Rialto.Store;

/// <summary>The summary row as properties: what tables show without opening the message.</summary>
public static partial class SummaryProperties
{
    /// <summary>The property's value from the row (and its overlay); false where only the message itself can tell. The mailbox header gives ids their replica.</summary>
    public static bool TryGet(MessageRow row, Backend.MailboxHeader mailbox, PropertyTag tag, out PropertyValue value)
    {
        // todo Waits for the model's property tags.
        value = default;
        return false;
    }
}
