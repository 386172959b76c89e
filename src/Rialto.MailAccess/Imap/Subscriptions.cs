// RFC 3501 6.3.6 SUBSCRIBE, 6.3.7 UNSUBSCRIBE, 6.3.9 LSUB.
using Rialto.Store;
using Rialto.Store.Backend;

namespace Rialto.MailAccess.Imap;

/// <summary>
/// The names that a user subscribed to. A mailbox is subscribed until the user says otherwise: folders that Outlook or the browser made shall show up in clients
/// that list subscribed mailboxes only. A name stays subscribed when its mailbox goes (RFC 3501 6.3.6).
/// </summary>
internal sealed class Subscriptions
{
    private static readonly byte[] s_yes = [1];
    private static readonly byte[] s_no = [0];

    private readonly Dictionary<string, bool> _explicit = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Subscribed names, whether they exist or not.</summary>
    public IEnumerable<string> Explicit => _explicit.Where(p => p.Value).Select(p => p.Key);

    /// <summary>Of other namespaces only what the user subscribed to.</summary>
    public bool Contains(string name) => _explicit.TryGetValue(name, out var subscribed) ? subscribed : !Namespaces.IsShared(name);

    public static async ValueTask<Subscriptions> ReadAsync(MailboxSession mailbox, CancellationToken cancel)
    {
        var subscriptions = new Subscriptions();
        foreach (var (name, value) in await mailbox.ReadClientStatesAsync("imap", Collection(mailbox), cancel))
            subscriptions._explicit[name] = value.Length == 1 && value.Span[0] == 1;
        return subscriptions;
    }

    public static ValueTask<StoreError> WriteAsync(MailboxSession mailbox, string name, bool subscribed, CancellationToken cancel) =>
        mailbox.WriteClientStateAsync([(new ClientStateKey("imap", Collection(mailbox), name), subscribed ? s_yes : s_no)], cancel);

    private static string Collection(MailboxSession mailbox) => "subscriptions:" + mailbox.Principal.Id.ToString("N");
}
