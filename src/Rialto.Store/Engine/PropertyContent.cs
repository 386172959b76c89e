using Rialto.Model;

namespace Rialto.Store.Engine;

/// <summary>Messages whose authoritative form is properties.</summary>
internal static class PropertyContent
{
    // todo Waits for the model's codec of property messages.
    public static ValueTask<PreparedMessage> PrepareAsync(StoreEngine engine, PropertyMessage message, CancellationToken cancel) =>
        throw new NotSupportedException($"Property content is not kept yet ({engine.Backend.Name}, {message.Properties.Count}, {cancel.CanBeCanceled}).");

    public static async ValueTask<StoreResult<PropertyMessage>> OpenAsync(Mailbox mailbox, MessageRow row, CancellationToken cancel)
    {
        if (row.Kind != ContentKind.Mime)
            return StoreError.NotSupported;
        using var lease = await mailbox.Engine.Backend.Blobs.OpenAsync(row.Content, cancel);
        return mailbox.Engine.Converter.ToProperties(lease.Memory);
    }
}
