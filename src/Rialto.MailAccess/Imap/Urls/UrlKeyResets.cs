using System.Collections.Concurrent;

namespace Rialto.MailAccess.Imap.Urls;

/// <summary>Counts for each user how often keys were replaced or removed since the server began: sessions compare. RFC 4467 7 RESETKEY.</summary>
internal sealed class UrlKeyResets
{
    private readonly ConcurrentDictionary<Guid, int> _counts = new();

    public void Add(Guid user) => _counts.AddOrUpdate(user, 1, (_, count) => count + 1);

    public int Of(Guid user) => _counts.GetValueOrDefault(user);
}
