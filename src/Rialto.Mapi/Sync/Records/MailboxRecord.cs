using System.Globalization;
using Rialto.Directory;
using Rialto.Mapi.Objects;
using Rialto.Model;
using Rialto.Store;
using Rialto.Store.Backend;

namespace Rialto.Mapi.Sync.Records;

/// <summary>What belongs to a mailbox and to no folder of it: where messages of a class arrive, whether its owner is away, what clients set on it, IMAP subscriptions, delegates.</summary>
internal sealed class MailboxRecord
{
    private static readonly PropertyTag s_receive = new(0x66E2101F);
    private static readonly PropertyTag s_subscriptions = new(0x66E3101F);
    private static readonly PropertyTag s_delegates = new(0x66E4101F);
    private static readonly PropertyTag s_properties = new(0x66E50102);

    private readonly PropertyBag _bag;

    private MailboxRecord(PropertyBag bag) => _bag = bag;

    public bool IsOutOfOffice => _bag.GetBoolean(PropertyTags.OutOfOfficeState);

    /// <summary>Addresses of those who may send on behalf of the owner.</summary>
    public IReadOnlyList<string> Delegates => Lines(s_delegates);

    /// <summary>The store's properties with the names of their ids.</summary>
    public PropertyMessage? Properties => _bag.GetBinary(s_properties) is { } stored && PropertyBagCodec.TryRead(stored, out PropertyMessage message) ? message : null;

    /// <summary>Message classes, and the folders' ids there.</summary>
    public IEnumerable<(string MessageClass, long Folder)> ReceiveFolders
    {
        get
        {
            foreach (var line in Lines(s_receive))
            {
                var space = line.IndexOf(' ', StringComparison.Ordinal);
                if (space > 0 && long.TryParse(line.AsSpan(0, space), CultureInfo.InvariantCulture, out var folder))
                    yield return (line[(space + 1)..], folder);
            }
        }
    }

    /// <summary>Names of mailboxes that the owner subscribed to, or from which they unsubscribed.</summary>
    public IEnumerable<(string Name, bool IsSubscribed)> Subscriptions => Lines(s_subscriptions).Where(l => l.Length > 1).Select(l => (l[1..], l[0] == '+'));

    /// <summary>IMAP's own place for them.</summary>
    public static string SubscriptionsOf(Guid owner) => "subscriptions:" + owner.ToString("N");

    public static MailboxRecord? Read(byte[] stored) => PropertyBagCodec.TryRead(stored, out PropertyBag bag) ? new MailboxRecord(bag) : null;

    public static async ValueTask<byte[]> WriteAsync(LogonObject logon, CancellationToken cancel)
    {
        var mailbox = logon.Session;
        var bag = new PropertyBag();
        bag.Set(PropertyValue.Of(PropertyTags.OutOfOfficeState, mailbox.IsOutOfOffice));
        bag.Set(PropertyValue.OfArray(s_receive, mailbox.ReceiveFolders.All.Select(r => string.Create(CultureInfo.InvariantCulture, $"{r.Folder.Value} {r.MessageClass}")).Order(StringComparer.Ordinal).ToArray()));
        var subscriptions = await mailbox.ReadClientStatesAsync("imap", SubscriptionsOf(logon.Owner.Id), cancel);
        bag.Set(PropertyValue.OfArray(s_subscriptions, subscriptions.Select(s => (s.Value.Length == 1 && s.Value.Span[0] == 1 ? "+" : "-") + s.Key).Order(StringComparer.Ordinal).ToArray()));
        var directory = logon.Service.Directory.Current;
        bag.Set(PropertyValue.OfArray(s_delegates, logon.Owner.SendOnBehalf.Select(id => directory.Find<Recipient>(id)?.PrimaryAddress).OfType<string>().Order(StringComparer.Ordinal).ToArray()));
        if (await mailbox.ReadClientStateAsync(LogonObject.PropertiesKey, cancel) is { } properties)
            bag.Set(PropertyValue.Of(s_properties, RecordWriter.WithNames(mailbox, properties.ToArray())));
        return PropertyBagCodec.Write(bag);
    }

    private string[] Lines(PropertyTag tag) => _bag.TryGet(tag.Id, out var value) && value.Reference is string[] lines ? lines : [];
}
