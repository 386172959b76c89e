// What rules see of a message before it is in a mailbox.
using Rialto.Content.Mime;
using Rialto.Model;
using Rialto.Store;
using Rialto.Store.Backend;

namespace Rialto.Delivery;

/// <summary>
/// A message on its way, as rules of any number of mailboxes look at it: its bytes, header and properties, each made when first needed, and once.
/// The properties are shared: nobody changes them.
/// </summary>
internal sealed class IncomingMessage : IDisposable
{
    private readonly Lock gate = new();
    private readonly StoreEngine store;
    private readonly BlobLease lease;
    private MimeMessage? mime;
    private PropertyMessage? properties;

    private IncomingMessage(QueuedMessage queued, StoreEngine store, BlobLease lease)
    {
        Queued = queued;
        this.store = store;
        this.lease = lease;
    }

    public QueuedMessage Queued { get; }

    public ReadOnlyMemory<byte> Bytes => lease.Memory;

    /// <summary>The class that came beside the mail; null where the mail tells its own.</summary>
    public string? CarriedClass => Queued.Overlay is not null && PropertyBagCodec.TryFind(Queued.Overlay, PropertyIds.MessageClass, out var value) ? value.Reference as string : null;

    /// <summary>Ids of named properties by name, for mailboxes to look up.</summary>
    public Dictionary<PropertyName, ushort> Names { get; private set; } = [];

    public MimePart Header
    {
        get
        {
            lock (gate) return (mime ??= MimeMessage.Parse(lease.Memory)).Root;
        }
    }

    public PropertyMessage Properties
    {
        get
        {
            lock (gate)
            {
                if (properties is not null) return properties;
                var made = store.Converter.ToProperties(lease.Memory);
                CarriedProperties.Apply(Queued.Overlay, made);
                Names = made.NamedProperties.GroupBy(n => n.Value).ToDictionary(n => n.Key, n => n.First().Key);
                return properties = made;
            }
        }
    }

    public static async ValueTask<IncomingMessage> OpenAsync(QueuedMessage queued, StoreEngine store, CancellationToken cancel) =>
        new(queued, store, await store.Backend.Blobs.OpenAsync(queued.Content, cancel));

    public void Dispose() => lease.Dispose();
}
