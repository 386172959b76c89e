// RFC 3501 6.3.6 SUBSCRIBE, 6.3.7 UNSUBSCRIBE, 6.3.9 LSUB.
using Rialto.Store;
using Rialto.Store.Backend;

namespace Rialto.MailAccess.Imap;

/// <summary>
/// The names that a user subscribed to. A mailbox that no IMAP client made is subscribed until the user says otherwise: folders that Outlook or the browser made shall show up in
/// clients that list subscribed mailboxes only. A name stays subscribed when its mailbox goes (RFC 3501 6.3.6).
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

    /// <summary>
    /// Mailboxes that an IMAP client makes are subscribed to when it says so, as RFC 3501 has it; a name that was subscribed to before stays so. Said before they are made, so that nobody
    /// is told of them as subscribed.
    /// </summary>
    /// <param name="own">The store of who makes them.</param>
    /// <param name="names">The names of the store that they are in.</param>
    /// <param name="parent">The folder below which they will be.</param>
    /// <param name="path">Their names, each below the one before.</param>
    /// <returns>The names that are left out now and were not before.</returns>
    public static async ValueTask<IReadOnlyList<string>> LeaveOutAsync(MailboxSession own, MailboxNames names, Folder parent, IReadOnlyList<string> path, CancellationToken cancel)
    {
        if (names.Mailbox != own)
            return [];
        var known = await ReadAsync(own, cancel);
        var left = new List<string>();
        var name = names.NameOf(parent);
        foreach (var part in path)
        {
            var shown = part.Replace(MailboxNames.Separator, MailboxNames.SlashInName);
            name = name.Length == 0 ? shown : name + MailboxNames.Separator + shown;
            if (!known._explicit.ContainsKey(name))
                left.Add(name);
        }
        if (left.Count > 0)
            await own.WriteClientStateAsync([.. left.Select(n => (new ClientStateKey("imap", Collection(own), n), (ReadOnlyMemory<byte>?)s_no))], cancel);
        return left;
    }

    /// <summary>A name whose mailbox is gone and that was not subscribed to: the next of that name is a new one.</summary>
    public static async ValueTask ForgetAsync(MailboxSession own, string name, CancellationToken cancel)
    {
        var key = new ClientStateKey("imap", Collection(own), name);
        if (await own.ReadClientStateAsync(key, cancel) is { Length: 1 } value && value.Span[0] == 0)
            await own.WriteClientStateAsync([(key, null)], cancel);
    }

    private static string Collection(MailboxSession mailbox) => "subscriptions:" + mailbox.Principal.Id.ToString("N");
}
